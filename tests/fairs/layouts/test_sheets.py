"""A floor as a sheet: what goes out comes back the same, and a sheet that is not right says so line by line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core import exports
from service.demo.floors import floors
from service.fairs.layouts import BoothDraft, ClassDraft, FloorDraft, HallLayout, ThingDraft, ZoneDraft, headings, lines
from service.fairs.layouts.sheets import read


def said(draft: FloorDraft) -> dict[str, Any]:
    """The floor without ids, things in a fixed order."""
    bare = draft.model_dump()
    for group in ("classes", "zones", "halls"):
        for each in bare[group]:
            del each["id"]
    for hall in bare["halls"]:
        for each in (*hall["booths"], *hall["things"]):
            del each["id"]
        # What stands between the booths has no order; a sheet lists it by kinds.
        hall["things"] = sorted(hall["things"], key=lambda each: [str(value) for value in each.values()])
        hall["booths"] = list(hall["booths"])
    return bare


def sent(draft: FloorDraft, kind: str) -> bytes:
    if kind == "csv":
        return exports.as_csv(headings(), lines(draft))
    return exports.as_xlsx([exports.Table("Mặt bằng", headings(), lines(draft))])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", list(floors())[:3])
def test_the_floors_of_the_demo_go_out_and_come_back(name: str, kind: str) -> None:
    floor = floors()[name]
    back, wrong = read(sent(floor, kind))
    assert wrong == []
    assert back is not None
    assert said(back) == said(floor)


codes = st.from_regex(r"[=+@A-Z0-9.Đ-][A-Z0-9.Đ_-]{0,6}", fullmatch=True)
names = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cn", "Co")), min_size=1, max_size=12)
metres = st.decimals("0.5", "99.99", places=2)


@st.composite
def drafts(draw: Any) -> FloorDraft:
    zone = ZoneDraft(code=draw(codes), name=draw(names), about=draw(st.none() | names), smell=draw(st.booleans()))
    booths = tuple(
        BoothDraft(
            code=code, class_code="TC", x=draw(metres), y=draw(metres), width=draw(metres), depth=draw(metres),
            zone=draw(st.sampled_from([None, zone.code])), power=draw(st.sampled_from(["none", "single", "three"])),
            water=draw(st.booleans()), cold=draw(st.booleans()), price_vnd=draw(st.none() | st.integers(0, 10**9)),
            first_come=draw(st.booleans()), closed=draw(st.none() | names),
        )
        for code in draw(st.lists(codes, unique=True, max_size=4))
    )  # fmt: skip
    things = tuple(
        ThingDraft(kind=draw(st.sampled_from(["aisle", "wall"])), label=draw(st.none() | names), x=draw(metres), y=draw(metres),
                   width=draw(metres), depth=draw(metres))
        for _each in range(draw(st.integers(0, 2)))
    )  # fmt: skip
    kind = ClassDraft(
        code="TC", name=draw(names), price_vnd=draw(st.integers(0, 10**9)), price_by=draw(st.sampled_from(["booth", "m2"]))
    )
    hall = HallLayout(
        name=draw(names), width=Decimal(120), depth=draw(metres.filter(lambda m: m >= 1)), booths=booths, things=things
    )
    return FloorDraft(classes=(kind,), zones=(zone,), halls=(hall,))


@given(drafts(), st.sampled_from(["csv", "xlsx"]))
def test_any_floor_goes_out_and_comes_back(floor: FloorDraft, kind: str) -> None:
    back, wrong = read(sent(floor, kind))
    assert wrong == []
    assert back is not None
    assert said(back) == said(floor)


def table(
    *rows: str, head: str = "Dòng này là,Sảnh,Mã,Loại gian,Cách mép trái (m),Cách mép trên (m),Ngang (m),Dọc (m),Điện"
) -> bytes:
    return "\n".join((head, *rows)).encode()


def test_every_wrong_cell_is_told_with_its_line_and_nothing_is_taken() -> None:
    floor, wrong = read(
        table("sảnh,A,,,,,30,12,", "gian,A,A1,TC,abc,0,,,", "gian,A,A2,TC,-1,0,,,5 pha", "ghế,A,,,,,,,", "gian,B,A3,TC,0,0,,,")
    )
    assert floor is None
    assert [(each.line, each.column) for each in wrong] == [
        (3, "Cách mép trái (m)"), (4, "Cách mép trái (m)"), (4, "Điện"), (5, "Dòng này là"),
    ]  # fmt: skip
    floor, wrong = read(table("sảnh,A,,,,,30,12,", "gian,B,A3,TC,0,0,,,"))
    assert floor is None
    assert wrong[0].line == 3
    assert "“B”" in wrong[0].words


def test_people_write_it_in_english_and_in_their_own_words() -> None:
    floor, wrong = read(
        table("hall,A,,,,,30 m,12,", 'Gian,A,101,TC,"1,5",2.25,3,3,3 pha', head="What,Hall,Code,Class,X,Y,Width,Depth,Power")
    )
    assert wrong == []
    assert floor is not None
    one = floor.booths[0]
    assert (one.code, one.x, one.y, one.power) == ("101", Decimal("1.5"), Decimal("2.25"), "three")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n\x1a\n0000", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b\n1,2", b"\xff\xfea\x00",
     table("=1+1,A,,,,,,,"), table("gian,A,A1,TC," + "9" * 400 + ",0,,,"), table("gian,A,A1,TC,1e400,0,,,"),
     table(*["gian,A,A1,TC,0,0,,,"] * 10_001)],
)  # fmt: skip
def test_what_is_no_sheet_of_a_floor_is_refused_in_words(data: bytes) -> None:
    floor, wrong = read(data)
    assert floor is None
    assert wrong
    assert all(each.words for each in wrong)
