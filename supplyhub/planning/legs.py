"""Collect single ways between places into the square tables of a `Travel`."""

import dataclasses
from array import array
from collections.abc import Mapping, Sequence

from supplyhub.planning.problem import Travel, TravelModel, TravelTable

_NO_WAY = -1


class Squares:
    """Square tables of distances and durations, one pair for each kind of vehicle."""

    def __init__(self, place_ids: Sequence[str]) -> None:
        self.number = {place_id: number for number, place_id in enumerate(place_ids)}
        self._tables: dict[str, tuple[array[int], array[int]]] = {}

    def add(self, vehicle: str, from_id: str, to_id: str, distance_m: int, duration_s: int) -> bool:
        """Note one way, and return False when it was noted before.

        Parameters
        ----------
        vehicle
            The kind of vehicle, or empty for all.
        from_id, to_id
            Places of this square.
        distance_m, duration_s
            Metres and seconds.
        """
        size = len(self.number)
        if vehicle not in self._tables:
            empty = array("q", [_NO_WAY]) * (size * size)
            self._tables[vehicle] = (empty, empty[:])
        metres, seconds = self._tables[vehicle]
        cell = self.number[from_id] * size + self.number[to_id]
        if metres[cell] != _NO_WAY:
            return False
        metres[cell], seconds[cell] = distance_m, duration_s
        return True

    def travel(self) -> Travel:
        """Return what was noted as a travel model."""
        return Travel(
            model=TravelModel.MATRIX,
            place_ids=tuple(self.number),
            tables=tuple(
                TravelTable(vehicle=vehicle, distance_m=tuple(metres), duration_s=tuple(seconds))
                for vehicle, (metres, seconds) in sorted(self._tables.items())
            ),
        )


def with_same_place(travel: Travel, new: Mapping[str, str]) -> Travel:
    """Return a travel model that also knows places that lie where others do.

    Parameters
    ----------
    travel
        The model. Crow travel knows every place by its coordinates, and is returned as it is.
    new
        The new places' ids, with the ids of those where they lie.
    """
    if travel.model is not TravelModel.MATRIX:
        return travel
    known = set(travel.place_ids)
    added = [(place_id, like) for place_id, like in new.items() if like in known and place_id not in known]
    at = {place_id: number for number, place_id in enumerate(travel.place_ids)}
    sources = [*range(len(at)), *(at[like] for _, like in added)]

    def widened(cells: tuple[int, ...]) -> tuple[int, ...]:
        rows = [cells[row * len(at) : (row + 1) * len(at)] for row in range(len(at))]
        # Between two who lie at the same place there is no way to go; their cell is the old place's to itself.
        return tuple(rows[here][there] if here != there else 0 for here in sources for there in sources)

    return dataclasses.replace(
        travel,
        place_ids=(*travel.place_ids, *(place_id for place_id, _ in added)),
        tables=tuple(
            dataclasses.replace(table, distance_m=widened(table.distance_m), duration_s=widened(table.duration_s))
            for table in travel.tables
        ),
    )
