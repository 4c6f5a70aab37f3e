"""What is wrong with a floor, said beside the booth it is about. PURE.

A floor is drawn in steps, so a fault keeps nobody from drawing on; it is shown until it is gone. An aisle is two metres wide at
least, which is what people with carts and the fire brigade need, and whoever comes in by a door has to reach every booth.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from uuid import UUID

from service.core import formats
from service.core.i18n import _
from service.fairs.layouts.floor import Floor, HallFloor, Spot, Thing
from service.fairs.layouts.geometry import LEAST_EDGE, SIDES, SOLID, TOUCH, Box, Grid, box, free_along, strip
from service.fairs.layouts.words import thing_names

LEAST_AISLE = 2.0
HALF = LEAST_AISLE / 2 - 0.06  # Half of who walks there, a little less, so that an aisle of exactly two metres is one.
MOST_LINES = 700


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `kind` for programs, `words` for people; `others` are the codes of what it clashes with."""

    hall_id: UUID
    kind: str
    words: str
    booth_id: UUID | None = None
    booth: str | None = None
    others: tuple[str, ...] = ()


def faults(whole: Floor) -> tuple[Fault, ...]:
    """Everything that is wrong, hall by hall, booth by booth."""
    return tuple(fault for hall in whole.halls for fault in faults_in(hall))


def faults_in(hall: HallFloor) -> tuple[Fault, ...]:
    """The same for one hall."""
    return (*_of_booths(hall), *_of_things(hall))


def _of_booths(hall: HallFloor) -> Iterator[Fault]:
    boxes = [box(booth) for booth in hall.booths]
    solid = [thing for thing in hall.things if thing.kind in SOLID]
    grid = Grid([*boxes, *map(box, solid)])
    whole = Box(0, 0, hall.width, hall.depth)
    aisles = [(thing, box(thing)) for thing in hall.things if thing.kind == "aisle"]
    doors = [(thing, _before(box(thing), whole)) for thing in hall.things if thing.kind == "entrance"]
    reached = _reached(hall, grid.boxes, [box(thing) for thing, _front in doors]) if doors else None
    for number, (booth, where) in enumerate(zip(hall.booths, boxes, strict=True)):
        near = [other for other in grid.near(where.grown(LEAST_AISLE)) if other != number]
        over = [other for other in near if where.meets(grid.boxes[other])]
        if where.right > hall.width + TOUCH or where.bottom > hall.depth + TOUCH or where.left < -TOUCH or where.top < -TOUCH:
            yield _at(booth, "outside", _("Gian %(code)s ra ngoài sảnh.", code=booth.code))
        clashes = tuple(sorted(hall.booths[other].code for other in over if other < len(boxes)))
        if clashes:
            said = _("Gian %(code)s chồng lên gian %(others)s.", code=booth.code, others=", ".join(clashes[:5]))
            yield _at(booth, "overlap", said, clashes)
        for other in over:
            if other >= len(boxes):
                yield _at(booth, "blocked", _on(booth, solid[other - len(boxes)]))
        yield from (_at(booth, "aisle", _on(booth, thing)) for thing, aisle in aisles if where.meets(aisle))
        for thing, front in doors:
            if where.meets(front):
                said = _("Gian %(code)s chắn %(thing)s.", code=booth.code, thing=thing.label or thing_names()["entrance"])
                yield _at(booth, "entrance", said)
        if not over:
            yield from _access(booth, where, [grid.boxes[other] for other in near], whole, reached)


def _access(booth: Spot, where: Box, around: Sequence[Box], whole: Box, reached: _Reached | None) -> Iterator[Fault]:
    """Whether people get to a booth: a metre of its edge with two metres of free floor before it, joined to a door."""
    if any(free_along(where, side, around, whole, LEAST_AISLE) >= LEAST_EDGE - TOUCH for side in SIDES):
        if reached is not None and not any(reached.touches(strip(where, side, 1.0)) for side in SIDES):
            yield _at(booth, "cut_off", _("Từ cửa vào không đi tới gian %(code)s được: lối đi bị bít.", code=booth.code))
        return
    for deep in (1.5, 1.0, 0.5):
        if any(free_along(where, side, around, whole, deep) >= LEAST_EDGE - TOUCH for side in SIDES):
            said = {"code": booth.code, "least": formats.number(LEAST_AISLE), "deep": formats.number(deep)}
            words = _("Lối đi trước gian %(code)s chưa tới %(least)s m (khoảng %(deep)s m).", **said)
            yield _at(booth, "narrow", words)
            return
    yield _at(booth, "closed_in", _("Gian %(code)s không có mặt nào mở ra lối đi.", code=booth.code))


def _of_things(hall: HallFloor) -> Iterator[Fault]:
    names = thing_names()
    solid = [box(thing) for thing in hall.things if thing.kind in SOLID]
    for thing in hall.things:
        where, name = box(thing), thing.label or names[thing.kind]
        if where.right > hall.width + TOUCH or where.bottom > hall.depth + TOUCH:
            yield Fault(hall.id, "outside", _("%(thing)s ra ngoài sảnh.", thing=name.capitalize()))
        if thing.kind != "aisle":
            continue
        across = min(thing.width, thing.depth)
        if across < LEAST_AISLE - TOUCH:
            said = {"thing": name.capitalize(), "deep": formats.number(across), "least": formats.number(LEAST_AISLE)}
            yield Fault(hall.id, "narrow", _("%(thing)s chỉ rộng %(deep)s m, cần ít nhất %(least)s m.", **said))
        elif any(where.meets(each) and _left_over(where, each) < LEAST_AISLE - TOUCH for each in solid):
            said = {"thing": name.capitalize(), "least": formats.number(LEAST_AISLE)}
            yield Fault(hall.id, "narrow", _("%(thing)s bị chắn, còn chưa tới %(least)s m.", **said))
    if hall.booths and not any(thing.kind == "entrance" for thing in hall.things):
        yield Fault(hall.id, "no_door", _("Sảnh chưa có cửa vào nên chưa xét được lối đi tới từng gian."))


def _left_over(aisle: Box, thing: Box) -> float:
    """How wide an aisle is still, on the wider side of what stands in it."""
    if aisle.right - aisle.left >= aisle.bottom - aisle.top:
        return max(thing.top - aisle.top, aisle.bottom - thing.bottom)
    return max(thing.left - aisle.left, aisle.right - thing.right)


def _before(door: Box, whole: Box) -> Box:
    """A door and the two metres of floor inside before it, which stay free."""
    sides = {
        "n": whole.bottom - door.bottom, "s": door.top - whole.top, "w": whole.right - door.right, "e": door.left - whole.left,
    }  # fmt: skip
    inward = min(("n", "s", "w", "e"), key=lambda side: sides[side])
    front = strip(door, inward, LEAST_AISLE)  # type: ignore[arg-type]
    return Box(
        min(door.left, front.left), min(door.top, front.top), max(door.right, front.right), max(door.bottom, front.bottom)
    )


def _at(booth: Spot, kind: str, words: str, others: tuple[str, ...] = ()) -> Fault:
    return Fault(booth.hall_id, kind, words, booth.id, booth.code, others)


def _on(booth: Spot, thing: Thing) -> str:
    return _("Gian %(code)s lấn lên %(thing)s.", code=booth.code, thing=thing.label or thing_names()[thing.kind])


# Where somebody two metres wide comes to from the doors -----------------------------------------------------------------


class _Reached:
    """The floor on which the middle of such a walker can stand, as far as it hangs together with a door."""

    def __init__(self, columns: list[float], lines: list[float], cells: list[bytearray]) -> None:
        self.columns, self.lines, self.cells = columns, lines, cells

    def touches(self, where: Box) -> bool:
        """Whether the walker comes to some place of a box."""
        left, right = _span(self.columns, where.left, where.right)
        top, bottom = _span(self.lines, where.top, where.bottom)
        return any(2 in self.cells[line][left:right] for line in range(top, bottom))


def _span(edges: list[float], low: float, high: float) -> tuple[int, int]:
    """The cells that a stretch meets."""
    return max(bisect_right(edges, low + 0.01) - 1, 0), min(bisect_left(edges, high - 0.01), len(edges) - 1)


def _reached(hall: HallFloor, standing: Iterable[Box], doors: Sequence[Box]) -> _Reached:
    """Everything that stands is made larger by half of the walker; what is left free is looked through from the doors.

    The floor is cut along the edges of what stands there, so that a hall drawn in rows has few cells and nothing is rounded.
    """
    # To the millimetre, so that edges that are the same are one cut.
    rims = [_tidied(each.grown(HALF), 0.001) for each in standing]
    if len({each.left for each in rims}) + len({each.top for each in rims}) > MOST_LINES:
        # A hall in which everything stands askew is looked at by half metres: a narrow place may be missed, none is invented.
        rims = [_tidied(each, 0.5) for each in rims]
    room = _tidied(Box(HALF, HALF, hall.width - HALF, hall.depth - HALF), 0.001)
    columns = _cuts(room.left, room.right, (edge for each in rims for edge in (each.left, each.right)))
    lines = _cuts(room.top, room.bottom, (edge for each in rims for edge in (each.top, each.bottom)))
    cells = [bytearray(max(len(columns) - 1, 0)) for _line in range(max(len(lines) - 1, 0))]
    for each in rims:
        left, right = bisect_left(columns, each.left), bisect_right(columns, each.right) - 1
        for line in range(bisect_left(lines, each.top), bisect_right(lines, each.bottom) - 1):
            if right > left:
                cells[line][left:right] = b"\1" * (right - left)
    found = _Reached(columns, lines, cells)
    left_to_see = []
    for door in doors:
        start = door.grown(1.0)
        left, right = _span(columns, start.left, start.right)
        top, bottom = _span(lines, start.top, start.bottom)
        left_to_see += [(line, column) for line in range(top, bottom) for column in range(left, right)]
    while left_to_see:
        line, column = left_to_see.pop()
        if 0 <= line < len(cells) and 0 <= column < len(cells[line]) and cells[line][column] == 0:
            cells[line][column] = 2
            left_to_see += [(line + 1, column), (line - 1, column), (line, column + 1), (line, column - 1)]
    return found


def _tidied(where: Box, step: float) -> Box:
    """The box on a raster, rather smaller than larger."""
    if step < 0.01:
        return Box(*(round(edge, 3) for edge in (where.left, where.top, where.right, where.bottom)))
    return Box(ceil(where.left / step) * step, ceil(where.top / step) * step, floor(where.right / step) * step,
               floor(where.bottom / step) * step)  # fmt: skip


def _cuts(low: float, high: float, edges: Iterable[float]) -> list[float]:
    return sorted({low, high, *(edge for edge in edges if low < edge < high)}) if high > low else []
