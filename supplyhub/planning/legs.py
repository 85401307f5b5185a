"""Collect single ways between places into the square tables of a `Travel`."""

from array import array
from collections.abc import Sequence

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
