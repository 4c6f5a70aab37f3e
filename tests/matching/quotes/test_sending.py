"""Quotes are sent, revised, kept and withdrawn: who may, how often, how many, and what makes two one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooOften
from service.matching.quotes import QuoteDraft, QuoteLine, QuoteRevision, QuoteState, Tier, rules
from service.matching.quotes.models import QuotedMonth
from tests import market
from tests.matching.quotes.market import AFTER, DEADLINE, MONTHS, TODAY, draft, quoted, side, stall


@pytest.fixture(autouse=True)
def _on_the_day() -> object:
    with clock.freeze(TODAY):
        yield


async def test_a_quote_stands_with_its_lines_and_a_first_revision(session: AsyncSession) -> None:
    at = await stall(session)
    quote = await quoted(session, at, at.sides[0], 78_000, 350)
    assert (quote.state, quote.revision, quote.valid_until) == (QuoteState.SENT, 1, date(2027, 1, 15))
    lines = (await session.scalars(select(QuotedMonth).where(QuotedMonth.quote_id == quote.id))).all()
    assert sorted((each.year, each.month, each.kg, each.price_vnd_per_kg) for each in lines) == [
        (2026, 12, Decimal(350), 78_000), (2027, 1, Decimal(350), 78_000), (2027, 2, Decimal(350), 78_000),
    ]  # fmt: skip


async def test_the_same_form_sent_twice_is_one_revision_and_another_form_is_the_next(session: AsyncSession) -> None:
    at = await stall(session)
    one, key = at.sides[0], new_id()
    first = await matching.quotes.send(session, one.actor, at.code, draft(one), key=key)
    again = await matching.quotes.send(session, one.actor, at.code, draft(one, 79_000), key=key)
    assert again.id == first.id
    assert again.revision == 1
    same = await matching.quotes.send(session, one.actor, at.code, draft(one), key=new_id())
    assert same.revision == 1
    revised = await matching.quotes.send(session, one.actor, at.code, draft(one, 79_000), key=new_id())
    assert (revised.id, revised.revision) == (first.id, 2)
    kept = (await session.scalars(select(QuoteRevision).where(QuoteRevision.quote_id == first.id))).all()
    assert sorted((each.number, each.content["lines"][0]["price_vnd_per_kg"]) for each in kept) == [(1, 80_000), (2, 79_000)]


async def test_numbers_with_three_decimals_are_stored_and_read_as_they_are(session: AsyncSession) -> None:
    at = await stall(session)
    one = at.sides[0]
    line = QuoteLine(product_id=one.product_id, month=MONTHS[0], kg=Decimal("1.250"), price_vnd_per_kg=80_000)
    said = QuoteDraft(lines=(line,), valid_until=date(2027, 1, 1), discount_percent=Decimal("2.5"))
    key = new_id()
    quote = await matching.quotes.send(session, one.actor, at.code, said, key=key)
    again = await matching.quotes.send(session, one.actor, at.code, said, key=new_id())
    assert again.revision == quote.revision == 1


async def test_nobody_quotes_who_may_not(session: AsyncSession) -> None:
    at = await stall(session, 1)
    one = at.sides[0]
    viewer = replace(one.actor, member_role=MemberRole.VIEWER)
    for actor in (viewer, at.buyer, market.acting(Role.OFFICER, new_id()), replace(one.actor, organisation_id=None)):
        with pytest.raises((NotAllowed, NotFound)):
            await matching.quotes.send(session, actor, at.code, draft(one), key=new_id())
    own = replace(one.actor, memberships=frozenset({at.buyer.organisation_id}))
    with pytest.raises(NotAllowed, match="cho chính mình"):
        await matching.quotes.send(session, own, at.code, draft(one), key=new_id())


async def test_a_supplier_whose_goods_do_not_fit_is_told_so_and_near_misses_may_quote(session: AsyncSession) -> None:
    at = await stall(session, 1)
    other = await side(
        session, f"X{new_id().hex[-5:]}", commodity="mat-ong", category_code="I.5.a", name="Mật ong rừng", certificates=()
    )
    with pytest.raises(NotAllowed, match="chưa hợp"):
        await quoted(session, at, other)
    dear = await side(session, f"Y{new_id().hex[-5:]}", tiers=((Decimal(100), 95_000),))
    assert (await quoted(session, at, dear, 92_000)).state == QuoteState.SENT


async def test_somebody_elses_product_and_other_months_are_refused_beside_the_field(session: AsyncSession) -> None:
    at = await stall(session)
    one, two = at.sides
    with pytest.raises(Invalid) as wrong:
        await matching.quotes.send(session, one.actor, at.code, draft(two), key=new_id())
    assert "product_id" in wrong.value.errors
    july = QuoteLine(product_id=one.product_id, month=date(2027, 7, 1), kg=Decimal(10), price_vnd_per_kg=1)
    with pytest.raises(Invalid) as wrong:
        await quoted(session, at, one, lines=(july,))
    assert "lines" in wrong.value.errors
    with pytest.raises(Invalid) as wrong:
        await quoted(session, at, one, valid_until=DEADLINE - timedelta(days=1))
    assert "valid_until" in wrong.value.errors


async def test_after_the_last_day_nothing_is_taken_revised_or_withdrawn(session: AsyncSession) -> None:
    at = await stall(session)
    await quoted(session, at, at.sides[0])
    with clock.freeze(DEADLINE):
        await quoted(session, at, at.sides[0], 79_000)
    with clock.freeze(AFTER):
        for attempt in (quoted(session, at, at.sides[0], 70_000), quoted(session, at, at.sides[1])):
            with pytest.raises(Conflict, match="hết hạn"):
                await attempt
        with pytest.raises(Conflict):
            await matching.quotes.withdraw(session, at.sides[0].actor, at.code)


async def test_a_full_request_takes_no_more_but_its_own_suppliers_may_revise(session: AsyncSession) -> None:
    at = await stall(session, 3, most=2)
    await quoted(session, at, at.sides[0])
    await quoted(session, at, at.sides[1])
    with pytest.raises(Conflict, match="đủ 2"):
        await quoted(session, at, at.sides[2])
    assert (await quoted(session, at, at.sides[1], 70_000)).revision == 2
    await matching.quotes.withdraw(session, at.sides[0].actor, at.code)
    assert (await quoted(session, at, at.sides[2])).state == QuoteState.SENT
    with pytest.raises(Conflict, match="đủ 2"):
        await quoted(session, at, at.sides[0])


async def test_what_is_withdrawn_has_no_lines_and_may_come_again(session: AsyncSession) -> None:
    at = await stall(session, 1)
    quote = await quoted(session, at, at.sides[0])
    for _time in range(2):
        gone = await matching.quotes.withdraw(session, at.sides[0].actor, at.code)
    assert gone.state == QuoteState.WITHDRAWN
    assert await session.scalar(select(func.count()).where(QuotedMonth.quote_id == quote.id)) == 0
    assert (await quoted(session, at, at.sides[0])).revision == 2


async def test_open_quotes_and_revisions_have_a_limit(session: AsyncSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_OPEN", 2)
    monkeypatch.setattr(rules, "MOST_REVISIONS", 3)
    first = await stall(session, 1)
    one = first.sides[0]
    others = [await stall(session, 0) for _n in range(2)]
    for at in (first, others[0]):
        await quoted(session, at, one)
    with pytest.raises(Conflict, match="2 báo giá chờ trả lời"):
        await quoted(session, others[1], one)
    for price in (79_000, 78_000):
        await quoted(session, first, one, price)
    with pytest.raises(TooOften) as refused:
        await quoted(session, first, one, 77_000)
    assert 0 < refused.value.seconds <= 3601
    with clock.freeze(clock.now() + timedelta(hours=1, minutes=1)):
        assert (await quoted(session, first, one, 77_000)).revision == 4
    await matching.quotes.withdraw(session, one.actor, first.code)
    assert (await quoted(session, others[1], one)).state == QuoteState.SENT


async def test_a_request_changed_meanwhile_sends_the_words_back(session: AsyncSession) -> None:
    at = await stall(session, 1)
    one = at.sides[0]
    with pytest.raises(Conflict, match="vừa sửa"):
        await matching.quotes.send(session, one.actor, at.code, draft(one), key=new_id(), read_version=99)


async def test_a_draft_is_kept_sealed_and_belongs_to_its_supplier(session: AsyncSession) -> None:
    at = await stall(session, 1)
    one = at.sides[0]
    quote = await matching.quotes.keep_draft(session, one.actor, at.code, {"note": "chữ chưa gửi", "kg_12": "abc"})
    assert quote.state == QuoteState.DRAFT
    assert matching.quotes.kept_words(quote) == {"note": "chữ chưa gửi", "kg_12": "abc"}
    stored = await session.scalar(text("SELECT kept FROM matching_quote WHERE id = :id"), {"id": quote.id})
    assert "chưa gửi".encode() not in bytes(stored)
    sent = await quoted(session, at, one)
    assert (sent.id, sent.kept) == (quote.id, None)


@pytest.mark.parametrize(
    "said",
    [
        {"kg": Decimal(0)}, {"kg": Decimal(10) ** 400}, {"kg": Decimal("0.0001")}, {"price_vnd_per_kg": 0},
        {"price_vnd_per_kg": 10**12}, {"price_vnd_per_kg": -1},
    ],
)  # fmt: skip
def test_absurd_lines_are_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QuoteLine(**({"product_id": new_id(), "month": MONTHS[0], "kg": Decimal(1), "price_vnd_per_kg": 1} | said))


@pytest.mark.parametrize(
    "said",
    [
        {"delivered": False}, {"discount_percent": "101"}, {"deposit_percent": Decimal("0.001")}, {"credit_days": 400},
        {"tiers": (Tier(from_kg=Decimal(10), less_vnd_per_kg=5), Tier(from_kg=Decimal(20), less_vnd_per_kg=5))},
        {"tiers": (Tier(from_kg=Decimal(10), less_vnd_per_kg=80_000),)}, {"lines": ()}, {"note": "x" * 2000},
    ],
)  # fmt: skip
def test_absurd_terms_are_refused(said: dict[str, object]) -> None:
    line = QuoteLine(product_id=new_id(), month=MONTHS[0], kg=Decimal(1), price_vnd_per_kg=80_000)
    with pytest.raises(ValidationError):
        QuoteDraft(**({"lines": (line,), "valid_until": date(2027, 1, 1)} | said))


def test_the_same_product_and_month_twice_is_refused() -> None:
    line = QuoteLine(product_id=new_id(), month=date(2026, 12, 7), kg=Decimal(1), price_vnd_per_kg=80_000)
    with pytest.raises(ValidationError, match="một lần"):
        QuoteDraft(lines=(line, line), valid_until=date(2027, 1, 1))
