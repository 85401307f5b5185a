"""Read which flat a text means: written addresses, checked against the compound's own building list. Pure.

People write one flat in many ways: `3-2-501`, `3栋2单元501室`, `明月湖小区3幢1单元1204`, `8#2-601`,
`天元区明月湖小区。7栋。1单元。302`, `十二栋二单元五〇一`. One grammar reads them all:

1. The text is brought to one form (`normal`): half-width, dashes alike, Chinese numerals of places as digits.
2. A *mention* is a chain of numbers, each with the word behind it (`3栋`, `2单元`, `501室`) or bare (`3-2-501`).
3. Each word says which parts of an address its number may be: 栋 a building, 单元 a unit, 号 a building or a room,
   no word any of them. Parts stand in the order building, unit, floor, room, each at most once. All ways to give
   the numbers their parts are tried, on the longest run of numbers that allows one.
4. Each way is looked up in the building list. One flat: that is it. Several: `AMBIGUOUS`, with the candidates.
   None: the first part that the list does not know names the problem. There is no step that guesses.

Limits: a room is its floor and two digits, as the building list says; buildings named by words (枫林苑) are not read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise, product


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A building of the list. `units` is empty where it has none; each floor has rooms 01 to `rooms_per_floor`."""

    name: str
    units: tuple[str, ...]
    floors: int
    rooms_per_floor: int

    def has_room(self, room: str) -> bool:
        """Tell whether a room, as floor and two digits without leading zeros, is in the building."""
        if not (room.isascii() and room.isdigit()) or len(room) > 4:
            return False
        floor, number = divmod(int(room), 100)
        return 1 <= floor <= self.floors and 1 <= number <= self.rooms_per_floor


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Flat:
    """A flat: `unit` is empty where the building has none. Written `3/2/501`, `9//1804`."""

    building: str
    unit: str
    room: str

    def __str__(self) -> str:
        return f"{self.building}/{self.unit}/{self.room}"

    @property
    def label(self) -> str:
        """The flat as people write it in short: `3-2-501`, `9-1804`."""
        return "-".join(filter(None, (self.building, self.unit, self.room)))


class Problem(StrEnum):
    """Why a text names no flat. The values are the flags of the 接龙 format."""

    MISSING = "address_missing"
    AMBIGUOUS = "address_ambiguous"
    BUILDING_UNKNOWN = "building_unknown"
    ROOM_UNKNOWN = "room_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text or a mention means: a flat, or the problem with the flats that it might be.

    `by_default` tells that the group's building or unit filled a gap.
    """

    flat: Flat | None = None
    problem: Problem | None = None
    candidates: tuple[Flat, ...] = ()
    by_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place in a text, as `normal` gives it, that reads as an address: from `start` to before `end`."""

    start: int
    end: int
    text: str
    reading: Reading


class _Part(StrEnum):
    """Parts of an address, in the order in which they are written."""

    BUILDING = "building"
    UNIT = "unit"
    FLOOR = "floor"
    ROOM = "room"


_ORDER = {part: position for position, part in enumerate(_Part)}
# What a number may be by the word behind it; nothing behind it: any part but a floor.
_WORDS: dict[str, tuple[_Part, ...]] = {
    "": (_Part.BUILDING, _Part.UNIT, _Part.ROOM),
    "号楼": (_Part.BUILDING,),
    "栋": (_Part.BUILDING,),
    "幢": (_Part.BUILDING,),
    "棟": (_Part.BUILDING,),
    "座": (_Part.BUILDING,),
    "#楼": (_Part.BUILDING,),
    "#": (_Part.BUILDING,),
    "楼": (_Part.BUILDING, _Part.FLOOR),
    "号": (_Part.BUILDING, _Part.ROOM),
    "单元": (_Part.UNIT,),
    "單元": (_Part.UNIT,),
    "门": (_Part.UNIT,),
    "梯": (_Part.UNIT,),
    "层": (_Part.FLOOR,),
    "室": (_Part.ROOM,),
    "房": (_Part.ROOM,),
    "户": (_Part.ROOM,),
    # A lane (弄) lies outside the compound's own addresses; it may stand in front of them.
    "弄": (),
}
# Words that begin like one of them and are none: 门口, 楼下.
_NO_WORDS = {"门": "口卫岗前外铃禁", "楼": "下道梯上长", "户": "外主"}
_WORD = "|".join(
    re.escape(word) + (f"(?![{_NO_WORDS[word]}])" if word in _NO_WORDS else "")
    for word in sorted(filter(None, _WORDS), key=len, reverse=True)
)
_SHORTEST_ROOM, _LONGEST_ROOM, _LONGEST_OTHER = 3, 4, 3

NUMERALS = "零〇一二两三四五六七八九十百千"
_DIGIT_OF = {
    sign: value
    for value, signs in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for sign in signs
}
_SCALE_OF = {"十": 10, "百": 100, "千": 1000}
_NUMERAL_BEFORE_WORD = re.compile(rf"[{NUMERALS}]+(?=\s*(?:{_WORD}))")
_NUMERAL_AFTER_WORD = re.compile(rf"(?<=[0-9])((?:{_WORD})\s*)([{NUMERALS}]+)")
# 一 between digits is a dash that the keyboard made.
_DASH = re.compile(r"(?<=[0-9#A-Za-z])\s*[-~_/\\ー\u2010-\u2015\u2212\ufe63\uff5e]+\s*(?=[0-9])|(?<=[0-9])一(?=[0-9])")
# Building, unit and room parted by the same dot or comma: `3.2.501`. Two numbers so would be an amount.
_DOTTED = re.compile(r"(?<![0-9.])([0-9]{1,3})([.,、，·])([0-9]{1,2})\2([0-9]{3,4})(?![0-9]|\.[0-9])")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_PHONE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
_NUMBER = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9][.:])([A-Za-z]?[0-9]{{1,5}}[A-Za-z]?)(?:\s*({_WORD})|(?![0-9A-Za-z%]|[.:][0-9]))"
)
_LINK = re.compile(r"[\s,.;、。，；]*-?[\s,.;、。，；]*")
# A bare number before one of these counts or dates something; it is no part of an address.
_MEASURE = re.compile(r"\s*(?:[份斤袋箱盒件个只枚瓶包提桶条块元月日点时分年人倍折种]|公斤|千克|kg|[gG]\b|[xX×*+=])")
_MOST_CANDIDATES = 60


def normal(text: str) -> str:
    """Return a text in the form that is read: half-width, dashes alike, numerals of places as digits."""
    form = _UNSEEN.sub(" ", unicodedata.normalize("NFKC", text))
    form = _NUMERAL_BEFORE_WORD.sub(lambda found: digits_of(found[0]), form)
    form = _NUMERAL_AFTER_WORD.sub(lambda found: found[1] + digits_of(found[2]), form)
    return _DOTTED.sub(r"\1-\3-\4", _DASH.sub("-", form))


def digits_of(numeral: str) -> str:
    """Return a numeral of `NUMERALS` in digits: `十二` as 12, `五〇一` as 501, `两` as 2."""
    if not any(sign in _SCALE_OF for sign in numeral):
        return "".join(str(_DIGIT_OF[sign]) for sign in numeral)
    total, digit = 0, None
    for sign in numeral:
        if sign in _SCALE_OF:
            total += (1 if digit is None else digit) * _SCALE_OF[sign]
            digit = None
        else:
            digit = _DIGIT_OF[sign] or None
    return str(total + (digit or 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """A number of a chain with the word behind it."""

    value: str
    word: str
    start: int
    end: int


_Way = dict[_Part, str]


@cache
def _parts_of(words: tuple[str, ...]) -> tuple[tuple[_Part, ...], ...]:
    """Return all parts that numbers with these words can be, in the order of the parts, each part once."""
    choices = product(*(_WORDS[word] for word in words))
    return tuple(parts for parts in choices if all(_ORDER[left] < _ORDER[right] for left, right in pairwise(parts)))


class AddressBook:
    """The building list of one compound, asked which flat a text means."""

    def __init__(
        self, buildings: Iterable[Building], *, default_building: str | None = None, default_unit: str | None = None
    ) -> None:
        self._buildings = {building.name.upper(): building for building in buildings}
        self._default_building = default_building
        self._default_unit = default_unit

    def read(self, text: str) -> Reading:
        """Return which flat a whole text means; two different flats in it are `AMBIGUOUS`."""
        readings = [mention.reading for mention in self.mentions(text)]
        flats = {reading.flat for reading in readings if reading.flat is not None}
        if len(flats) > 1:
            return Reading(problem=Problem.AMBIGUOUS, candidates=tuple(sorted(flats)))
        if flats:
            return next(reading for reading in readings if reading.flat is not None)
        return readings[0] if readings else Reading(problem=Problem.MISSING)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Return every place in the text that reads as an address, good or not, from left to right."""
        whole = normal(text)
        return tuple(mention for chain in self._chains(whole) for mention in self._mentions_in(whole, chain))

    def match(self, *, building: str, unit: str, room: str) -> Reading:
        """Return which flat three columns of a table mean; each may be empty or carry its word (`3栋`)."""
        way: _Way = {}
        for part, text in ((_Part.BUILDING, building), (_Part.UNIT, unit), (_Part.ROOM, room)):
            value = self._column(text)
            if value:
                way[part] = value
        return self._look_up([way]) if _Part.ROOM in way else Reading(problem=Problem.MISSING)

    def _column(self, text: str) -> str:
        form = normal(text).strip()
        found = re.fullmatch(rf"(.*?)\s*(?:{_WORD})?", form, flags=re.DOTALL)
        return _tidy_number(found[1] if found else form)

    # --- from text to chains of numbers ---------------------------------------------------------------------------

    def _chains(self, text: str) -> Iterator[list[_Number]]:
        chain: list[_Number] = []
        for number in self._numbers(text):
            if chain and not self._is_linked(text, chain, number):
                yield chain
                chain = []
            chain.append(number)
        if chain:
            yield chain

    def _numbers(self, text: str) -> Iterator[_Number]:
        phones = [found.span() for found in _PHONE.finditer(text)]
        for found in _NUMBER.finditer(text):
            if any(start <= found.start() < end for start, end in phones):
                continue
            value, word = found[1].upper(), found[2] or ""
            if not word and _MEASURE.match(text, found.end()):
                continue
            if not value.isdigit() and value not in self._buildings:
                continue
            yield _Number(value=_tidy_number(value), word=word, start=found.start(), end=found.end())

    def _is_linked(self, text: str, chain: Sequence[_Number], number: _Number) -> bool:
        """Tell whether a number goes on where the chain ends; two bare numbers need a dash, or spaces throughout."""
        between = text[chain[-1].end : number.start]
        if not _LINK.fullmatch(between):
            return False
        if "-" in between or chain[-1].word:
            return True
        if number.word or between.strip():
            return False
        return all(not text[left.end : right.start].strip() for left, right in pairwise(chain))

    # --- from a chain to parts ------------------------------------------------------------------------------------

    def _mentions_in(self, text: str, chain: Sequence[_Number]) -> Iterator[Mention]:
        """Yield the mentions of a chain: from the left, the longest runs of numbers that can be an address."""
        first = 0
        while first < len(chain):
            run, ways = self._longest(chain[first : first + len(_Part)])
            if ways:
                start, end = run[0].start, run[-1].end
                yield Mention(start=start, end=end, text=text[start:end], reading=self._look_up(ways))
            first += len(run) if ways else 1

    def _longest(self, numbers: Sequence[_Number]) -> tuple[Sequence[_Number], list[_Way]]:
        """Return the longest run from the first number that can be an address, with all ways to read it."""
        for length in range(len(numbers), 0, -1):
            run = numbers[:length]
            ways = self._ways(run)
            if ways:
                return run, ways
        return (), []

    def _ways(self, run: Sequence[_Number]) -> list[_Way]:
        """Return all ways to give a run of numbers their parts."""
        ways: list[_Way] = []
        for parts in _parts_of(tuple(number.word for number in run)):
            way = {part: number.value for part, number in zip(parts, run, strict=True)}
            if self._is_address(way, run):
                ways.append(_with_whole_room(way))
        return ways

    def _is_address(self, way: _Way, run: Sequence[_Number]) -> bool:
        """Tell whether parts make an address by their shape, whatever the building list says."""
        if _Part.ROOM not in way:
            return False
        if any(len(way[part]) > _LONGEST_OTHER for part in (_Part.BUILDING, _Part.UNIT) if part in way):
            return False
        room = way[_Part.ROOM]
        if _Part.FLOOR in way:
            is_room = len(room) <= 2 or room.startswith(way[_Part.FLOOR])
        else:
            is_room = _SHORTEST_ROOM <= len(room) <= _LONGEST_ROOM
        is_placed = _Part.BUILDING in way or self._default_building is not None
        return is_room and (is_placed or any(number.word in {"单元", "室", "房"} for number in run))

    # --- from parts to the building list --------------------------------------------------------------------------

    def _look_up(self, ways: Sequence[_Way]) -> Reading:
        """Return what the building list says to all ways of reading a mention."""
        readings = [self._flats_of(way) for way in ways]
        flats = sorted({reading.flat for reading in readings if reading.flat is not None})
        if len(flats) == 1:
            return next(reading for reading in readings if reading.flat is not None)
        if flats:
            return Reading(problem=Problem.AMBIGUOUS, candidates=tuple(flats))
        # The way that the list follows furthest names the problem.
        return max(readings, key=lambda reading: _FOLLOWED[reading.problem])

    def _flats_of(self, way: _Way) -> Reading:
        name, unit, room = way.get(_Part.BUILDING), way.get(_Part.UNIT), way[_Part.ROOM]
        by_default = False
        if name is None and self._default_building is not None:
            name, by_default = self._default_building, True
        if name is None:
            return self._anywhere(unit, room)
        building = self._buildings.get(name.upper())
        if building is None:
            return Reading(problem=Problem.BUILDING_UNKNOWN)
        if unit is None and self._default_unit in building.units and by_default:
            unit = self._default_unit
        return _in_building(building, unit, room, by_default=by_default)

    def _anywhere(self, unit: str | None, room: str) -> Reading:
        """Look a flat up whose building is not named: only a compound in which it can be one single flat has it."""
        found = [_in_building(building, unit, room) for building in self._buildings.values()]
        flats = [reading.flat for reading in found if reading.flat is not None]
        several = [flat for reading in found for flat in reading.candidates if reading.problem is Problem.AMBIGUOUS]
        if len(flats) == 1 and not several:
            return Reading(flat=flats[0])
        return Reading(problem=Problem.MISSING, candidates=tuple(sorted(flats + several))[:_MOST_CANDIDATES])


_FOLLOWED = {
    None: 4,
    Problem.AMBIGUOUS: 3,
    Problem.ROOM_UNKNOWN: 2,
    Problem.BUILDING_UNKNOWN: 1,
    Problem.MISSING: 0,
}


def _in_building(building: Building, unit: str | None, room: str, *, by_default: bool = False) -> Reading:
    """Look a flat up in its building; a unit that is not named must be the only one."""
    if unit is not None:
        units = tuple(name for name in building.units if name.upper() == unit.upper())
        if not units:
            return Reading(problem=Problem.ROOM_UNKNOWN, candidates=_near(building, room))
    else:
        units = building.units or ("",)
    if not building.has_room(room):
        return Reading(problem=Problem.ROOM_UNKNOWN)
    flats = tuple(Flat(building=building.name, unit=name, room=room) for name in units)
    if len(flats) == 1:
        return Reading(flat=flats[0], by_default=by_default)
    return Reading(problem=Problem.AMBIGUOUS, candidates=flats)


def _near(building: Building, room: str) -> tuple[Flat, ...]:
    """Return the flats with a room of a building whose named unit it does not have."""
    if not building.has_room(room):
        return ()
    return tuple(Flat(building=building.name, unit=name, room=room) for name in building.units or ("",))


def _with_whole_room(way: _Way) -> _Way:
    """Return a way whose room carries its floor: `5楼2号` is room 502."""
    floor, room = way.get(_Part.FLOOR), way[_Part.ROOM]
    if floor is None:
        return way
    rest: _Way = {part: value for part, value in way.items() if part not in {_Part.FLOOR, _Part.ROOM}}
    return {**rest, _Part.ROOM: f"{floor}{room.zfill(2)}" if len(room) <= 2 else room}


def _tidy_number(text: str) -> str:
    """Return a number without leading zeros; names of buildings in upper case."""
    return text.lstrip("0") or text if text.isdigit() else text.upper()
