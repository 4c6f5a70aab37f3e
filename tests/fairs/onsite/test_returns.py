"""What a booth brings back: quotients of sums, the unknown never nought, promises never sales."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from service.core.db import new_id
from service.fairs.onsite import codes
from service.fairs.onsite.returns import Cost, Record, Stand, grouped, of, stands_of, together

DAY = date(2026, 10, 1)
DAYS = [DAY + timedelta(days=n) for n in range(4)]
ALL_COSTS = {Cost.FEE: 3_500_000, Cost.OWN: 1_500_000}


def _record(*, booths: int = 1, sold: dict[tuple[str, date], int] | None = None, **said: object) -> Record:
    stands = tuple(Stand(f"A{n}", day, Fraction(1)) for n in range(booths) for day in DAYS)
    said_sold = {("A0", day): 2_000_000 for day in DAYS} if sold is None else sold
    return Record(new_id(), "HTX", stands, said_sold, **said)  # type: ignore[arg-type]


def test_a_booth_of_four_days() -> None:
    found = of(_record(costs=ALL_COSTS, support_vnd=1_000_000, awarded_vnd=12_000_000, awards=1))
    assert (found.sold_vnd, found.complete, found.stated_days) == (8_000_000, True, 4)
    assert (found.per_booth_day, found.per_booth, found.per_day) == (2_000_000, 8_000_000, 2_000_000)
    assert found.cost_vnd == 5_000_000
    assert found.per_cost is not None
    assert (found.per_cost.value, found.per_cost.at_least) == (4, False)
    assert found.per_support is not None
    assert found.per_support.value == 20


def test_nothing_sold_is_a_value_and_nothing_said_is_none() -> None:
    nothing = of(_record(sold={("A0", day): 0 for day in DAYS}))
    assert (nothing.sold_vnd, nothing.per_booth_day) == (0, 0)
    silent = of(_record(sold={}, costs=ALL_COSTS, support_vnd=5))
    assert (silent.sold_vnd, silent.per_booth_day, silent.per_cost, silent.per_support) == (None, None, None, None)
    assert not silent.complete


def test_a_day_not_said_yet_makes_the_figure_the_least() -> None:
    found = of(_record(sold={("A0", DAY): 3_000_000}, costs=ALL_COSTS, support_vnd=1_000_000))
    assert found.per_booth_day == 3_000_000
    assert found.coverage == Fraction(1, 4)
    assert found.per_support is not None
    assert found.per_support.at_least
    assert found.per_cost is not None
    assert found.per_cost.at_least


def test_a_cost_that_nobody_has_said_leaves_the_quotient_unknown() -> None:
    found = of(_record(costs={Cost.FEE: 3_000_000}))
    assert (found.cost_vnd, found.per_cost) == (None, None)
    assert found.unknown == {Cost.OWN}


def test_the_support_of_a_silent_booth_is_held_against_nobody() -> None:
    spoken = _record(support_vnd=1_000_000)
    both = together([spoken, _record(sold={}, support_vnd=9_000_000)])
    assert both.per_support == of(spoken).per_support
    assert (both.support_vnd, both.supported) == (10_000_000, 2)


def test_half_of_a_shared_corner_of_eighteen_square_metres_is_a_standard_booth() -> None:
    assert stands_of(18, 2) == 1
    assert stands_of(9, 1) == 1


records = st.builds(
    lambda sold, booths, support, costs, awarded: _record(
        booths=booths, sold={(f"A{n}", DAYS[d]): vnd for (n, d), vnd in sold.items() if n < booths}, support_vnd=support,
        costs=costs, awarded_vnd=awarded,
    ),
    st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 3)), st.integers(0, 10**10), max_size=12),
    st.integers(1, 3), st.none() | st.integers(0, 10**9), st.dictionaries(st.sampled_from(Cost), st.integers(0, 10**8)),
    st.integers(0, 10**9),
)  # fmt: skip


@given(records, st.integers(0, 10**6), st.integers(0, 10**13))
def test_promises_change_no_other_figure(record: Record, number: int, vnd: int) -> None:
    promised = replace(record, memoranda=number, memoranda_vnd=vnd, contracts=number, contracts_vnd=vnd)
    plain = {"memoranda": 0, "memoranda_vnd": 0, "contracts": 0, "contracts_vnd": 0}
    assert replace(of(promised), **plain) == replace(of(record), **plain)


@given(st.lists(records, min_size=1, max_size=5))
def test_the_sum_of_the_groups_is_the_whole(every: list[Record]) -> None:
    whole, parts = together(every), grouped(every, lambda record: len(record.stands)).values()
    for name in ("exhibitors", "booth_days", "stated_booth_days", "awarded_vnd", "cost_known", "supported"):
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name)
    told = [part.sold_vnd for part in parts if part.sold_vnd is not None]
    assert whole.sold_vnd == (sum(told) if told else None)
    rates = [part.per_booth_day for part in parts if part.per_booth_day is not None]
    if whole.per_booth_day is not None:
        assert min(rates) <= whole.per_booth_day <= max(rates)


@given(records)
def test_a_day_less_said_is_never_a_day_of_nought(record: Record) -> None:
    for left_out in record.sold:
        less = replace(record, sold={key: vnd for key, vnd in record.sold.items() if key != left_out})
        nought = replace(record, sold={**less.sold, left_out: 0})
        assert of(less).stated_booth_days < of(nought).stated_booth_days
        if of(less).per_booth_day:
            assert of(less).per_booth_day > of(nought).per_booth_day  # type: ignore[operator]


@given(records, st.integers(2, 5))
def test_the_measure_does_not_depend_on_size_or_length(record: Record, times: int) -> None:
    larger = replace(
        record, stands=tuple(replace(stand, booths=stand.booths * times) for stand in record.stands),
        sold={key: vnd * times for key, vnd in record.sold.items()},
    )  # fmt: skip
    assert of(larger).per_booth_day == of(record).per_booth_day


@given(st.text(alphabet=codes.SIGNS, min_size=codes.DRAWN, max_size=codes.DRAWN), st.data())
def test_a_slip_in_a_code_is_seen(body: str, data: st.DataObject) -> None:
    code = body + codes.check_sign(body)
    assert codes.read(codes.shown(code).lower()) == code
    assert codes.read(f"https://cho.example/ban-to-chuc/hoi-cho/x/tai-cho?ma={code}") == code
    place = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from([sign for sign in codes.SIGNS if sign != code[place]]))
    assert codes.read(code[:place] + wrong + code[place + 1 :]) is None
    swapped = list(code)
    at = data.draw(st.integers(0, codes.DRAWN - 2))
    swapped[at], swapped[at + 1] = swapped[at + 1], swapped[at]
    assert codes.read("".join(swapped)) == (code if swapped == list(code) else None)


def test_what_is_no_code_is_none_and_codes_differ() -> None:
    for typed in ("", "x" * 400, "K7M2-9PQR-0", "\x00", "ma=", "https://[x?ma=", "K7M29PQR"):
        assert codes.read(typed) is None
    assert len({codes.drawn() for _ in range(200)}) == 200
