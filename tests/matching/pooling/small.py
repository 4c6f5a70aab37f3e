"""Small problems drawn at random, and their best plans by trying every single one."""

from __future__ import annotations

from itertools import product

from hypothesis import strategies as st

from service.matching.pooling import Plan, Problem, Supplier, better, violations

MONTHS = 2


@st.composite
def suppliers(draw: st.DrawFn, name: str) -> Supplier:
    """One supplier with up to three kilograms a month and any of the terms."""
    free = st.integers(0, 3)
    price = st.integers(1, 4)
    return Supplier(
        name,
        tuple(draw(free) for _ in range(MONTHS)),
        draw(st.one_of(price, st.tuples(price, price))),
        quality=draw(st.sampled_from([0, 0.5, 3])),
        engagement_cost=draw(st.sampled_from([0, 0, 2, 5])),
        least_share_kg=draw(st.sampled_from([0, 0, 2, 3])),
        least_total_kg=draw(st.sampled_from([0, 0, 0, 3])),
        multiple_kg=draw(st.sampled_from([1, 1, 2])),
        most_total_kg=draw(st.sampled_from([None, None, 2])),
        group=draw(st.sampled_from(["", "", "g"])),
        may_use_mark=draw(st.booleans()),
        freight=draw(st.sampled_from([0, 0, 1])),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Two months, three suppliers, and any of the wishes of a buyer; some contradict each other."""
    many = tuple(draw(suppliers(name)) for name in ("a", "b", "c"))
    names = st.sampled_from(["a", "b", "c"])
    pins = st.tuples(*(st.one_of(st.none(), st.integers(0, 2)) for _ in range(MONTHS)))
    return Problem(
        MONTHS,
        tuple(draw(st.integers(0, 5)) for _ in range(MONTHS)),
        many,
        max_suppliers=draw(st.sampled_from([None, 1, 2, 3])),
        ceiling=draw(st.sampled_from([None, None, 3])),
        mark_required=draw(st.sampled_from([False, False, True])),
        pinned=draw(st.sampled_from([{}, {}, {draw(names): draw(pins)}])),
        required=frozenset(draw(st.sampled_from([(), (), (draw(names),)]))),
        excluded=frozenset(draw(st.sampled_from([(), (), (draw(names),)]))),
        previous=draw(st.sampled_from([None, Plan({draw(names): (1, 1)})])),
    )


def every_plan(problem: Problem) -> list[Plan]:
    """All plans that break no rule."""
    shares = [
        [
            share
            for share in product(*(range(kg + 1) for kg in supplier.free_kg))
            if not any(
                each.supplier == supplier.id and each.kind not in {"required", "pinned"}
                for each in violations(problem, Plan({supplier.id: share}))
            )
        ]
        for supplier in problem.suppliers
    ]
    names = [supplier.id for supplier in problem.suppliers]
    plans = (Plan({name: share for name, share in zip(names, each, strict=True) if any(share)}) for each in product(*shares))
    return [plan for plan in plans if not violations(problem, plan)]


def best(problem: Problem) -> Plan | None:
    """The best of all plans; none where no plan may stand."""
    found: Plan | None = None
    for plan in every_plan(problem):
        if found is None or better(problem, plan, found):
            found = plan
    return found
