"""Where an order of a file goes: the compound by its name, the flat against the compound's building list. Pure.

What is written more than once must agree; a remark that names another flat is a doubt. What a person has chosen holds.
"""

from collections.abc import Iterable, Mapping, Sequence

from supplyhub.files.previews import Reason, reason
from supplyhub.orders.imports.drafts import AddressDraft
from supplyhub.places.address_books import CompoundBook
from supplyhub.places.addresses import Flat, Problem, Reading

MOST_CANDIDATES = 24


def find_compound(books: Mapping[str, Sequence[CompoundBook]], name: str) -> CompoundBook | Reason:
    """Return the compound with a name, or why there is not exactly one."""
    found = books.get(name, ())
    if len(found) == 1:
        return found[0]
    if found:
        return reason("compound_not_unique", value=name, codes=", ".join(book.code for book in found))
    return reason("compound_unknown", value=name)


def settle_address(
    compound: CompoundBook, readings: Iterable[Reading], *, written: str, remark: str = "", chosen: str | None = None
) -> AddressDraft:
    """Return where an order goes from all readings of its address, as `written`, and its remark."""
    if not compound.has_buildings:
        doubt = reason("no_building_list", value=compound.name, compound=compound.code)
        return AddressDraft(compound=compound, written=written, flat=None, doubts=(doubt,))
    listed = list(readings)
    flats = tuple(dict.fromkeys(reading.flat for reading in listed if reading.flat is not None))
    elsewhere = _named_elsewhere(compound, remark, flats)
    doubts = (*_doubts(listed, flats), *elsewhere[0])
    candidates = tuple(dict.fromkeys((*flats, *elsewhere[1], *(one for r in listed for one in r.candidates))))
    picked = None if chosen is None else read_choice(compound, chosen)
    if picked is not None:
        return AddressDraft(compound=compound, written=written, flat=picked)
    if doubts:
        some = candidates[:MOST_CANDIDATES]
        return AddressDraft(compound=compound, written=written, flat=None, candidates=some, doubts=doubts)
    return AddressDraft(compound=compound, written=written, flat=flats[0])


def read_choice(compound: CompoundBook, written: str) -> Flat | None:
    """Return the flat that a person wrote or picked (`3/2/501`, `9//1804`, `3-2-501`), if the compound has it."""
    parts = written.split("/")
    if len(parts) == 3:
        return compound.book.match(building=parts[0], unit=parts[1], room=parts[2]).flat
    return compound.book.read(written).flat


def _doubts(readings: Sequence[Reading], flats: Sequence[Flat]) -> tuple[Reason, ...]:
    if len(readings) > 1:
        possible = dict.fromkeys((*flats, *(one for reading in readings for one in reading.candidates)))
        return (reason("addresses_differ", flats=", ".join(flat.label for flat in possible)),)
    if not readings:
        return (reason(Problem.MISSING.value),)
    problems = dict.fromkeys(reading.problem for reading in readings if reading.problem is not None)
    return tuple(reason(problem.value) for problem in problems)


def _named_elsewhere(
    compound: CompoundBook, remark: str, flats: Sequence[Flat]
) -> tuple[tuple[Reason, ...], tuple[Flat, ...]]:
    """Return the doubt that a remark raises, with the flats it names; the order's own flat is none."""
    named = [mention.reading for mention in compound.book.mentions(remark)]
    others = [reading for reading in named if reading.flat is None or reading.flat not in flats]
    if not others:
        return (), ()
    flats_named = tuple(
        flat for reading in others for flat in ((reading.flat,) if reading.flat else reading.candidates)
    )
    return (reason("remark_names_flat", value=remark),), flats_named
