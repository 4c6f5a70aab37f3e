"""What stands beside what, which way a booth is open, and how far it is to walk. PURE: metres in, nothing else known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from uuid import UUID

from service.fairs.layouts.floor import Floor, HallFloor, Spot, Thing

TOUCH = 0.05  # What is nearer than this touches: partition walls are about as thick.
LEAST_EDGE = 1.0  # A shorter piece of a shared wall joins nothing.
SOLID = ("pillar", "wall", "stage")
BETWEEN_HALLS = 30.0
CELL = 6.0

Side = Literal["n", "s", "w", "e"]
SIDES: tuple[Side, ...] = ("n", "s", "w", "e")
Standing = Spot | Thing
StandingT = TypeVar("StandingT", bound=Standing)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, by: float = TOUCH) -> bool:
        """Whether they lie on each other by more than `by` both ways; below zero: whether they are nearer than that."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > by
            and min(self.bottom, other.bottom) - max(self.top, other.top) > by
        )

    def grown(self, by: float) -> Box:
        """The same with a rim."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def box(thing: Standing) -> Box:
    """Where something stands."""
    return Box(thing.x, thing.y, thing.x + thing.width, thing.y + thing.depth)


class Grid:
    """What stands where, so that only neighbours are looked at: a hall of 3,000 booths is not compared pair by pair."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self.boxes = list(boxes)
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, each in enumerate(self.boxes):
            for cell in _cells(each):
                self._cells[cell].append(number)

    def near(self, where: Box) -> Iterator[int]:
        """The numbers of those that may meet the box, each once."""
        seen: set[int] = set()
        for cell in _cells(where):
            for number in self._cells.get(cell, ()):
                if number not in seen:
                    seen.add(number)
                    yield number


def _cells(each: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(each.left // CELL), int(each.right // CELL) + 1):
        for line in range(int(each.top // CELL), int(each.bottom // CELL) + 1):
            yield column, line


def strip(where: Box, side: Side, deep: float) -> Box:
    """The floor in front of one side of a box, so deep."""
    if side == "n":
        return Box(where.left, where.top - deep, where.right, where.top)
    if side == "s":
        return Box(where.left, where.bottom, where.right, where.bottom + deep)
    if side == "w":
        return Box(where.left - deep, where.top, where.left, where.bottom)
    return Box(where.right, where.top, where.right + deep, where.bottom)


def free_along(where: Box, side: Side, others: Iterable[Box], hall: Box, deep: float) -> float:
    """The longest piece of one side, in metres, in front of which nothing stands so deep; outside of the hall nobody walks."""
    front = strip(where, side, deep)
    flat = side in ("n", "s")
    start, end = (front.left, front.right) if flat else (front.top, front.bottom)
    low, high = (front.top, front.bottom) if flat else (front.left, front.right)
    room = (hall.top, hall.bottom) if flat else (hall.left, hall.right)
    if low < room[0] - TOUCH or high > room[1] + TOUCH:
        return 0.0
    standing = [other for other in others if other.meets(front)]
    taken = [(other.left, other.right) if flat else (other.top, other.bottom) for other in standing]
    longest, at = 0.0, start
    for first, last in sorted(taken):
        longest = max(longest, min(first, end) - at)
        at = max(at, last)
    return max(longest, end - at)


def open_sides(hall: HallFloor) -> dict[UUID, frozenset[Side]]:
    """The sides of each booth that people can walk up to: half a metre of free floor along at least one metre."""
    solid = [box(thing) for thing in hall.things if thing.kind in SOLID]
    boxes = [box(booth) for booth in hall.booths]
    grid = Grid([*boxes, *solid])
    whole = Box(0, 0, hall.width, hall.depth)
    found: dict[UUID, frozenset[Side]] = {}
    for number, booth in enumerate(hall.booths):
        around = [grid.boxes[other] for other in grid.near(boxes[number].grown(1)) if other != number]
        found[booth.id] = frozenset(
            side for side in SIDES if free_along(boxes[number], side, around, whole, 0.5) >= LEAST_EDGE - TOUCH
        )
    return found


def _edges(hall: HallFloor) -> Iterator[tuple[Spot, Spot, bool]]:
    """Pairs that share an edge with no aisle on it, and whether they stand left and right of each other (else one above)."""
    boxes = [box(booth) for booth in hall.booths]
    aisles = [box(thing) for thing in hall.things if thing.kind == "aisle"]
    grid = Grid(boxes)
    for number, one in enumerate(boxes):
        for other in grid.near(one.grown(TOUCH)):
            two = boxes[other]
            if other <= number:
                continue
            across = min(one.right, two.right) - max(one.left, two.left)
            along = min(one.bottom, two.bottom) - max(one.top, two.top)
            flat = abs(across) <= TOUCH
            if not (flat and along >= LEAST_EDGE - TOUCH) and not (abs(along) <= TOUCH and across >= LEAST_EDGE - TOUCH):
                continue
            # The seam is what lies between their edges: as long as both, and as thin as they are near.
            columns = sorted((max(one.left, two.left), min(one.right, two.right)))
            lines = sorted((max(one.top, two.top), min(one.bottom, two.bottom)))
            seam = Box(columns[0], lines[0], columns[1], lines[1])
            if not any(_parts(aisle, seam, flat) for aisle in aisles):
                yield hall.booths[number], hall.booths[other], flat


def _parts(aisle: Box, seam: Box, flat: bool) -> bool:
    """Whether an aisle runs over a seam along the metre that would join the two."""
    if flat:
        middle = (seam.left + seam.right) / 2
        return aisle.left < middle < aisle.right and min(aisle.bottom, seam.bottom) - max(aisle.top, seam.top) >= LEAST_EDGE
    middle = (seam.top + seam.bottom) / 2
    return aisle.top < middle < aisle.bottom and min(aisle.right, seam.right) - max(aisle.left, seam.left) >= LEAST_EDGE


def _in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one < other else (other, one)


def touching(floor: Floor) -> frozenset[tuple[UUID, UUID]]:
    """Booths with a wall in common, back to back too: where smells go through. Each pair once, the smaller id first."""
    return frozenset(_in_order(one.id, other.id) for hall in floor.halls for one, other, _flat in _edges(hall))


def beside(floor: Floor) -> frozenset[tuple[UUID, UUID]]:
    """Booths that stand side by side in one row, so that one exhibitor can have both as one stand. Each pair once, in order.

    They share an edge of at least a metre (5 cm more or less) on which no aisle runs, and are open to the same side on one
    line. Booths that turn their backs to each other are not side by side, though at the ends of an island both are open to the
    end as well: a booth belongs to the longer of the two rows it stands in (to both where they are equally long).
    """
    return frozenset(pair for hall in floor.halls for pair in _beside_in(hall))


def _beside_in(hall: HallFloor) -> Iterator[tuple[UUID, UUID]]:
    sides = open_sides(hall)
    pairs: dict[bool, list[tuple[UUID, UUID]]] = {True: [], False: []}
    for one, other, flat in _edges(hall):
        both = sides[one.id] & sides[other.id]
        if any(abs(_line(one, side) - _line(other, side)) <= TOUCH for side in both & set("ns" if flat else "we")):
            pairs[flat].append(_in_order(one.id, other.id))
    lengths = {flat: _row_lengths(found) for flat, found in pairs.items()}
    for flat, found in pairs.items():
        for one_id, other_id in found:
            if all(lengths[flat][each] >= lengths[not flat].get(each, 1) for each in (one_id, other_id)):
                yield one_id, other_id


def _line(booth: Spot, side: Side) -> float:
    """On which line a side of a booth lies."""
    return {"n": booth.y, "s": booth.y + booth.depth, "w": booth.x, "e": booth.x + booth.width}[side]


def _row_lengths(pairs: Sequence[tuple[UUID, UUID]]) -> dict[UUID, int]:
    """Of how many booths the row of each booth is."""
    leader: dict[UUID, UUID] = {}

    def led(each: UUID) -> UUID:
        while leader.setdefault(each, each) != each:
            leader[each] = leader[leader[each]]
            each = leader[each]
        return each

    for one, other in pairs:
        leader[led(one)] = led(other)
    counts: dict[UUID, int] = defaultdict(int)
    for each in list(leader):
        counts[led(each)] += 1
    return {each: counts[led(each)] for each in leader}


def distance(floor: Floor, a: UUID, b: UUID) -> float:
    """Metres to walk from one booth to the other, as along aisles; from hall to hall over their entrances and 30 m between."""
    one, other = floor.by_id[a], floor.by_id[b]
    if one.hall_id == other.hall_id:
        return _steps(_middle(one), _middle(other))
    return _to_door(floor, one) + BETWEEN_HALLS + _to_door(floor, other)


def _to_door(floor: Floor, booth: Spot) -> float:
    hall = next(hall for hall in floor.halls if hall.id == booth.hall_id)
    doors = [_middle(thing) for thing in hall.things if thing.kind == "entrance"]
    # A hall whose doors nobody has drawn is entered in the middle of its lower side.
    return min(_steps(_middle(booth), door) for door in doors or [(hall.width / 2, hall.depth)])


def _middle(thing: Standing) -> tuple[float, float]:
    return thing.x + thing.width / 2, thing.y + thing.depth / 2


def _steps(one: tuple[float, float], other: tuple[float, float]) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])
