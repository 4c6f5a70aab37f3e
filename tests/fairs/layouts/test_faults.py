"""What is wrong with a floor is found, whichever way the hall is turned, and nothing is found where all is well."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.demo.floors import floors
from service.fairs.layouts import Fault, HallLayout, faults, floor_of
from tests.fairs.layouts.floors import booth, draft, hall, island, thing

DOOR = thing("entrance", 13, 11, 4, 1)


def found(*halls: HallLayout) -> set[tuple[str, str | None]]:
    return {(each.kind, each.booth) for each in faults(floor_of(uuid4(), draft(*halls)))}


def test_an_island_with_aisles_around_is_right() -> None:
    assert found(hall(*island(5), things=(DOOR,))) == set()


@pytest.mark.parametrize("name", list(floors()))
def test_the_floors_of_the_demo_are_right(name: str) -> None:
    assert [each.words for each in faults(floor_of(uuid4(), floors()[name]))] == []


def test_overlaps_are_told_of_both() -> None:
    said = faults(floor_of(uuid4(), draft(hall(booth("A1", 3, 3), booth("A2", 5, 3), things=(DOOR,)))))
    assert {(each.kind, each.booth, each.others) for each in said} == {
        ("overlap", "A1", ("A2",)), ("overlap", "A2", ("A1",)),
    }  # fmt: skip


def test_what_touches_does_not_overlap() -> None:
    assert found(hall(booth("A1", 3, 3), booth("A2", 6, 3), booth("A3", 9.04, 3), things=(DOOR,))) == set()


def test_out_of_the_hall_on_a_pillar_on_an_aisle_before_a_door() -> None:
    assert found(hall(booth("A1", 28, 3), things=(DOOR,))) == {("outside", "A1")}
    assert ("blocked", "A1") in found(hall(booth("A1", 3, 3), things=(DOOR, thing("pillar", 4, 4, 0.5, 0.5))))
    assert ("aisle", "A1") in found(hall(booth("A1", 3, 3), things=(DOOR, thing("aisle", 0, 5, 30, 3))))
    assert ("entrance", "A1") in found(hall(booth("A1", 14, 7), things=(DOOR,)))
    assert ("entrance", "A1") not in found(hall(booth("A1", 9.9, 8), things=(DOOR,)))  # Beside the door, not before it.


def test_an_aisle_of_two_metres_is_wide_enough_and_a_narrower_one_is_not() -> None:
    def rows(apart: float) -> HallLayout:
        upper = tuple(booth(f"A{n}", 3 * n, 0, depth=3) for n in range(10))
        lower = tuple(booth(f"B{n}", 3 * n, 3 + apart, depth=9 - apart) for n in range(10))
        return hall(*upper, *lower, things=(thing("entrance", 0, 3, 1, apart),))

    assert found(rows(2)) == set()
    assert {kind for kind, _booth in found(rows(1.7))} == {"narrow"}
    assert ("narrow", None) in found(hall(*island(3), things=(DOOR, thing("aisle", 0, 9, 30, 1.5))))


def test_a_booth_in_the_middle_of_others_has_no_way_in() -> None:
    block = tuple(booth(f"A{x}{y}", 3 + 3 * x, 2 + 3 * y) for x in range(3) for y in range(3))
    assert found(hall(*block, width=30, depth=16, things=(thing("entrance", 13, 15, 4, 1),))) == {("closed_in", "A11")}


def test_a_blocked_aisle_cuts_off_those_behind_it() -> None:
    # A hall of 12 metres: a row from wall to wall with the door on one side of it.
    row = tuple(booth(f"B{n}", 3 * n, 5) for n in range(10))
    behind = booth("A1", 12, 0)
    assert ("cut_off", "A1") in found(hall(*row, behind, things=(DOOR,)))
    gap = tuple(each for each in row if each.code != "B9")
    assert found(hall(*gap, behind, things=(DOOR,))) == set()


def test_without_a_door_the_hall_says_so() -> None:
    assert found(hall(*island(2))) == {("no_door", None)}


places = st.lists(st.tuples(st.integers(0, 54), st.integers(0, 30)), unique=True, max_size=12)


def kinds(where: list[tuple[int, int]], *, turned: bool) -> set[tuple[str, str | None]]:
    # Places by half metres, so that booths overlap, stick out, and leave aisles of any width.
    standing, door = [], (13.0, 19.0, 4.0, 1.0)
    for n, (column, line) in enumerate(where):
        x, y = column / 2, line / 2
        standing.append(booth(f"A{n}", *((20 - y - 3, x) if turned else (x, y))))
    box = (20 - door[1] - door[3], door[0], door[3], door[2]) if turned else door
    size = {"width": 20, "depth": 30} if turned else {"width": 30, "depth": 20}
    return found(hall(*standing, things=(thing("entrance", *box),), **size))


@given(places)
def test_turning_the_hall_changes_nothing(where: list[tuple[int, int]]) -> None:
    assert kinds(where, turned=False) == kinds(where, turned=True)


@given(places)
def test_overlaps_are_those_of_a_plain_comparison(where: list[tuple[int, int]]) -> None:
    over = set()
    for n, (x, y) in enumerate(where):
        for m, (u, v) in enumerate(where):
            if n != m and abs(x - u) < 6 and abs(y - v) < 6:
                over.add((f"A{n}", f"A{m}"))
    said: list[Fault] = list(
        faults(floor_of(uuid4(), draft(hall(*(booth(f"A{n}", x / 2, y / 2) for n, (x, y) in enumerate(where)), depth=20))))
    )
    assert {(each.booth, other) for each in said for other in each.others if each.kind == "overlap"} == over or any(
        len(each.others) > 5 for each in said
    )
