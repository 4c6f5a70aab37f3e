"""Many at once, over real connections: the last quote, the cap, awards against awards, withdrawals and revisions.

Each race has a twin in which the lock that decides it is off; the twin must go wrong, or the race would prove nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.catalogue.ledger import Deal, Source, Wish, promising
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Refused
from service.matching.models import Buyer, SourcingRequest
from service.matching.quotes import Quote, answering, awards, rules, sending
from tests.matching.quotes.market import MONTHS, TODAY, Side, Stall, draft, part, quoted, stall, version

FORGOTTEN = (
    "matching_request", "matching_buyer", "catalogue_product", "catalogue_supplier", "accounts_organisation", "core_journal",
)  # fmt: skip
Step = Callable[[AsyncSession], Awaitable[Any]]


@pytest_asyncio.fixture(loop_scope="session")
async def market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and nothing of this test's market afterwards."""
    with clock.freeze(TODAY):
        yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in FORGOTTEN:
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def _together(market: Database, *steps: Step) -> list[str]:
    """Each step in a transaction of its own, all at once: done, refused by a rule, or broken."""

    async def one(step: Step) -> str:
        try:
            async with market.transaction() as session:
                await step(session)
        except Refused:
            return "refused"
        except Exception as error:  # noqa: BLE001 - what the twin without its lock breaks with is its own matter.
            return type(error).__name__
        return "done"

    return list(await asyncio.gather(*(one(step) for step in steps)))


async def _counted(market: Database, what: str, **values: Any) -> int:
    async with market.transaction() as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {what}"), values) or 0)


def _sends(at: Stall, place: int = 0) -> Step:
    async def step(session: AsyncSession) -> None:
        await quoted(session, at, at.sides[place])

    return step


def _takes(at: Stall, quote: Quote, kg: int, read: int, *, key: Any = None, place: int = 0) -> Step:
    async def step(session: AsyncSession) -> None:
        taken = [part(quote, at.sides[place], kg, revision=1)]
        await matching.quotes.award(session, at.buyer, at.code, taken, version=read, key=key or new_id())

    return step


def _without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The locks that make a count hold are off, and all five who send have counted before any of them writes.

    Every other lock stays, so that nothing but the rule goes wrong: what a quote writes after it (the request's tender, the
    invitation's side of the request) is taken in one order without these locks as well, and no circle hides the failure.
    """

    async def of_seller(session: AsyncSession, asked: Any, _quoter: Any) -> SourcingRequest:
        found = await session.scalar(select(SourcingRequest).where(SourcingRequest.id == asked.row["id"]))
        assert found is not None
        return found

    async def of_buyer(session: AsyncSession, _actor: Any, code: str) -> tuple[SourcingRequest, Buyer]:
        joined = select(SourcingRequest, Buyer).join(Buyer, Buyer.id == SourcingRequest.buyer_id)
        request, buyer = (await session.execute(joined.where(SourcingRequest.code == code))).one()
        return request, buyer

    look, all_have_looked = sending._may_be_taken, asyncio.Barrier(5)

    async def slow_checks(*arguments: Any) -> None:
        await look(*arguments)
        await all_have_looked.wait()  # However busy the machine is: nobody writes before the last of the five has counted.

    monkeypatch.setattr(sending, "_locked", of_seller)
    monkeypatch.setattr(sending, "_may_be_taken", slow_checks)
    monkeypatch.setattr(awards, "locked_request", of_buyer)
    monkeypatch.setattr(answering, "locked_request", of_buyer)


@pytest.mark.parametrize("guarded", [True, False])
async def test_the_last_quotes_at_once_are_exactly_as_many_as_are_taken(
    market: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    async with market.transaction() as session:
        at = await stall(session, 6, most=3)
        await quoted(session, at, at.sides[5])
    if not guarded:
        _without_locks(monkeypatch)
    outcomes = await _together(market, *(_sends(at, place) for place in range(5)))
    held = await _counted(market, "matching_quote WHERE request_id = :id AND state = 'sent'", id=at.request_id)
    if guarded:
        assert sorted(outcomes) == ["done", "done", "refused", "refused", "refused"]
        assert held == 3
    else:
        assert (outcomes, held) == (["done"] * 5, 6)  # Twice as many as are taken.


@pytest.mark.parametrize("guarded", [True, False])
async def test_one_supplier_that_quotes_everywhere_at_once_stays_under_its_cap(
    market: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    monkeypatch.setattr(rules, "MOST_OPEN", 2)
    async with market.transaction() as session:
        stalls = [await stall(session, 1 if not n else 0) for n in range(5)]
    for each in stalls[1:]:
        each.sides = stalls[0].sides
    if not guarded:
        _without_locks(monkeypatch)
    outcomes = await _together(market, *map(_sends, stalls))
    held = await _counted(
        market, "matching_quote WHERE supplier_id = :id AND state = 'sent'", id=stalls[0].sides[0].supplier_id
    )
    if guarded:
        assert held == 2
    else:
        assert (outcomes, held) == (["done"] * 5, 5)


async def test_the_same_form_sent_many_times_at_once_is_one_revision(market: Database) -> None:
    async with market.transaction() as session:
        at = await stall(session, 1)
    key = new_id()

    async def step(session: AsyncSession) -> None:
        await matching.quotes.send(session, at.sides[0].actor, at.code, draft(at.sides[0]), key=key)

    assert await _together(market, *[step] * 5) == ["done"] * 5
    assert await _counted(market, "matching_quote_revision") == 1


async def test_the_same_click_many_times_at_once_awards_once(market: Database) -> None:
    async with market.transaction() as session:
        at = await stall(session, 1)
        quote, read = await quoted(session, at, at.sides[0]), await version(session, at)
    assert await _together(market, *[_takes(at, quote, 100, read, key=new_id())] * 5) == ["done"] * 5
    assert await _counted(market, "matching_award") == 1
    assert await _counted(market, "catalogue_promise WHERE released_at IS NULL") == 1


@pytest.mark.parametrize("guarded", [True, False])
async def test_of_colleagues_who_choose_at_once_one_chooses(
    market: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    async with market.transaction() as session:
        at = await stall(session, 1)
        quote, read = await quoted(session, at, at.sides[0]), await version(session, at)
    if not guarded:
        _without_locks(monkeypatch)
    outcomes = await _together(market, *(_takes(at, quote, 150, read) for _n in range(3)))
    if guarded:
        assert sorted(outcomes) == ["done", "refused", "refused"]
        assert await _counted(market, "matching_award") == 1
    else:
        # All were let through, and only the last net, the version of the row, breaks what no rule has refused.
        assert "StaleDataError" in outcomes


async def test_an_award_and_a_withdrawal_at_once_never_both_hold(market: Database) -> None:
    for _time in range(4):
        async with market.transaction() as session:
            at = await stall(session, 1)
            quote, read = await quoted(session, at, at.sides[0]), await version(session, at)

        async def withdraws(session: AsyncSession, at: Stall = at) -> None:
            await matching.quotes.withdraw(session, at.sides[0].actor, at.code)

        outcomes = await _together(market, _takes(at, quote, 100, read), withdraws)
        state = await _state(market, quote)
        promised = await _counted(
            market, "catalogue_promise WHERE product_id = :id AND released_at IS NULL", id=at.sides[0].product_id
        )
        assert sorted(outcomes) == ["done", "refused"]
        assert (state, promised) in {("awarded", 1), ("withdrawn", 0)}
        assert outcomes == (["done", "refused"] if state == "awarded" else ["refused", "done"])


async def test_an_award_and_a_revision_at_once_never_mix(market: Database) -> None:
    for _time in range(4):
        async with market.transaction() as session:
            at = await stall(session, 1)
            quote, read = await quoted(session, at, at.sides[0]), await version(session, at)

        async def revises(session: AsyncSession, at: Stall = at) -> None:
            await quoted(session, at, at.sides[0], 99_000)

        outcomes = await _together(market, _takes(at, quote, 100, read), revises)
        assert sorted(outcomes) == ["done", "refused"]
        dear = await _counted(market, "matching_award_line WHERE price_vnd_per_kg <> 80000")
        assert dear == 0


async def test_without_locks_an_award_meets_a_withdrawn_quote(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the two races above: unlocked, both are let through by the rules, and one breaks on the other."""
    async with market.transaction() as session:
        at = await stall(session, 1)
        quote, read = await quoted(session, at, at.sides[0]), await version(session, at)
    _without_locks(monkeypatch)

    async def unlocked(session: AsyncSession, _request: Any, _supplier: Any) -> Quote | None:
        found: Quote | None = await session.scalar(select(Quote).where(Quote.id == quote.id))
        await asyncio.sleep(0.1)
        return found

    monkeypatch.setattr(sending, "_own", unlocked)
    promised = awards._promise

    async def slowly(*arguments: Any) -> None:
        await asyncio.sleep(0.3)
        await promised(*arguments)

    monkeypatch.setattr(awards, "_promise", slowly)

    async def withdraws(session: AsyncSession) -> None:
        await matching.quotes.withdraw(session, at.sides[0].actor, at.code)

    assert "StaleDataError" in await _together(market, _takes(at, quote, 100, read), withdraws)


async def test_many_buyers_at_once_never_take_more_than_a_month_gives(market: Database) -> None:
    async with market.transaction() as session:
        first = await stall(session, 1)
        stalls = [first, *[await stall(session, 0) for _n in range(11)]]
        steps = []
        for each in stalls:
            each.sides = first.sides
            quote = await quoted(session, each, first.sides[0], kg=90)
            steps.append(_takes(each, quote, 90, await version(session, each)))
    outcomes = await _together(market, *steps)
    # 500 kg in the month: five of ninety fit, the sixth does not.
    assert sorted(outcomes) == ["done"] * 5 + ["refused"] * 7
    async with market.transaction() as session:
        free = await matching.quotes.queries.catalogue.ledger.free(session, [first.sides[0].product_id], [MONTHS[0]])
    assert free[first.sides[0].product_id][MONTHS[0]] == 50


async def test_buyers_who_take_the_same_two_products_crosswise_do_not_wait_for_each_other_in_a_circle(market: Database) -> None:
    async with market.transaction() as session:
        first = await stall(session, 2)
        other = await stall(session, 0)
        other.sides = first.sides[::-1]
        takes = []
        for each in (first, other):
            quotes = [await quoted(session, each, side, kg=100) for side in each.sides]
            parts = [part(quote, side, 50, day) for quote, side in zip(quotes, each.sides, strict=True) for day in MONTHS]
            takes.append((each, parts, await version(session, each)))

    def chooses(each: Stall, parts: Any, read: int) -> Step:
        async def step(session: AsyncSession) -> None:
            await matching.quotes.award(session, each.buyer, each.code, parts, version=read, key=new_id())

        return step

    assert await _together(market, *(chooses(*each) for each in takes)) == ["done", "done"]


def _slowly_written(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Whoever has written balances keeps them locked until another has written some as well, or for a moment."""
    written, first, second = promising.move, asyncio.Event(), asyncio.Event()

    async def slowly(*arguments: Any) -> None:
        await written(*arguments)
        (second if first.is_set() else first).set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(second.wait(), 0.8)

    monkeypatch.setattr(promising, "move", slowly)
    return first


def _after(event: asyncio.Event, then: Step) -> Step:
    async def step(session: AsyncSession) -> None:
        await event.wait()
        await then(session)

    return step


async def _lot(session: AsyncSession, at: Stall, *sides: Side) -> Quote:
    """The quote of a lot of these, led by the first; all that it offers is held for it."""
    pool = new_id()
    held = [Wish(each.product_id, MONTHS[0], Decimal(100)) for each in sides]
    await catalogue.ledger.promise(session, at.buyer, held, source=Source("pool", pool, "Lô"), reason="Giữ cho lô")
    lines = tuple(
        matching.quotes.QuoteLine(product_id=each.product_id, month=MONTHS[0], kg=Decimal(100), price_vnd_per_kg=80_000)
        for each in sides
    )
    said = matching.quotes.QuoteDraft(lines=lines, valid_until=date(2027, 1, 15))
    return await matching.quotes.send(session, sides[0].actor, at.code, said, key=new_id(), pool_id=pool)


async def _two_buyers(session: AsyncSession) -> tuple[Stall, Stall]:
    """Two requests around the same three products, in the order of the ledger."""
    first, other = await stall(session, 3), await stall(session, 0)
    first.sides = other.sides = sorted(first.sides, key=lambda each: each.product_id)
    for each in first.sides:  # The balances are there; else the first to open one would be waited for.
        source = Source("order", new_id(), "Cũ")
        wish = Wish(each.product_id, MONTHS[0], Decimal(10))
        await catalogue.ledger.promise(session, first.buyer, [wish], source=source, reason="Đơn cũ")
    return first, other


async def _chooses(session: AsyncSession, at: Stall, quotes: Sequence[tuple[Quote, Side]], **said: Any) -> Step:
    read, parts = await version(session, at), [part(quote, side, 50) for quote, side in quotes]

    async def step(session: AsyncSession) -> None:
        await matching.quotes.award(session, at.buyer, at.code, parts, version=read, key=new_id(), **said)

    return step


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_lots_quote_taken_with_another_is_not_waited_for_in_a_circle(
    market: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    async with market.transaction() as session:
        first, other = await _two_buyers(session)
        low, middle, high = first.sides
        lot = await _lot(session, first, low, high)
        beside = await quoted(session, first, middle, kg=100)
        asked = [(await quoted(session, other, each, kg=100), each) for each in (middle, high)]
        takes = [
            await _chooses(session, first, [(lot, low), (lot, high), (beside, middle)]),
            await _chooses(session, other, asked),
        ]
    if not guarded:

        async def one_by_one(session: AsyncSession, actor: Any, deals: Sequence[Deal], *, reason: str, let_go: Any) -> None:
            for deal in sorted(deals, key=lambda each: min(wish.product_id for wish in each.wishes)):
                replaced = deal.instead_of
                await catalogue.ledger.promise(
                    session, actor, deal.wishes, source=deal.source, reason=reason, instead_of=replaced
                )

        monkeypatch.setattr(catalogue.ledger, "promise_all", one_by_one)
    written = _slowly_written(monkeypatch)
    outcomes = await _together(market, takes[0], _after(written, takes[1]))
    assert sorted(outcomes) == (["done", "done"] if guarded else ["done", "refused"])


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_lot_that_is_lost_with_a_choice_is_not_waited_for_in_a_circle(
    market: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    async with market.transaction() as session:
        first, other = await _two_buyers(session)
        low, middle, _high = first.sides
        lot = await _lot(session, first, low)
        beside = await quoted(session, first, middle, kg=100)
        asked = [(await quoted(session, other, each, kg=100), each) for each in (low, middle)]
        takes = [await _chooses(session, first, [(beside, middle)], close=True), await _chooses(session, other, asked)]
    if not guarded:
        all_at_once = catalogue.ledger.promise_all

        async def without_losers(*arguments: Any, let_go: Any, **said: Any) -> Any:
            return await all_at_once(*arguments, **said)

        monkeypatch.setattr(catalogue.ledger, "promise_all", without_losers)
    written = _slowly_written(monkeypatch)
    outcomes = await _together(market, takes[0], _after(written, takes[1]))
    assert sorted(outcomes) == (["done", "done"] if guarded else ["done", "refused"])
    assert await _state(market, lot) == "lost" or not guarded


async def _state(market: Database, quote: Quote) -> str:
    async with market.transaction() as session:
        return str(await session.scalar(text("SELECT state FROM matching_quote WHERE id = :id"), {"id": quote.id}))
