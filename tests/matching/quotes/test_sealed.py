"""Sealed quotes: nobody reads a word before the last day is over, wherever she looks; then all are open at once."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from service.core.events import JournalEntry
from service.matching.quotes import Quote, QuotedMonth, QuoteRevision, mails, sealing
from service.matching.quotes.models import Tender
from tests import market
from tests.matching.quotes.market import AFTER, DEADLINE, MONTHS, TODAY, Stall, part, quoted, stall, version

WORDS = "Lời riêng không ai được đọc"
PRICE, KG = 77_431, 373


@pytest.fixture(autouse=True)
def _on_the_day() -> object:
    with clock.freeze(TODAY):
        yield


async def _everything(session: AsyncSession) -> dict[str, str]:
    """Every row of every table, as a dump of the database would hold it."""
    tables = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    found = {}
    for table in tables.all():
        rows = await session.scalar(text(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t'))
        found[table] = str(rows or "")
    return found


async def _sealed(session: AsyncSession) -> tuple[Stall, Quote]:
    at = await stall(session, 2, sealed=True)
    quote = await quoted(session, at, at.sides[0], PRICE, KG, note=WORDS)
    await matching.quotes.keep_draft(session, at.sides[1].actor, at.code, {"note": WORDS, "price": str(PRICE)})
    return at, quote


async def test_no_table_of_the_database_holds_a_word_of_it_before_the_day(session: AsyncSession) -> None:
    at, quote = await _sealed(session)
    await quoted(session, at, at.sides[0], PRICE + 1, KG, note=WORDS)  # Revised: what was replaced is as secret.
    await mails.tell_received(session, quote.id, 1)
    holding = [
        table for table, rows in (await _everything(session)).items()
        for planted in (WORDS, str(PRICE), str(PRICE + 1), WORDS.encode().hex())
        if planted in rows
    ]  # fmt: skip
    assert holding == []
    assert (await session.scalars(select(QuotedMonth).where(QuotedMonth.quote_id == quote.id))).all() == []
    assert quote.valid_until is None


async def test_the_same_search_finds_an_open_quote(session: AsyncSession) -> None:
    """The control of the test above: what it looks for is found where it is not sealed."""
    at = await stall(session, 1)
    await quoted(session, at, at.sides[0], PRICE, KG, note=WORDS)
    tables = {table for table, rows in (await _everything(session)).items() if WORDS in rows or str(PRICE) in rows}
    assert {"matching_quote_line", "matching_quote_revision"} <= tables


async def test_nothing_opens_on_the_last_day_and_all_of_it_the_day_after(session: AsyncSession) -> None:
    at, quote = await _sealed(session)
    await quoted(session, at, at.sides[1], 70_000, 100)
    with clock.freeze(DEADLINE):
        assert await sealing.open_if_due(session, at.request_id) == 0
        with pytest.raises(Conflict, match="niêm phong"):
            await matching.quotes.award(
                session, at.buyer, at.code, [part(quote, at.sides[0], 10)], version=await version(session, at), key=new_id()
            )
    with clock.freeze(AFTER):
        assert await sealing.open_if_due(session, at.request_id) == 2
        assert await sealing.open_if_due(session, at.request_id) == 0
    lines = (await session.scalars(select(QuotedMonth).where(QuotedMonth.quote_id == quote.id))).all()
    assert [(each.kg, each.price_vnd_per_kg) for each in lines] == [(KG, PRICE)] * 3
    tender = await session.get(Tender, at.request_id)
    assert tender is not None
    assert tender.opened_quotes == 2
    told = (await session.scalars(select(JournalEntry).where(JournalEntry.fact == "QuotesOpened"))).one()
    assert (told.subject, told.person_id, told.data) == (at.request_id, None, {"quotes": 2})


async def test_an_award_after_the_day_opens_by_itself(session: AsyncSession) -> None:
    at, quote = await _sealed(session)
    with clock.freeze(AFTER):
        made = await matching.quotes.award(
            session, at.buyer, at.code, [part(quote, at.sides[0], 100)], version=await version(session, at), key=new_id()
        )
    assert made[0].terms["quote"]["note"] == WORDS


async def test_what_was_replaced_or_withdrawn_before_the_day_stays_closed(session: AsyncSession) -> None:
    at, quote = await _sealed(session)
    await quoted(session, at, at.sides[0], 60_000, KG)
    gone = await quoted(session, at, at.sides[1], 61_000, KG)
    await matching.quotes.withdraw(session, at.sides[1].actor, at.code)
    with clock.freeze(AFTER):
        assert await sealing.open_if_due(session, at.request_id) == 1
    revisions = (await session.scalars(select(QuoteRevision).where(QuoteRevision.quote_id.in_([quote.id, gone.id])))).all()
    open_ones = {(each.quote_id, each.number) for each in revisions if each.content is not None}
    assert open_ones == {(quote.id, 2)}


async def test_a_deadline_moved_forward_in_the_database_opens_nothing_early(session: AsyncSession) -> None:
    at, quote = await _sealed(session)
    early = TODAY + timedelta(days=2)
    await session.execute(
        text("UPDATE matching_request SET deadline = :day WHERE id = :id"), {"day": TODAY, "id": at.request_id}
    )
    await session.execute(text("UPDATE matching_quote SET sealed_until = :day WHERE id = :id"), {"day": TODAY, "id": quote.id})
    session.expire_all()
    with clock.freeze(early):
        assert await sealing.open_if_due(session, at.request_id) == 0
    with clock.freeze(AFTER):
        assert await sealing.open_if_due(session, at.request_id) == 1


async def test_an_earlier_deadline_and_a_broken_seal_are_refused_while_quotes_are_there(session: AsyncSession) -> None:
    at, _quote = await _sealed(session)

    async def revise(**said: object) -> None:
        draft = market.wanting(**({"deadline": DEADLINE, "sealed": True} | said))
        async with session.begin_nested():
            await matching.revise_request(session, at.buyer, at.code, draft, version=await version(session, at))

    for day in (DEADLINE - timedelta(days=1), TODAY, None):
        with pytest.raises(Invalid) as wrong:
            await revise(deadline=day)
        assert "deadline" in wrong.value.errors
    with pytest.raises(Invalid) as wrong:
        await revise(sealed=False)
    assert "sealed" in wrong.value.errors
    await revise(deadline=DEADLINE + timedelta(days=7))
    with clock.freeze(AFTER):
        assert await sealing.open_if_due(session, at.request_id) == 0
    with clock.freeze(DEADLINE + timedelta(days=8)):
        assert await sealing.open_if_due(session, at.request_id) == 1


async def test_a_seal_of_another_row_or_one_that_was_touched_opens_nowhere(session: AsyncSession) -> None:
    at, quote = await _sealed(session)
    other = await quoted(session, at, at.sides[1], 70_000, 100)
    await session.execute(
        text("UPDATE matching_quote_revision SET sealed = (SELECT sealed FROM matching_quote_revision WHERE quote_id = :one)"
             " WHERE quote_id = :two"), {"one": quote.id, "two": other.id},
    )  # fmt: skip
    session.expire_all()
    with clock.freeze(AFTER):
        assert await sealing.open_if_due(session, at.request_id) == 1
    left = (await session.scalars(select(QuoteRevision).where(QuoteRevision.quote_id == other.id))).one()
    assert left.content is None


async def test_its_own_supplier_reads_and_revises_it(session: AsyncSession) -> None:
    at, quote = await _sealed(session)
    revision = (await session.scalars(select(QuoteRevision).where(QuoteRevision.quote_id == quote.id))).one()
    told = sealing.own_words(quote, revision)
    assert told is not None
    assert (told.note, told.lines[0].kg, told.lines[0].price_vnd_per_kg) == (WORDS, Decimal(KG), PRICE)
    again = await quoted(session, at, at.sides[0], PRICE, KG, note=WORDS)
    assert again.revision == 1


def test_what_is_stored_is_read_back_as_it_was() -> None:
    line = matching.quotes.QuoteLine(product_id=new_id(), month=MONTHS[0], kg=Decimal("1.250"), price_vnd_per_kg=80_000)
    said = matching.quotes.QuoteDraft(
        lines=(line,), valid_until=date(2027, 1, 1), discount_percent=Decimal("2.500"[:4]), deposit_percent=Decimal(30),
        tiers=(matching.quotes.Tier(from_kg=Decimal("2.500"), less_vnd_per_kg=500),), delivered=False, freight_vnd_per_kg=1500,
        credit_days=30, lead_days=5, pack_net_g=500, sample=True, note="ghi chú",
    )  # fmt: skip
    assert sealing.draft_of(json.loads(json.dumps(sealing.content_of(said)))) == said


async def test_the_buyer_learns_no_name_before_the_day_but_of_those_whom_it_has_invited(session: AsyncSession) -> None:
    at = await stall(session, 2, sealed=True)
    invited = await matching.invitations.invite(session, at.buyer, at.code, [at.sides[1].supplier_id])
    for side in at.sides:
        await quoted(session, at, side)
    known = await matching.invitations.invited_suppliers(session, at.buyer, at.code)
    assert set(known) == {invited[0].supplier_id}
    with clock.freeze(AFTER):
        await sealing.open_if_due(session, at.request_id)
        known = await matching.invitations.invited_suppliers(session, at.buyer, at.code)
    assert set(known) == {side.supplier_id for side in at.sides}
