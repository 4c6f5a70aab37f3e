"""The judge, the plan without a solver, and what is read off a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from service.core.i18n import speaking
from service.fairs.plans import (
    Booth,
    Level,
    Party,
    Plan,
    Problem,
    Rule,
    Violation,
    Why,
    Wish,
    Zone,
    difference,
    first_fit,
    refusals,
    successors,
    violations,
    waiting,
    words,
    worth,
)  # fmt: skip
from tests.fairs.plans.small import problems

ROW = tuple(Booth(f"b{at}", "h", "standard", "S", 900, at * 30, 0) for at in range(4))
BESIDE = frozenset({("b0", "b1"), ("b1", "b2"), ("b2", "b3")})


def _fair(*parties: Party, booths: tuple[Booth, ...] = ROW, **more: object) -> Problem:
    return Problem(2, booths, parties, beside=BESIDE, **more)  # type: ignore[arg-type]


def _rules(problem: Problem, **booths: tuple[str, ...]) -> set[Rule]:
    return {each.rule for each in violations(problem, Plan(booths))}


X = Party("x", 0, 1)


@pytest.mark.parametrize(
    ("party", "changes", "rule"),
    [
        (X, {"closed": True}, Rule.CLOSED),
        (X, {"held": ((1, 1),)}, Rule.HELD),
        (replace(X, classes=("C",)), {}, Rule.KIND),
        (replace(X, least_dm2=1000), {}, Rule.SIZE),
        (replace(X, power=3), {}, Rule.POWER),
        (replace(X, power=1), {"power": 0}, Rule.POWER),
        (replace(X, water=True), {}, Rule.WATER),
        (replace(X, cold=True), {}, Rule.COLD),
        (X, {"zone": "craft"}, Rule.ZONE),
        (replace(X, goods="other", smell=True), {"zone": "fine"}, Rule.SMELL),
        (X, {"zone": "home"}, Rule.PAVILION),
        (replace(X, pavilion="home"), {}, Rule.PAVILION),
    ],
)
def test_each_demand_is_judged_and_only_that(party: Party, changes: dict[str, object], rule: Rule) -> None:
    zones = (Zone("craft", "other"), Zone("fine", smell=False), Zone("home", pavilion=True))
    spoilt = (replace(ROW[0], **changes), *ROW[1:])  # type: ignore[arg-type]
    assert _rules(_fair(party, booths=spoilt, zones=zones), x=("b0",)) == {rule}
    member = replace(X, pavilion="home")
    assert _rules(_fair(member, booths=(replace(ROW[0], zone="home"), *ROW[1:]), zones=zones), x=("b0",)) == set()


def test_what_only_one_of_several_booths_needs_to_have() -> None:
    wants = Party("x", 0, 1, booths=2, power=3, water=True, cold=True, least_dm2=1800)
    floor = (replace(ROW[0], power=3), replace(ROW[1], water=True, cold=True), *ROW[2:])
    assert _rules(_fair(wants, booths=floor), x=("b0", "b1")) == set()
    assert _rules(_fair(wants, booths=floor), x=("b2", "b3")) == {Rule.POWER, Rule.WATER, Rule.COLD}
    dark = (floor[0], replace(floor[1], power=0), *ROW[2:])
    assert _rules(_fair(wants, booths=dark), x=("b0", "b1")) == {Rule.POWER}


def test_several_booths_stand_in_one_row_without_a_corner() -> None:
    three = Party("x", 0, 1, booths=3)
    around = (*ROW[:2], replace(ROW[2], x=30, y=30))
    beside = frozenset({("b0", "b1"), ("b1", "b2")})
    assert _rules(_fair(three), x=("b2", "b0", "b1")) == set()
    assert _rules(_fair(three), x=("b0", "b1", "b3")) == {Rule.APART}
    assert _rules(Problem(2, around, (three,), beside=beside), x=("b0", "b1", "b2")) == {Rule.APART}
    assert _rules(_fair(three), x=("b0", "b1")) == {Rule.COUNT}
    assert _rules(_fair(three), x=("b0", "b1", "b1")) == {Rule.COUNT}


def test_two_share_a_booth_on_different_days_only() -> None:
    early, late = Party("x", 0, 0), Party("y", 1, 1)
    assert _rules(_fair(early, late), x=("b0",), y=("b0",)) == set()
    assert violations(_fair(X, late), Plan({"x": ("b0",), "y": ("b0",)})) == (Violation(Rule.TWICE, "y", "b0", "x"),)


def test_smells_quotas_locks_and_strangers() -> None:
    fish, tea = Party("x", 0, 1, smell=True), Party("y", 0, 1, takes_smell=True)
    assert violations(_fair(fish, tea), Plan({"x": ("b1",), "y": ("b0",)})) == (Violation(Rule.SMELL, "x", "b1", "y"),)
    assert _rules(_fair(fish, tea), x=("b2",), y=("b0",)) == set()
    assert _rules(_fair(replace(fish, last_day=0), replace(tea, first_day=1)), x=("b1",), y=("b0",)) == set()
    one, two = Party("x", 0, 1, quota="q", weight=9), Party("y", 0, 1, quota="q")
    assert violations(_fair(one, two, quotas={"q": 1}), Plan({"x": ("b1",), "y": ("b0",)})) == (
        Violation(Rule.QUOTA, "y", None, "q"),
    )
    assert _rules(_fair(one, locked={"x": ("b0",)}), x=("b1",)) == {Rule.LOCKED}
    assert _rules(_fair(one, locked={"x": ()}), x=("b1",)) == {Rule.LOCKED}
    assert _rules(_fair(one), y=("b1",), x=("b9",)) == {Rule.UNKNOWN}


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems(6, 6))
def test_the_plan_without_a_solver_may_stand(problem: Problem) -> None:
    locked = Plan({name: booths for name, booths in problem.locked.items() if booths})
    if not violations(replace(problem, locked={}), locked):
        assert violations(problem, first_fit(problem)) == ()


def _suits(problem: Problem, party: Party, booth: str) -> bool:
    alone = replace(problem, parties=(replace(party, booths=1, least_dm2=0),), locked={}, quotas={}, previous={})
    return not violations(alone, Plan({party.id: (booth,)}))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems(6, 6))
def test_what_a_refusal_says_is_so(problem: Problem) -> None:
    plan = first_fit(problem)
    if violations(problem, plan):
        return
    parties = problem.by_id
    holders = {
        booth: [name for name, booths in plan.booths.items() if booth in booths] for booth in (b.id for b in problem.booths)
    }
    told = refusals(problem, plan)
    assert {each.party for each in told if each.wish == Wish.BOOTH} == {
        party.id for party in problem.parties if not plan.booths.get(party.id)
    }
    for each in told:
        party = parties[each.party]
        # Booths that are said to do would do, those of one who needs one booth all by themselves.
        if party.booths == 1 and not party.least_dm2:
            assert all(_suits(problem, party, booth) for booth in each.booths)
            if each.wish == Wish.BOOTH and each.why is not Why.LOCKED:
                assert set(each.booths) == {booth.id for booth in problem.booths if _suits(problem, party, booth.id)}
        assert {name for booth in each.booths for name in holders[booth]} >= set(each.holders)
        assert each.ahead == sum(parties[name].weight > party.weight for name in each.holders)
        given = {**plan.booths, party.id: (each.other,)} if each.other in holders and party.booths == 1 else None
        if each.why is Why.FREE and given:
            better_off = Plan(given)
            assert violations(problem, better_off) == ()
            assert _no_worse(problem, better_off, plan)
        if each.why is Why.LEVEL and given:
            assert violations(problem, Plan(given)) == ()
            assert not _no_worse(problem, Plan(given), plan)
        if each.why is Why.TAKEN and party.booths == 1:
            assert all(holders[booth] for booth in each.booths)
        if each.why is Why.NONE:
            assert each.booths == ()
        for language in ("vi", "en"):
            with speaking(language):
                assert words.refusal(each, words.Names()).strip()


def _no_worse(problem: Problem, one: Plan, other: Plan) -> bool:
    first, second = worth(problem, one), worth(problem, other)
    for level in problem.asked:
        if first[level] != second[level]:
            return (first[level] > second[level]) is problem.more_is_better(level)
    return True


def test_a_refusal_names_what_is_scarce() -> None:
    floor = (replace(ROW[0], class_code="C", power=3), replace(ROW[1], class_code="C"), *ROW[2:])
    first = Party("a", 0, 1, weight=9)
    last = Party("x", 0, 1, weight=1, classes=("C",), power=3)
    problem = _fair(first, last, booths=floor)
    (told,) = [each for each in refusals(problem, Plan({"a": ("b0",)})) if each.party == "x"]
    assert (told.why, told.booths, told.holders, told.ahead) == (Why.TAKEN, ("b0",), ("a",), 1)
    assert told.reasons == (("power", "3"), ("kind", "C"))
    assert told.without == 2
    with speaking("vi"):
        said = words.refusal(told, words.Names(parties={"a": "HTX An"}, classes={"C": "góc"}))
    assert said == (
        "Đã hết gian loại góc có điện 3 pha. Chỗ hợp duy nhất (1 gian) đã có đơn vị đứng trước trong thứ tự chọn. "
        "Chặn nhiều nhất: có điện 3 pha (không cần thì có 2 gian hợp thay vì 1)."
    )


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems(6, 6))
def test_a_successor_moves_nobody(problem: Problem) -> None:
    plan = first_fit(problem)
    if violations(problem, plan):
        return
    line = [party.id for party in waiting(problem, plan) if party.id not in problem.locked]
    free = replace(problem, locked={})
    found = {each.leaving: each for each in successors(problem, plan)}
    for leaving in plan.booths:
        staying = {name: booths for name, booths in plan.booths.items() if name != leaving}
        next_up = found.get(leaving)
        if next_up is not None:
            assert violations(free, Plan({**staying, next_up.party: next_up.booths})) == ()
        # Nobody earlier in the line could have had any of these booths.
        for name in line[: line.index(next_up.party)] if next_up else line:
            for booth in plan.booths[leaving] if problem.by_id[name].booths == 1 else ():
                assert violations(free, Plan({**staying, name: (booth,)})) != ()


def test_the_difference_is_between_sets_of_booths() -> None:
    before = {"a": ("b1", "b0"), "b": ("b2",), "c": ("b3",)}
    changes = difference(before, Plan({"a": ("b0", "b1"), "b": ("b3",), "d": ("b2",)}))
    assert [(each.party, each.kind) for each in changes] == [("b", "moved"), ("c", "out"), ("d", "new")]


def test_what_plans_are_worth() -> None:
    one = Party("x", 0, 1, weight=5, zones=("a", "b"), classes=("S",), near=("y",), commodity="tea", luck=1)
    two = Party("y", 0, 1, weight=2, apart=("x",), commodity="tea", luck=2)
    floor = (replace(ROW[0], zone="b"), *ROW[1:])
    problem = _fair(one, two, booths=floor, zones=(Zone("a"), Zone("b")), previous={"x": ("b3",), "y": ("b1",)})
    assert worth(problem, Plan({"x": ("b0",), "y": ("b1",)})) == {
        Level.PLACED: 7, Level.MOVED: 1, Level.WISHES: 35, Level.NEIGHBOURS: 0, Level.GROUPS: 1, Level.LUCK: 87,
    }  # fmt: skip
    assert worth(problem, Plan({"x": ("b3",)}))[Level.LUCK] == 0
    assert worth(problem, Plan({"x": ("b3",)}))[Level.MOVED] == 1
