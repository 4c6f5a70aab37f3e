"""Drawing as functions: rows and their numbers, moves, combining and splitting, and that what is done can be undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import plain
from service.fairs import layouts
from service.fairs.layouts import FloorDraft
from service.fairs.layouts.checks import check
from service.fairs.layouts.rows import applied, difference, draft_of, revived, rows_of, turned
from tests.fairs.layouts.floors import booth, draft, hall, island, thing


def ids(floor: FloorDraft, *codes: str) -> list[UUID]:
    return [each.id for each in floor.booths if each.code in codes]


def codes(floor: FloorDraft) -> list[str]:
    return [each.code for each in floor.booths]


def row(floor: FloorDraft, **said: Any) -> FloorDraft:
    wish = layouts.RowWish.model_validate({"class_code": "TC", "x": "0", "y": "0", "count": "3", "prefix": "A", **said})
    return layouts.row(floor, floor.halls[0].id, wish)


def places(floor: FloorDraft) -> dict[str, tuple[float, float]]:
    return {each.code: (float(each.x), float(each.y)) for each in floor.booths}


def test_rows_back_to_back_across_an_aisle_down_the_hall_and_with_gaps() -> None:
    assert places(row(draft(hall()))) == {"A1": (0, 0), "A2": (3, 0), "A3": (6, 0)}
    double = row(draft(hall()), rows="2", count="2")
    assert places(double) == {"A1": (0, 0), "A2": (3, 0), "A3": (0, 3), "A4": (3, 3)}
    aisle = row(draft(hall()), rows="2", count="2", between="3,5 m", prefix_2="B", first="7", digits="2", step="2")
    assert places(aisle) == {"A07": (0, 0), "A09": (3, 0), "B07": (0, 6.5), "B09": (3, 6.5)}
    down = row(draft(hall()), way="down", count="2", width="4", depth="2", gap="0.5", x="1", y="1")
    assert places(down) == {"A1": (1, 1), "A2": (1, 5.5)}
    assert {(each.width, each.depth) for each in down.booths} == {(2, 4)}
    ends = row(draft(hall()), count="4", end_class="DT", width="6")
    assert [each.class_code for each in ends.booths] == ["DT", "TC", "TC", "DT"]


def test_a_number_that_is_there_already_is_told_beside_the_prefix() -> None:
    with pytest.raises(Invalid) as refused:
        row(row(draft(hall())), first="3")
    assert refused.value.errors["prefix"].startswith("Mã gian A3")
    with pytest.raises(Invalid, match="không dùng được"):
        row(draft(hall()), prefix="A/")


def test_numbers_go_line_by_line_column_by_column_or_there_and_back() -> None:
    floor = draft(hall(*island(3)))
    for order, wanted in (("lines", "K1 K2 K3 K4 K5 K6"), ("columns", "K1 K3 K5 K2 K4 K6"), ("snake", "K1 K2 K3 K6 K5 K4")):
        wish = layouts.NumberWish(prefix="K", order=layouts.Order(order))
        assert " ".join(codes(layouts.renumber(floor, ids(floor, *codes(floor)), wish))) == wanted


def test_combined_booths_are_one_and_come_apart_again() -> None:
    floor = draft(hall(*island(3)))
    joined = layouts.combine(floor, ids(floor, "A1", "A2", "B1", "B2"), layouts.CombineWish())
    whole = next(each for each in joined.booths if each.code == "A1-B2")
    assert (whole.x, whole.y, whole.width, whole.depth, whole.price_vnd) == (3, 3, 6, 6, 20_000_000)
    assert {each.code for each in joined.booths if each.part_of == "A1-B2"} == {"A1", "A2", "B1", "B2"}
    seen = layouts.floor_of(whole.id, joined)
    assert [each.code for each in seen.booths] == ["A1-B2", "A3", "B3"]
    assert seen.by_code["A1-B2"].parts == ("A1", "A2", "B1", "B2")
    with pytest.raises(Invalid, match="Hãy tách gian ghép trước"):
        layouts.remove(joined, ids(joined, "A1"))
    apart = layouts.split(joined, [whole.id], layouts.SplitWish())
    assert sorted(codes(apart)) == sorted(codes(floor))
    assert rows_of(apart) == rows_of(floor)
    moved = layouts.move(joined, [whole.id], layouts.MoveWish(dx=Decimal(3)))
    assert places(moved)["A2"] == (9, 3)
    assert codes(layouts.remove(joined, [whole.id])) == ["A3", "B3"]


@pytest.mark.parametrize("apart", [("A1", "A3"), ("A1", "A2", "B1"), ("A1",)])
def test_what_makes_no_rectangle_is_not_combined(apart: tuple[str, ...]) -> None:
    floor = draft(hall(*island(3)))
    with pytest.raises(Invalid):
        layouts.combine(floor, ids(floor, *apart), layouts.CombineWish())


def test_combined_booths_that_could_not_be_read_again_are_not_stored() -> None:
    """Together they may be longer, and cost more, than anybody could have typed."""
    floor = row(draft(hall(width=130)), count="40")
    with pytest.raises(Invalid, match="dài nhất 100 m"):
        check(layouts.combine(floor, ids(floor, *codes(floor)), layouts.CombineWish(code="G1")))
    few = ids(floor, "A1", "A2")
    dear = layouts.put(floor, few, layouts.SetWish(price_vnd=1_500_000_000))
    with pytest.raises(Invalid, match=r"nhiều nhất 2\.000\.000\.000"):
        check(layouts.combine(dear, few, layouts.CombineWish()))
    check(layouts.combine(floor, few, layouts.CombineWish()))


@given(st.integers(2, 12), st.decimals("2", "30", places=2))
def test_the_pieces_of_a_booth_are_together_what_it_was(pieces: int, width: Decimal) -> None:
    floor = draft(
        hall(booth("A1", 0, 0, width=1, depth=1).model_copy(update={"width": width, "price_vnd": 9_000_000}), width=40)
    )
    try:
        split = layouts.split(floor, ids(floor, "A1"), layouts.SplitWish(pieces=pieces))
    except Invalid:
        assert width / pieces < Decimal("0.51")
        return
    assert len(split.booths) == pieces
    assert sum(each.width or 0 for each in split.booths) == width
    assert all(each.width is not None and each.width >= Decimal("0.5") for each in split.booths)
    assert split.booths[0].id == floor.booths[0].id
    ends = [each.x + (each.width or 0) for each in split.booths]
    assert [each.x for each in split.booths[1:]] == ends[:-1]


def test_booths_are_named_one_by_one_and_from_to() -> None:
    floor = draft(hall(*island(12), booth("X-1", 0, 9)))
    named = {each.id: each.code for each in floor.booths}
    found = layouts.named(floor, floor.halls[0].id, " A9 - a11; B2,X-1 ")
    assert [named[each] for each in found] == ["A9", "A10", "A11", "B2", "X-1"]
    with pytest.raises(Invalid, match="Z9"):
        layouts.named(floor, floor.halls[0].id, "A1-Z9")


def test_classes_and_zones_are_followed_by_their_booths_and_not_thrown_away_under_them() -> None:
    floor = draft(hall(booth("A1", 0, 0, zone="TP")), zones=(layouts.ZoneDraft(code="TP", name="Thực phẩm"),))
    renamed = layouts.put_class(floor, floor.classes[0].model_copy(update={"code": "S"}))
    renamed = layouts.put_zone(renamed, renamed.zones[0].model_copy(update={"code": "F"}))
    assert (renamed.booths[0].class_code, renamed.booths[0].zone) == ("S", "F")
    with pytest.raises(Conflict, match="A1"):
        layouts.remove_class(renamed, renamed.classes[0].id)
    assert layouts.remove_zone(renamed, renamed.zones[0].id).booths[0].zone is None
    with pytest.raises(Conflict):
        layouts.remove_hall(renamed, renamed.halls[0].id)
    with pytest.raises(Invalid):  # An id of somewhere else is not taken over.
        layouts.put_zone(floor, layouts.ZoneDraft(id=floor.halls[0].id, code="Z", name="Lạ"))


def act(floor: FloorDraft, number: int, what: str, picked: list[UUID], by: Decimal) -> FloorDraft:
    """One of the things that are done to a floor."""
    acts: dict[str, Callable[[], FloorDraft]] = {
        "move": lambda: layouts.move(floor, picked, layouts.MoveWish(dx=by)),
        "copy": lambda: layouts.copy(floor, picked, layouts.CopyWish(dy=by, prefix=f"C{number}-")),
        "remove": lambda: layouts.remove(floor, picked),
        "combine": lambda: layouts.combine(floor, picked, layouts.CombineWish()),
        "split": lambda: layouts.split(floor, picked, layouts.SplitWish()),
        "number": lambda: layouts.renumber(floor, picked, layouts.NumberWish(prefix=f"N{number}-")),
        "put": lambda: layouts.put(floor, picked, layouts.SetWish(water=True, closed="Hỏng")),
        "thing": lambda: layouts.put_thing(floor, floor.halls[0].id, thing("pillar", 1, 1, 1, 1)),
    }
    return acts[what]()


chosen = st.sets(st.sampled_from([f"{line}{n}" for line in "AB" for n in range(1, 5)]), min_size=1)
shifts = st.integers(0, 12).map(lambda n: Decimal(n) / 2)


@given(
    st.lists(
        st.tuples(st.sampled_from(["move", "copy", "remove", "combine", "split", "number", "put", "thing"]), chosen, shifts),
        max_size=5,
    )
)
def test_every_change_is_undone_by_its_turn(steps: list[tuple[str, set[str], Decimal]]) -> None:
    floor = draft(hall(*island(4), things=(thing("aisle", 0, 9, 30, 3),)))
    for number, (what, which, by) in enumerate(steps):
        try:
            after = act(floor, number, what, ids(floor, *which), by)
        except (Invalid, NotFound):
            continue
        old, new = rows_of(floor), rows_of(after)
        change = difference(old, new)
        kept = revived(json.loads(json.dumps(plain(change))))  # As the database keeps it.
        assert applied(old, kept) == new
        assert applied(new, turned(kept)) == old
        assert rows_of(draft_of(new)) == new
        floor = draft_of(new)
