"""What exhibitors owe: rules that hold for every fair, and the rates of organisers as they write them."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.fairs.charges.fees import (
    Charge,
    ChargeKind,
    Exhibitor,
    Ordered,
    Stay,
    Tariff,
    bill,
    charges,
    instalments,
    part,
    takes,
)

FIRST, LAST = date(2027, 1, 29), date(2027, 2, 2)
LENGTH = 5
DISTRICTS = ("na-ri", "cho-don", None)


def uid(n: int) -> UUID:
    return UUID(int=n)


def stay(**said: object) -> Stay:
    return replace(Stay("A01", "Khu A", "S", 5_000_000, FIRST, LAST), **said)


def exhibitor(n: int, *stays: Stay, **said: object) -> Exhibitor:
    at = datetime(2026, 12, 1, tzinfo=UTC) + timedelta(hours=n)
    made = Exhibitor(uid(n), None, at, at.date(), n, "na-ri", "19", "cooperative", stays or (stay(),))
    return replace(made, **said)


FREE = Tariff(uid(900), "subsidised", "2 gian miễn phí mỗi huyện cũ", percent_off=Decimal(100), quota=2,
              quota_per="old_district", source="Ngân sách tỉnh")  # fmt: skip
HALF = Tariff(uid(901), "subsidised", "sau đó giảm 50 %", percent_off=Decimal(50), source="Ngân sách tỉnh")


def total(lines: tuple[Charge, ...]) -> int:
    return sum(line.amount_vnd for line in lines)


def test_two_free_booths_for_each_former_district_and_half_the_price_afterwards() -> None:
    there = [exhibitor(n, place=n) for n in (1, 2, 3)] + [exhibitor(4, place=4, old_district="cho-don")]
    found = charges(there, [FREE, HALF], FIRST, LAST)
    assert [total(found[uid(n)]) for n in (1, 2, 3, 4)] == [0, 0, 2_500_000, 0]
    support = [line for line in found[uid(3)] if line.kind is ChargeKind.SUPPORT]
    assert [(line.amount_vnd, line.tariff and line.tariff.source) for line in support] == [(-2_500_000, "Ngân sách tỉnh")]


def test_the_order_of_choice_comes_before_the_time_of_the_form() -> None:
    late_but_first = exhibitor(9, place=1)
    found = charges([exhibitor(1, place=2), exhibitor(2), late_but_first], [replace(FREE, quota=1)], FIRST, LAST)
    assert [total(found[uid(n)]) for n in (9, 1, 2)] == [0, 5_000_000, 5_000_000]


def test_a_place_with_a_quota_of_its_own_has_that_one_and_others_the_usual_one() -> None:
    rate = replace(FREE, quota=2, quota_places={"na-ri": 3, "ba-be": 0})
    everybody = [exhibitor(n, old_district=("na-ri", "cho-don", "ba-be")[n % 3]) for n in range(15)]
    found = charges(everybody, [rate], FIRST, LAST)
    supported = {"na-ri": 0, "cho-don": 0, "ba-be": 0}
    for each in everybody:
        supported[str(each.old_district)] += any(line.kind is ChargeKind.SUPPORT for line in found[each.application_id])
    assert supported == {"na-ri": 3, "cho-don": 2, "ba-be": 0}


def test_a_former_district_that_nobody_knows_takes_no_place_of_a_quota() -> None:
    found = charges([exhibitor(1, old_district=None)], [FREE, HALF], FIRST, LAST)
    assert total(found[uid(1)]) == 2_500_000


@pytest.mark.parametrize(
    ("said", "owed"),
    [
        ({"applied_on": date(2026, 12, 15)}, 4_000_000),
        ({"applied_on": date(2026, 12, 16)}, 5_500_000),
        ({"applied_on": None}, 5_500_000),
    ],
)
def test_early_and_usual_rates(said: dict[str, object], owed: int) -> None:
    tariffs = [
        Tariff(uid(1), "standard", "Giá chung", percent_off=Decimal(0)),
        Tariff(uid(2), "standard", "Gian góc", class_code="S", price_vnd=5_500_000),
        Tariff(uid(3), "early", "Đăng ký sớm", price_vnd=4_000_000, until_day=date(2026, 12, 15)),
        Tariff(uid(4), "early", "Của hạng khác", class_code="R", price_vnd=1, until_day=date(2026, 12, 31)),
    ]
    assert total(charges([exhibitor(1, **said)], tariffs, FIRST, LAST)[uid(1)]) == owed


def test_support_is_for_whom_it_is_meant() -> None:
    tariff = replace(HALF, legal_forms=frozenset({"cooperative"}), province_codes=frozenset({"19"}))
    there = [exhibitor(1), exhibitor(2, legal_form="company"), exhibitor(3, province_code="01")]
    found = charges(there, [tariff], FIRST, LAST)
    assert [total(found[uid(n)]) for n in (1, 2, 3)] == [2_500_000, 5_000_000, 5_000_000]


def test_vat_is_on_what_the_exhibitor_pays_and_services_are_multiplied() -> None:
    lines = charges([exhibitor(1)], [HALF], FIRST, LAST)[uid(1)]
    items = bill(lines, [Ordered(uid(5), "Điện 3 pha", "kW", 4, 350_000), Ordered(uid(6), "Bàn", "cái", 0, 1)], Decimal(8))
    assert [(item.kind.value, item.amount_vnd) for item in items] == [
        ("booth", 5_000_000), ("support", -2_500_000), ("service", 1_400_000), ("vat", 312_000),
    ]  # fmt: skip


def test_money_covers_the_deposit_first() -> None:
    asked = {"deposit_percent": 50, "applied_on": date(2026, 12, 1), "starts_on": FIRST, "rest_days": 10}
    found = instalments(1_000_001, 600_000, **asked)
    assert [(each.deposit, each.amount_vnd, each.paid_vnd, each.due_on) for each in found] == [
        (True, 500_001, 500_001, date(2026, 12, 1)),
        (False, 500_000, 99_999, date(2027, 1, 19)),
    ]
    assert instalments(0, 0, **asked) == ()
    assert sum(each.open_vnd for each in instalments(70, -5, **asked)) == 70


MONEY = st.integers(0, 10**12)
PERCENT = st.decimals(0, 100, places=2)


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    begin = draw(st.integers(0, LENGTH - 1))
    end = draw(st.integers(begin, LENGTH - 1))
    sharers = draw(st.integers(1, 4))
    return Stay(
        draw(st.sampled_from(["A01", "A02", "B07"])), "Khu A", draw(st.sampled_from(["S", "C"])), draw(MONEY),
        FIRST + timedelta(days=begin), FIRST + timedelta(days=end), sharers, draw(st.integers(0, sharers - 1)),
    )  # fmt: skip


@st.composite
def tariffs(draw: st.DrawFn) -> list[Tariff]:
    found = []
    for n in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(["standard", "early", "subsidised"]))
        own = kind != "subsidised" and draw(st.booleans())
        found.append(
            Tariff(
                uid(1000 + n), kind, "rate", draw(st.sampled_from([None, "S"])), draw(MONEY) if own else None,
                None if own else draw(PERCENT), date(2026, 12, 3) if kind == "early" else None,
                draw(st.one_of(st.none(), st.integers(1, 3))) if kind == "subsidised" else None,
                draw(st.sampled_from(["fair", "old_district", "province", "exhibitor"])),
                draw(st.sampled_from([frozenset(), frozenset({"cooperative"})])), frozenset(),
                "Ngân sách" if kind == "subsidised" else None,
            )
        )  # fmt: skip
    return found


@st.composite
def fairs_of(draw: st.DrawFn) -> list[Exhibitor]:
    return [
        exhibitor(
            n, *draw(st.lists(stays(), min_size=1, max_size=3)), place=draw(st.one_of(st.none(), st.integers(1, 20))),
            old_district=draw(st.sampled_from(DISTRICTS)), legal_form=draw(st.sampled_from(["cooperative", None])),
            who=draw(st.integers(1, 3)),
        )
        for n in range(1, draw(st.integers(1, 7)) + 1)
    ]  # fmt: skip


@given(fairs_of(), tariffs(), st.randoms(use_true_random=False))
def test_what_holds_for_every_fair(there: list[Exhibitor], rates: list[Tariff], lot: random.Random) -> None:
    found = charges(there, rates, FIRST, LAST)
    mixed = list(there)
    lot.shuffle(mixed)
    assert charges(mixed, rates, FIRST, LAST) == found  # Who is handed in first gains nothing.
    used: dict[tuple[object, ...], Fraction] = {}
    for each in there:
        lines = found[each.application_id]
        assert all(isinstance(line.amount_vnd, int) for line in lines)
        for one in each.stays:
            own = sum(line.amount_vnd for line in lines if line.stay == one)
            assert own >= 0
        assert total(lines) == sum(line.amount_vnd for line in lines if line.kind is ChargeKind.BOOTH) + sum(
            line.amount_vnd for line in lines if line.kind in (ChargeKind.EARLY, ChargeKind.SUPPORT)
        )
        for line in lines:
            assert (line.amount_vnd >= 0) == (line.kind is ChargeKind.BOOTH)
            if line.kind is ChargeKind.SUPPORT and line.tariff is not None and line.tariff.quota is not None:
                counted = {"fair": "", "old_district": each.old_district, "province": each.province_code,
                           "exhibitor": each.who}[line.tariff.quota_per]  # fmt: skip
                key = (line.tariff.id, line.tariff.quota_per, counted)
                used[key] = used.get(key, Fraction()) + takes(line.stay, FIRST, LENGTH)
                assert used[key] <= line.tariff.quota


@given(MONEY, st.lists(st.integers(1, LENGTH - 1), unique=True), st.integers(1, 5))
def test_the_parts_of_a_booth_cost_the_booth(price: int, cuts: list[int], sharers: int) -> None:
    edges = [0, *sorted(cuts), LENGTH]
    parts = [
        stay(list_vnd=price, first_day=FIRST + timedelta(days=begin), last_day=FIRST + timedelta(days=end - 1),
             sharers=sharers, rank=rank)
        for begin, end in itertools.pairwise(edges) for rank in range(sharers)
    ]  # fmt: skip
    found = charges([exhibitor(n, one) for n, one in enumerate(parts, 1)], [], FIRST, LAST)
    assert sum(total(lines) for lines in found.values()) == price


@given(MONEY, PERCENT)
def test_a_part_is_within_the_whole_and_half_a_dong_near(amount: int, percent: Decimal) -> None:
    assert 0 <= part(amount, percent) <= amount
    assert abs(part(amount, percent) - Decimal(amount) * percent / 100) <= Decimal("0.5")


@given(MONEY, st.integers(-(10**9), 2 * 10**12), st.integers(0, 100))
def test_the_instalments_are_the_sum(amount: int, paid: int, percent: int) -> None:
    found = instalments(amount, paid, deposit_percent=percent, applied_on=None, starts_on=FIRST, rest_days=0)
    assert sum(each.amount_vnd for each in found) == amount
    assert sum(each.open_vnd for each in found) == max(0, amount - max(paid, 0))
