"""Readiness is what is known to hold today over what is required; what nobody knows is never held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from service.matching.checklists import words
from service.matching.checklists.inputs import NUMBERS, PAPERS, ChecklistDraft, ItemDraft
from service.matching.checklists.judging import Answer, Goods, Held, Wish, judge
from service.matching.checklists.models import Wanted
from service.matching.terms import Verdict

TODAY = date(2026, 11, 28)
NOTHING = Goods("household")
EVERYTHING = Goods(
    legal_form="cooperative",
    papers=(Held("OCOP", 5, date(2026, 1, 1), date(2029, 1, 1)),
            *(Held(kind, None, date(2026, 11, 1), date(2029, 1, 1)) for kind in PAPERS)),
    barcodes=("8936012345674", "18936012345671"), packs=2, packs_g=(500, 1000), photos=8, lots=1, in_english=True,
    least_order_kg=1, lead_days=0, shelf_life_days=3650, days_on_road=0,
)  # fmt: skip


def wish(kind: Wanted, **said: object) -> Wish:
    number = NUMBERS[kind].least if kind in NUMBERS else None
    code = {Wanted.BARCODE: "gtin13", Wanted.PAPER: "VG"}.get(kind)
    asked = {"number": 500 if kind is Wanted.PACK else number, "code": code, "words": "Có lót khay", **said}
    return Wish(uuid4(), kind, **asked)  # type: ignore[arg-type]


def verdict(kind: Wanted, goods: Goods, **said: object) -> Verdict:
    (point,) = judge([wish(kind, **said)], goods, {}, TODAY).points
    return point.verdict


@pytest.mark.parametrize("kind", list(Wanted))
def test_nothing_known_is_never_held(kind: Wanted) -> None:
    assert verdict(kind, NOTHING) is not Verdict.YES


@pytest.mark.parametrize("kind", list(Wanted))
def test_every_kind_can_be_met(kind: Wanted) -> None:
    asked = wish(kind)
    ready = judge([asked], EVERYTHING, {asked.id: Answer(accepts=True)}, TODAY)
    assert ready.ready, words.line(ready)


@pytest.mark.parametrize("kind", list(Wanted))
def test_what_is_said_not_to_be_required_counts_for_nothing(kind: Wanted) -> None:
    ready = judge([wish(kind, required=False)], NOTHING, {}, TODAY)
    assert (ready.held, ready.required, ready.ready) == (0, 0, False)
    assert words.condition(wish(kind, required=False)).startswith("không yêu cầu: ")


@pytest.mark.parametrize("kind", list(Wanted))
def test_every_condition_and_every_gap_has_words(kind: Wanted) -> None:
    asked = wish(kind)
    assert words.condition(asked)
    assert words.kind_name(kind)
    for goods in (NOTHING, replace(NOTHING, packs=1, packs_g=(1,), lead_days=400, least_order_kg=9e6, shelf_life_days=1,
                                   days_on_road=4)):  # fmt: skip
        for point in judge([asked], goods, {asked.id: Answer(accepts=False, words="bảy ngày thôi")}, TODAY).gaps:
            assert words.gap(point)
    assert words.PARTS.get(kind) or asked.answered


papers = st.builds(
    Held, st.sampled_from(["OCOP", "ATTP", "HACCP", "TCB", "KN", "VG"]), st.none() | st.integers(3, 5),
    st.none() | st.dates(date(2023, 1, 1), date(2027, 1, 1)), st.none() | st.dates(date(2025, 1, 1), date(2029, 1, 1)),
)  # fmt: skip
figures = st.none() | st.integers(0, 400)
goods_of = st.builds(
    Goods, st.sampled_from(["cooperative", "household"]), st.lists(papers, max_size=4).map(tuple),
    st.lists(st.sampled_from(["8936012345674", "18936012345671"]), max_size=2).map(tuple), st.integers(0, 3),
    st.lists(st.integers(1, 600), max_size=3).map(tuple), st.integers(0, 9), st.integers(0, 2), st.booleans(),
    figures, figures, st.none() | st.integers(1, 400), st.none() | st.integers(0, 4),
)  # fmt: skip
wishes = st.sampled_from(list(Wanted)).flatmap(
    lambda kind: st.builds(
        lambda number, required: wish(kind, required=required, **({"number": number} if kind in NUMBERS else {})),
        st.integers(*((NUMBERS[kind].least, NUMBERS[kind].most) if kind in NUMBERS else (0, 0))),
        st.booleans(),
    )
)


@given(st.lists(wishes, max_size=8), goods_of, st.booleans())
def test_the_count_and_the_gaps_agree(asked: list[Wish], goods: Goods, sees: bool) -> None:
    ready = judge(asked, goods, {}, TODAY, sees_answers=sees)
    required = [each for each in asked if each.required]
    assert ready.required + ready.unseen == len(required)
    assert ready.held + len(ready.gaps) == ready.required
    assert ready.ready == (ready.required > 0 and not ready.gaps)
    assert not (sees and ready.unseen)
    for point in ready.gaps:
        assert words.gap(point)
    assert words.line(ready)


@given(st.lists(papers, max_size=4), st.dates(date(2025, 1, 1), date(2029, 1, 1)))
def test_a_paper_is_held_only_on_days_on_which_it_holds(held: list[Held], day: date) -> None:
    (point,) = judge([wish(Wanted.PAPER, code="VG")], replace(NOTHING, papers=tuple(held)), {}, day).points
    alive = any(p.kind == "VG" and p.valid_to is not None and p.valid_to >= day and (p.issued_on is None or p.issued_on <= day)
                for p in held)  # fmt: skip
    assert (point.verdict is Verdict.YES) == alive


def test_papers_run_out_at_the_end_of_their_last_day() -> None:
    for days, expected in ((0, Verdict.YES), (-1, Verdict.NO)):
        goods = replace(NOTHING, papers=(Held("ATTP", None, None, TODAY + timedelta(days)),))
        assert verdict(Wanted.FOOD_SAFETY, goods) is expected
    goods = replace(NOTHING, papers=(Held("VG", None, None, date(2026, 11, 1)),))
    (point,) = judge([wish(Wanted.PAPER)], goods, {}, TODAY).gaps
    assert words.gap(point) == "VietGAP: đã hết hạn ngày 01/11/2026"


def test_a_paper_without_a_last_day_is_unknown_unless_its_kind_never_ends() -> None:
    assert verdict(Wanted.PAPER, replace(NOTHING, papers=(Held("VG"),))) is Verdict.UNKNOWN
    assert verdict(Wanted.DECLARATION, replace(NOTHING, papers=(Held("TCB", endless=True),))) is Verdict.YES


def test_fewer_stars_than_asked_are_named() -> None:
    goods = replace(NOTHING, papers=(Held("OCOP", 3, None, date(2028, 1, 1)),))
    (point,) = judge([wish(Wanted.STARS, number=4)], goods, {}, TODAY).gaps
    assert words.gap(point) == "cần OCOP từ 4 sao còn hạn, đang có 3 sao"
    assert verdict(Wanted.STARS, goods, number=3) is Verdict.YES


def test_a_test_report_counts_by_its_age() -> None:
    goods = replace(NOTHING, papers=(Held("KN", None, date(2025, 12, 1), None),))
    assert verdict(Wanted.TEST_REPORT, goods, number=12) is Verdict.YES
    assert verdict(Wanted.TEST_REPORT, goods, number=11) is Verdict.NO
    assert verdict(Wanted.TEST_REPORT, replace(NOTHING, papers=(Held("KN"),)), number=12) is Verdict.UNKNOWN


def test_barcodes_by_their_level() -> None:
    goods = replace(NOTHING, packs=1, barcodes=("8936012345674",))
    assert verdict(Wanted.BARCODE, goods, code="gtin13") is Verdict.YES
    assert verdict(Wanted.BARCODE, goods, code="gtin14") is Verdict.NO
    assert verdict(Wanted.BARCODE, NOTHING) is Verdict.UNKNOWN


def test_shelf_life_is_counted_to_the_buyer_s_door() -> None:
    goods = replace(NOTHING, shelf_life_days=10, days_on_road=4)
    assert verdict(Wanted.SHELF_PERCENT, goods, number=60) is Verdict.YES
    assert verdict(Wanted.SHELF_PERCENT, goods, number=61) is Verdict.NO
    assert verdict(Wanted.SHELF_DAYS, goods, number=7) is Verdict.NO
    assert verdict(Wanted.SHELF_DAYS, replace(goods, days_on_road=None), number=1) is Verdict.UNKNOWN


def test_who_may_not_read_answers_is_told_how_many_there_are() -> None:
    asked = wish(Wanted.DISCOUNT)
    ready = judge([asked], NOTHING, {asked.id: Answer(accepts=True)}, TODAY, sees_answers=False)
    assert (ready.required, ready.unseen) == (0, 1)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "stars"}, {"kind": "stars", "number": 6}, {"kind": "barcode", "code": "ean"}, {"kind": "paper"},
        {"kind": "paper", "code": "OCOP"}, {"kind": "words"}, {"kind": "nothing"}, {"kind": "credit", "number": -1},
        {"kind": "words", "words": "x" * 301}, {"kind": "lead_time", "number": "9" * 5000},
    ],
)  # fmt: skip
def test_conditions_that_say_nothing_are_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ItemDraft.model_validate(said)


def test_of_two_conditions_of_one_kind_the_later_holds() -> None:
    items = [{"kind": "stars", "number": 3}, {"kind": "stars", "number": 4}, {"kind": "pack", "number": 500},
             {"kind": "pack", "number": 1000}, {"kind": "invoice", "required": False, "number": 7}]  # fmt: skip
    contents = ChecklistDraft.model_validate({"items": items}).contents
    assert [(each[0].value, each[1], each[2]) for each in contents] == [
        ("stars", True, 4), ("pack", True, 1000), ("invoice", False, None),
    ]  # fmt: skip
