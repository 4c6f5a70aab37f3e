"""What stands beside what, and how far it is: rows, islands, corners, and that turning a hall changes nothing."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from service.fairs.layouts import BoothDraft, Floor, HallLayout, beside, distance, floor_of, touching
from tests.fairs.layouts.floors import booth, draft, hall, island, thing

FAIR = uuid4()


def pairs(floor: Floor, found: frozenset[tuple[object, object]]) -> set[frozenset[str]]:
    names = {each.id: each.code for each in floor.booths}
    return {frozenset((names[one], names[other])) for one, other in found}  # type: ignore[index]


def of(*halls: HallLayout) -> Floor:
    return floor_of(FAIR, draft(*halls))


def side_by_side(*halls: HallLayout) -> set[frozenset[str]]:
    floor = of(*halls)
    return pairs(floor, beside(floor))


def chain(row: str, last: int) -> set[frozenset[str]]:
    return {frozenset((f"{row}{n}", f"{row}{n + 1}")) for n in range(1, last)}


def test_a_row_is_side_by_side() -> None:
    assert side_by_side(hall(*(booth(f"A{n}", 3 * n, 0) for n in range(1, 5)))) == chain("A", 4)


def test_booths_back_to_back_touch_and_are_not_side_by_side() -> None:
    floor = of(hall(*island(5)))
    assert pairs(floor, beside(floor)) == chain("A", 5) | chain("B", 5)
    backs = {frozenset((f"A{n}", f"B{n}")) for n in range(1, 6)}
    assert pairs(floor, touching(floor)) == chain("A", 5) | chain("B", 5) | backs


def test_an_aisle_between_parts_them() -> None:
    assert side_by_side(hall(booth("A1", 0, 0), booth("A2", 5, 0))) == set()
    drawn = thing("aisle", 5.9, 0, 0.2, 12)
    assert side_by_side(hall(booth("A1", 3, 3), booth("A2", 6, 3), things=(drawn,))) == set()
    along = thing("aisle", 0, 6, 30, 3)  # It runs in front of them and parts nobody.
    assert side_by_side(hall(booth("A1", 3, 3), booth("A2", 6, 3), things=(along,))) == {frozenset(("A1", "A2"))}


def test_five_centimetres_and_a_metre() -> None:
    assert side_by_side(hall(booth("A1", 3, 3), booth("A2", 6.05, 3))) == {frozenset(("A1", "A2"))}
    assert side_by_side(hall(booth("A1", 3, 3), booth("A2", 6.1, 3))) == set()
    # Half a metre of wall in common joins nothing, and neither do fronts on two lines.
    assert side_by_side(hall(booth("A1", 3, 3), booth("A2", 6, 5.5))) == set()
    assert side_by_side(hall(booth("A1", 3, 3, depth=3), booth("A2", 6, 3.5, depth=2))) == set()


def test_booths_against_a_wall_and_a_large_one_are_one_row() -> None:
    # A2 is deeper: the fronts lie on one line, the backs do not.
    assert side_by_side(hall(booth("A1", 0, 0), booth("A2", 3, 0, 6, 3), booth("A3", 9, 0))) == {
        frozenset(("A1", "A2")), frozenset(("A2", "A3")),
    }  # fmt: skip


def test_a_wall_in_front_closes_a_side() -> None:
    wall = thing("wall", 3, 6, 6, 0.2)
    one, two = booth("A1", 3, 3), booth("A2", 6, 3)
    behind = thing("wall", 3, 2.8, 6, 0.2)
    assert side_by_side(hall(one, two, things=(wall,))) == {frozenset(("A1", "A2"))}
    assert side_by_side(hall(one, two, things=(wall, behind))) == set()


places = st.tuples(st.integers(0, 8), st.integers(0, 3))
layouts = st.lists(places, unique=True, max_size=18)


def turned(one: BoothDraft, depth: Decimal) -> BoothDraft:
    """The booth of a hall that was turned by a quarter."""
    assert one.width is not None
    assert one.depth is not None
    return one.model_copy(update={"x": depth - one.y - one.depth, "y": one.x, "width": one.depth, "depth": one.width})


@given(layouts)
def test_turning_the_hall_changes_nothing(where: list[tuple[int, int]]) -> None:
    # Lines 0 and 1 stand back to back, then comes an aisle of three metres.
    standing = tuple(booth(f"A{n}", 3 + 3 * x, (3, 6, 12, 15)[y]) for n, (x, y) in enumerate(where))
    straight = hall(*standing, width=40, depth=21)
    quarter = hall(*(turned(one, Decimal(21)) for one in standing), width=21, depth=40)
    assert side_by_side(straight) == side_by_side(quarter)


@given(layouts)
def test_side_by_side_is_a_part_of_touching_and_each_pair_stands_once(where: list[tuple[int, int]]) -> None:
    floor = of(hall(*(booth(f"A{n}", 3 * x, 3 * y) for n, (x, y) in enumerate(where)), width=40, depth=21))
    near, walls = beside(floor), touching(floor)
    assert near <= walls
    assert all(one < other for one, other in walls)
    for one, other in near:
        # In one row: on one line, and three metres apart.
        a, b = floor.by_id[one], floor.by_id[other]
        assert (a.x == b.x) != (a.y == b.y)
        assert abs(a.x - b.x) + abs(a.y - b.y) == 3


@given(layouts, st.integers(0, 17), st.integers(0, 17), st.integers(0, 17))
def test_the_way_is_the_same_back_and_never_shorter_over_a_third(where: list[tuple[int, int]], i: int, j: int, k: int) -> None:
    if not where:
        return
    one = hall(*(booth(f"A{n}", 3 * x, 3 * y) for n, (x, y) in enumerate(where)), width=40, depth=21)
    two = hall(booth("Z1", 0, 0), name="Sảnh B", things=(thing("entrance", 10, 0, 4, 1),))
    floor = of(one, two)
    a, b, c = (floor.booths[n % len(floor.booths)].id for n in (i, j, k))
    assert distance(floor, a, b) == distance(floor, b, a)
    assert distance(floor, a, a) == 0
    assert distance(floor, a, b) <= distance(floor, a, c) + distance(floor, c, b) + 1e-9


def test_from_hall_to_hall_over_the_doors() -> None:
    floor = of(
        hall(booth("A1", 0, 0), things=(thing("entrance", 8, 11, 2, 1),)),
        hall(booth("B1", 0, 0), name="Sảnh B", things=(thing("entrance", 0, 11, 2, 1),)),
    )
    a, b = floor.by_code["A1"].id, floor.by_code["B1"].id
    # (1.5, 1.5) to (9, 11.5), 30 metres, (1, 11.5) to (1.5, 1.5).
    assert distance(floor, a, b) == 7.5 + 10 + 30 + 0.5 + 10
