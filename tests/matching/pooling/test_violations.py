"""The judge of plans finds each planted breach, and nothing in a plan without one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.matching.pooling import Level, Plan, Problem, Rule, Supplier, kept_out, short, violations, worth

NA_LENG = Supplier("na-leng", (500, 900, 0), 61_000, quality=4, engagement_cost=500_000, least_share_kg=100, multiple_kg=20)
COC_DOC = Supplier("coc-doc", (300, 300, 300), (60_000, 62_000, 64_000), quality=3, freight=500, may_use_mark=False)
TAN_TU = Supplier("tan-tu", (400, 400, 400), 63_000, quality=5, least_total_kg=600, most_total_kg=900, specification="dai")
ASKED = Problem(3, (700, 900, 350), (NA_LENG, COC_DOC, TAN_TU))
SOUND = Plan({"na-leng": (400, 600, 0), "coc-doc": (300, 300, 300)})


def _kinds(problem: Problem, plan: Plan) -> list[tuple[Rule, str | None, int | None, int]]:
    return [(each.kind, each.supplier, each.month, each.kg) for each in violations(problem, plan)]


def test_a_sound_plan_breaks_nothing_and_is_worth_what_it_says() -> None:
    assert violations(ASKED, SOUND) == ()
    assert short(ASKED, SOUND) == (0, 0, 50)
    assert worth(ASKED, SOUND) == {
        Level.COVERAGE: 1900,
        Level.MOVED: 0,
        Level.COST: 500_000 + 1000 * 61_000 + 300 * 60_500 + 300 * 62_500 + 300 * 64_500,
        Level.QUALITY: 1000 * 4000 + 900 * 3000,
        Level.FEWEST: 2,
        Level.FAIR: 1000 * 1000 // 1400,
    }


@pytest.mark.parametrize(
    ("problem", "plan", "found"),
    [
        (ASKED, {"ai": (1, 0, 0)}, [(Rule.UNKNOWN, "ai", None, 0)]),
        (ASKED, {"coc-doc": (1, 0)}, [(Rule.SHAPE, "coc-doc", None, 0)]),
        (ASKED, {"coc-doc": (-1, 0, 0)}, [(Rule.SHAPE, "coc-doc", None, 0)]),
        (ASKED, {"coc-doc": (301, 0, 0)}, [(Rule.CAPACITY, "coc-doc", 0, 1)]),
        (ASKED, {"na-leng": (60, 0, 0)}, [(Rule.LEAST_SHARE, "na-leng", 0, 40)]),
        (ASKED, {"na-leng": (110, 0, 0)}, [(Rule.MULTIPLE, "na-leng", 0, 10)]),
        (ASKED, {"tan-tu": (0, 400, 150)}, [(Rule.LEAST_TOTAL, "tan-tu", None, 50)]),
        (ASKED, {"tan-tu": (301, 300, 300)}, [(Rule.MOST_TOTAL, "tan-tu", None, 1)]),
        (ASKED, {"coc-doc": (0, 0, 60), "tan-tu": (0, 300, 300)}, [(Rule.DEMAND, None, 2, 10)]),
        (replace(ASKED, max_suppliers=1), SOUND.kg, [(Rule.MAX_SUPPLIERS, None, None, 1)]),
        (replace(ASKED, ceiling=63_000), {"coc-doc": (0, 0, 300)}, [(Rule.CEILING, "coc-doc", 2, 1500)]),
        (replace(ASKED, mark_required=True), {"coc-doc": (5, 0, 0)}, [(Rule.MARK, "coc-doc", None, 5)]),
        (replace(ASKED, specification="dai"), {"coc-doc": (5, 0, 0)}, [(Rule.SPECIFICATION, "coc-doc", None, 5)]),
        (replace(ASKED, excluded=frozenset({"coc-doc"})), {"coc-doc": (5, 0, 0)}, [(Rule.EXCLUDED, "coc-doc", None, 5)]),
        (replace(ASKED, required=frozenset({"tan-tu"})), SOUND.kg, [(Rule.REQUIRED, "tan-tu", None, 0)]),
        (replace(ASKED, pinned={"coc-doc": (None, 280, None)}), SOUND.kg, [(Rule.PINNED, "coc-doc", 1, 20)]),
    ],
)
def test_each_planted_breach_is_found_and_nothing_else(problem: Problem, plan: dict, found: list) -> None:
    assert _kinds(problem, Plan(plan)) == found


def test_products_of_one_group_are_one_supplier() -> None:
    two = replace(ASKED, suppliers=(replace(NA_LENG, group="htx"), replace(COC_DOC, group="htx")), max_suppliers=1)
    assert violations(two, SOUND) == ()
    assert worth(two, SOUND)[Level.FEWEST] == 1


def test_everyone_who_can_be_in_no_plan_is_told_with_the_rule_that_says_so() -> None:
    out = replace(
        ASKED,
        demand_kg=(700, 900, 90),
        ceiling=62_000,
        suppliers=(
            replace(NA_LENG, id="sold-out", free_kg=(0, 0, 500), least_share_kg=0),
            replace(NA_LENG, id="never-free", free_kg=(0, 0, 0)),
            replace(NA_LENG, id="dear", price=70_000),
            replace(NA_LENG, id="large-share", least_share_kg=1000),
            replace(NA_LENG, id="large-packs", multiple_kg=1000),
            replace(NA_LENG, id="large-lot", least_total_kg=5000),
            replace(NA_LENG, id="not-even-one-share", most_total_kg=50),
            NA_LENG,
        ),
    )
    assert {each.supplier: each.rule for each in kept_out(out)} == {
        "never-free": Rule.CAPACITY,
        "dear": Rule.CEILING,
        "large-share": Rule.LEAST_SHARE,
        "large-packs": Rule.MULTIPLE,
        "large-lot": Rule.LEAST_TOTAL,
        "not-even-one-share": Rule.MOST_TOTAL,
    }
