"""Which flat a text means, read against the building list of 明月湖小区: 12 buildings, the ninth without units."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplyhub.places.addresses import AddressBook, Building, Flat, Problem, normal

CONTEXT = json.loads((Path(__file__).parent.parent / "data/jielong/context.json").read_text("utf-8"))
BUILDINGS = tuple(
    Building(
        name=one["building"],
        units=tuple(one["units"]),
        floors=one["floors"],
        rooms_per_floor=one["rooms_per_floor"],
    )
    for one in CONTEXT["buildings"]
)
BOOK = AddressBook(BUILDINGS)
NUMERALS = "零一二三四五六七八九"


def flats(*names: str) -> tuple[Flat, ...]:
    return tuple(Flat(building=b, unit=u, room=r) for b, u, r in (name.split("/") for name in names))


class TestAddressBook:
    @pytest.mark.parametrize(
        ("text", "flat"),
        [
            ("3-2-501", "3/2/501"),
            ("3栋2单元501室", "3/2/501"),
            ("3幢2单元501", "3/2/501"),
            ("明月湖小区3幢1单元1204", "3/1/1204"),
            ("8#2-601", "8/2/601"),
            ("11号楼2单元1201", "11/2/1201"),
            ("天元区天元区明月湖小区。7栋。1单元。302", "7/1/302"),
            ("4栋 2单元 1703明月湖", "4/2/1703"),
            ("9-1804", "9//1804"),
            ("9号1804", "9//1804"),
            ("２－１－３０２", "2/1/302"),
            ("3—2—501", "3/2/501"),
            ("3一2一501", "3/2/501"),
            ("3/2/501", "3/2/501"),
            ("3.2.501", "3/2/501"),
            ("3、2、501", "3/2/501"),
            ("3 2 501", "3/2/501"),
            ("十二栋二单元五〇一室", "12/2/501"),
            ("十二栋三单元一千八百零三室", "12/3/1803"),
            ("3栋2单元5楼1室", "3/2/501"),
            ("3楼2单元501", "3/2/501"),
            ("3-2-0501", "3/2/501"),
            ("3幢2单元501：A×2，B*1", "3/2/501"),
            ("地址：3-2-501", "3/2/501"),
            ("放到 9-1804 门口", "9//1804"),
            ("3栋2单元501楼下", "3/2/501"),
            ("长江路88号3栋2单元501", "3/2/501"),
            ("人民路88弄3号2-302室", "3/2/302"),
            ("1栋2单元302，打电话 139-0000-1111", "1/2/302"),
            ("老周 3-2-501 A套餐2份", "3/2/501"),
            ("张三13900001111，2-1-302，A1", "2/1/302"),
        ],
    )
    def test_reads_the_flat(self, text, flat):
        assert str(BOOK.read(text).flat) == flat

    @pytest.mark.parametrize(
        ("text", "problem", "candidates"),
        [
            ("3-501", Problem.AMBIGUOUS, flats("3/1/501", "3/2/501", "3/3/501")),
            ("13-1-101", Problem.BUILDING_UNKNOWN, ()),
            ("3-2-2501", Problem.ROOM_UNKNOWN, ()),
            ("3-2-505", Problem.ROOM_UNKNOWN, ()),
            # unit 5 is not there; the flat may be in any of the three that are
            ("3-5-501", Problem.ROOM_UNKNOWN, flats("3/1/501", "3/2/501", "3/3/501")),
            ("9-1-1302", Problem.ROOM_UNKNOWN, flats("9//1302")),
            ("2-1-302 代1-1-101张阿姨 A1", Problem.AMBIGUOUS, flats("1/1/101", "2/1/302")),
            ("小王", Problem.MISSING, ()),
            ("明月湖小区", Problem.MISSING, ()),
            ("", Problem.MISSING, ()),
            ("302", Problem.MISSING, ()),
            ("<script>alert(1)</script>", Problem.MISSING, ()),
            ("10:30-11:00前送", Problem.MISSING, ()),
            ("11-8", Problem.MISSING, ()),
        ],
    )
    def test_never_guesses(self, text, problem, candidates):
        reading = BOOK.read(text)

        assert (reading.flat, reading.problem, reading.candidates) == (None, problem, candidates)

    def test_takes_the_only_unit_of_a_building(self):
        book = AddressBook([Building(name="1", units=("1",), floors=6, rooms_per_floor=2)])

        assert str(book.read("1-302").flat) == "1/1/302"

    def test_reads_a_room_alone_in_a_group_for_one_unit(self):
        book = AddressBook(BUILDINGS, default_building="2", default_unit="1")

        reading = book.read("302 A1")

        assert str(reading.flat) == "2/1/302"
        assert reading.by_default

    def test_reads_buildings_named_by_letters(self):
        book = AddressBook([Building(name="B3", units=("A", "B"), floors=9, rooms_per_floor=4)])

        assert str(book.read("b3栋2单元").problem) == "address_missing"
        assert str(book.match(building="b3", unit="a单元", room="0901").flat) == "B3/A/901"

    def test_says_where_in_the_text_an_address_stands(self):
        text = "老周 3栋2单元501室 A套餐2份"

        mention = BOOK.mentions(text)[0]

        assert normal(text)[mention.start : mention.end] == mention.text == "3栋2单元501室"

    def test_matches_columns_of_a_table(self):
        assert str(BOOK.match(building="6栋", unit="1", room="1304").flat) == "6/1/1304"
        assert BOOK.match(building="12", unit="", room="501").problem is Problem.AMBIGUOUS
        assert BOOK.match(building="9", unit="1", room="1302").candidates == flats("9//1302")
        assert BOOK.match(building="6", unit="1", room="").problem is Problem.MISSING

    def test_answers_long_nonsense_at_once(self):
        assert BOOK.read("1-" * 100_000).problem is Problem.MISSING


def chinese(number: str) -> str:
    return "".join(NUMERALS[int(digit)] for digit in number)


def spoken(number: str) -> str:
    """Return a number up to 99 as it is said: 十二, 二十."""
    tens, ones = divmod(int(number), 10)
    return ("" if tens < 2 else NUMERALS[tens]) + ("十" if tens else "") + (NUMERALS[ones] if ones else "")


RENDERINGS = [
    lambda b, u, r: f"{b}-{u}-{r}" if u else f"{b}-{r}",
    lambda b, u, r: f"{b}栋{u}单元{r}室" if u else f"{b}栋{r}室",
    lambda b, u, r: f"明月湖小区{b}幢{u}单元{r}" if u else f"明月湖小区{b}幢{r}",
    lambda b, u, r: f"{b}#{u}-{r}" if u else f"{b}#{r}",
    lambda b, u, r: f"{b}号楼{u}单元{r}" if u else f"{b}号楼{r}",
    lambda b, u, r: f"天元区天元区明月湖小区。{b}栋。{u}单元。{r}" if u else f"天元区。{b}栋。{r}",
    lambda b, u, r: f"{b}栋 {u}单元 {r}明月湖" if u else f"{b}栋 {r}明月湖",
    lambda b, u, r: f"{b}号{u}单元{r}号" if u else f"{b}号{r}",
    lambda b, u, r: f"{spoken(b)}栋{spoken(u)}单元{chinese(r)}室" if u else f"{spoken(b)}栋{chinese(r)}室",
    lambda b, u, r: f"{b}栋{u}单元{r[:-2]}楼{r[-2:]}室" if u else f"{b}栋{r[:-2]}层{r[-2:]}室",
    lambda b, u, r: f"{b}/{u}/{r}" if u else f"{b}/{r}",
]


class TestGrammar:
    @given(data=st.data(), wide=st.booleans(), around=st.sampled_from(["{}", "送到{}", "{} 谢谢", "王阿姨 {}，放门口"]))
    def test_reads_back_every_rendering_of_every_flat(self, data, wide, around):
        building = data.draw(st.sampled_from(BUILDINGS))
        unit = data.draw(st.sampled_from(building.units or ("",)))
        floor = data.draw(st.integers(1, building.floors))
        room = f"{floor}{data.draw(st.integers(1, building.rooms_per_floor)):02d}"
        text = around.format(data.draw(st.sampled_from(RENDERINGS))(building.name, unit, room))
        if wide:
            text = text.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})

        assert BOOK.read(text).flat == Flat(building=building.name, unit=unit, room=room)

    @given(text=st.text(alphabet="0123456789一二十栋幢号楼单元室#-/ .。,、弄层份元AB", max_size=24))
    def test_never_breaks_and_never_makes_up_a_flat(self, text):
        reading = BOOK.read(text)

        assert (reading.flat is None) == (reading.problem is not None)
        if reading.flat:
            building = next(one for one in BUILDINGS if one.name == reading.flat.building)
            assert building.has_room(reading.flat.room)
            assert reading.flat.unit in (building.units or ("",))
