"""Turn restrictions of OpenStreetMap: which relation means whom, and which pairs of pieces of road it bans. Pure.

The tags' meaning is the OpenStreetMap wiki's (Relation:restriction, read 2026-11). Read are those by way of one node;
those by way of a road, and conditions, are not.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from supplyhub.integrations.roads.network import Ints
from supplyhub.integrations.roads.router import Kind

_KEYS = {
    Kind.BICYCLE: ("restriction:bicycle", "restriction"),
    Kind.VAN: ("restriction:goods", "restriction:motorcar", "restriction:motor_vehicle", "restriction"),
}
KEYS = tuple(dict.fromkeys(key for keys in _KEYS.values() for key in keys))
"""The tags by which a relation is a restriction that is read."""
_EXCEPTED = {Kind.BICYCLE: {"bicycle"}, Kind.VAN: {"goods", "motorcar", "motor_vehicle"}}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """At a node, from one way: nobody turns into another (`is_only` False), or only into that."""

    from_way: int
    via_node: int
    to_way: int
    is_only: bool


def read_restriction(
    tags: Mapping[str, str], members: Iterable[tuple[str, str, int]], kind: Kind
) -> Restriction | None:
    """Return what a relation forbids a kind of vehicle, or None where it forbids it nothing that is read here.

    Parameters
    ----------
    tags
        Those of the relation.
    members
        Role, type (`n`, `w`, `r`) and id of each.
    kind
        Whose turns are wanted.
    """
    said = next((tags[key] for key in _KEYS[kind] if key in tags), "")
    if not said.startswith(("no_", "only_")) or _EXCEPTED[kind] & set(tags.get("except", "").split(";")):
        return None
    found: defaultdict[str, list[int]] = defaultdict(list)
    for role, type_, id_ in members:
        found[role if type_ == ("n" if role == "via" else "w") else "other"].append(id_)
    if any(len(found[role]) != 1 for role in ("from", "via", "to")):
        return None
    return Restriction(
        from_way=found["from"][0], via_node=found["via"][0], to_way=found["to"][0], is_only=said.startswith("only_")
    )


def banned_pairs(restrictions: Sequence[Restriction], *, way: Ints, start_node: Ints, end_node: Ints) -> Ints:
    """Return pairs of directed segments (see `network.Segments`) that restrictions ban.

    Parameters
    ----------
    restrictions
        All that hold for the kind.
    way, start_node, end_node
        Of each segment: the ids of its way and of its ends.
    """
    # Towards a node and away from it: directed segments with their ways, for the nodes that matter.
    towards: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    away: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    wanted = np.array(sorted({one.via_node for one in restrictions}), dtype=np.int64)
    for nodes, comes, leaves in ((end_node, 0, 1), (start_node, 1, 0)):
        for segment in np.flatnonzero(np.isin(nodes, wanted)).tolist():
            towards[int(nodes[segment])].append((int(way[segment]), 2 * segment + comes))
            away[int(nodes[segment])].append((int(way[segment]), 2 * segment + leaves))
    pairs = []
    for one in restrictions:
        ends = [(is_to, after) for to, after in away[one.via_node] for is_to in [to == one.to_way]]
        if not any(is_to for is_to, _ in ends):
            continue
        for from_way, before in towards[one.via_node]:
            if from_way == one.from_way:
                pairs += [(before, after) for is_to, after in ends if is_to != one.is_only and before != after ^ 1]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
