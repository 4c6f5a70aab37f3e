"""The gap sheet over real requests, quotes and awards: what is counted for whom, and that each figure names its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import SYSTEM, Actor, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Invalid, NotFound
from service.matching import gaps
from service.matching.gaps import GapSearch
from service.matching.quotes import expiring
from tests import market
from tests.market import TODAY
from tests.matching.quotes import market as quoting

DECEMBER = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def cell(session: AsyncSession, reader: Actor | None = SYSTEM, month: date = DECEMBER, **said: Any) -> gaps.GapCell:
    sheet = await gaps.gap_sheet(session, GapSearch(**said), reader)
    (found,) = [each for each in sheet.cells if each.month == month]
    return found


async def test_asked_offered_awarded_and_missed_are_counted(session: AsyncSession) -> None:
    stall = await quoting.stall(session, 2)
    first, second = stall.sides
    one = await quoting.quoted(session, stall, first, kg=400)
    await quoting.quoted(session, stall, second, kg=300)
    assert (await cell(session)).figures == gaps.Figures(
        Decimal(500), Decimal(700), Decimal(500), Decimal(0), Decimal(0), Decimal(0), Decimal(500)
    )
    version = await quoting.version(session, stall)
    parts = [quoting.part(one, first, 350)]
    await matching.quotes.award(session, stall.buyer, stall.code, parts, version=version, key=new_id())
    found = await cell(session)
    assert (found.figures.awarded, found.figures.still_open, found.figures.missed) == (350, 150, 0)
    # Both suppliers declare 500 kg a month, of which 350 are promised now.
    assert found.free == 1000 - 350
    closing = matching.Closing(reason="no_longer_needed", version=await quoting.version(session, stall))
    await matching.close_request(session, stall.buyer, stall.code, closing)
    found = await cell(session)
    assert (found.figures.awarded, found.figures.still_open, found.figures.missed) == (350, 0, 150)
    # A quote that was not chosen was offered all the same.
    assert found.figures.offered == 700


async def test_a_month_that_is_over_is_missed_and_can_be_filled_by_nobody(session: AsyncSession) -> None:
    await quoting.stall(session, 1)
    with clock.freeze(date(2027, 1, 10)):
        over, now = await cell(session), await cell(session, month=date(2027, 1, 1))
    assert (over.figures.missed, over.figures.still_open, over.free) == (500, 0, None)
    assert (now.figures.missed, now.figures.still_open, now.free) == (0, 500, 500)


async def test_drafts_and_sealed_quotes_are_not_counted(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    await matching.open_request(session, SYSTEM, buyer.id, market.wanting(), keep_as_draft=True)
    assert (await gaps.gap_sheet(session, GapSearch(), SYSTEM)).cells == ()
    stall = await quoting.stall(session, 1, sealed=True)
    await quoting.quoted(session, stall, stall.sides[0])
    assert (await cell(session)).figures.offered == 0
    with clock.freeze(quoting.AFTER):
        assert await expiring.open_due(session) == 1
        assert (await cell(session)).figures.offered == 400


async def test_a_quote_that_was_taken_back_was_never_offered(session: AsyncSession) -> None:
    stall = await quoting.stall(session, 1)
    await quoting.quoted(session, stall, stall.sides[0])
    assert (await cell(session)).figures.offered == 400
    await matching.quotes.withdraw(session, stall.sides[0].actor, stall.code)
    assert (await cell(session)).figures.offered == 0


async def three(session: AsyncSession, count: int = 3, **said: Any) -> list[quoting.Stall]:
    """Requests of so many buyers, with one quote and one award on the first."""
    stalls = [await quoting.stall(session, 1 if n == 0 else 0, **said) for n in range(count)]
    first = stalls[0]
    quote = await quoting.quoted(session, first, first.sides[0])
    version = await quoting.version(session, first)
    parts = [quoting.part(quote, first.sides[0], 100)]
    await matching.quotes.award(session, first.buyer, first.code, parts, version=version, key=new_id())
    return stalls


async def test_what_came_of_fewer_than_three_buyers_is_shown_to_nobody_else(session: AsyncSession) -> None:
    stalls = await three(session, 2)
    officer, stranger = market.acting(Role.OFFICER, new_id()), market.acting(Role.BUYER, new_id())
    for reader in (None, officer, stranger, stalls[0].sides[0].actor, stalls[0].buyer):
        hidden = await cell(session, reader)
        assert not hidden.shown
        assert hidden.figures == gaps.Figures(asked=Decimal(1000))
    own = await cell(session, stalls[0].buyer, own_only=True)
    assert (own.shown, own.figures.asked, own.figures.awarded) == (True, 500, 100)
    await quoting.stall(session, 0)
    shown = await cell(session, None)
    assert (shown.shown, shown.figures.asked, shown.figures.awarded) == (True, 1500, 100)
    # With one more filter the difference of two sums could be one buyer's: only officers may.
    for narrowed in ({"city": "01"}, {"kind": "modern_trade"}):
        assert not (await cell(session, None, **narrowed)).shown
        assert (await cell(session, officer, **narrowed)).shown
    total = (await gaps.gap_sheet(session, GapSearch(), None)).total
    assert (total.asked, total.outcome.asked, total.hidden) == (4500, 4500, 0)
    assert total.outcome.asked == total.outcome.awarded + total.outcome.missed + total.outcome.still_open


async def test_what_a_reader_may_not_see_is_not_counted_for_her(session: AsyncSession) -> None:
    buyer = await market.buyer(session, "Siêu thị Ẩn Danh", kind="hotel")
    for visibility in ("public", "anonymous", "matched", "invited"):
        await market.request(session, buyer, visibility=visibility)
    officer, owner = market.acting(Role.OFFICER, new_id()), market.acting(Role.BUYER, buyer.organisation_id)
    counted = {
        name: (await cell(session, reader)).requests
        for name, reader in (("nobody", None), ("officer", officer), ("owner", owner), ("system", SYSTEM))
    }
    assert counted == {"nobody": 2, "officer": 3, "owner": 4, "system": 4}
    # Of what kind a buyer without a name is, only its own people count.
    assert (await cell(session, None, kind="hotel")).requests == 1
    assert (await cell(session, officer, kind="hotel")).requests == 2
    assert (await cell(session, owner, kind="hotel")).requests == 4
    rows = await gaps.gap_rows(session, GapSearch(), None)
    assert {row.buyer for row in rows.items} == {"Siêu thị Ẩn Danh", None}
    assert all(row.figures is None for row in rows.items)
    assert sum(row.buyer is None for row in rows.items) == 3


async def test_every_figure_is_the_sum_of_its_rows(session: AsyncSession) -> None:
    stalls = await three(session)
    closing = matching.Closing(reason="filled_elsewhere", version=await quoting.version(session, stalls[1]))
    await matching.close_request(session, stalls[1].buyer, stalls[1].code, closing)
    whole = await gaps.gap_sheet(session, GapSearch(), SYSTEM)
    for measure in gaps.MEASURES:
        rows = await gaps.gap_rows(session, GapSearch(), SYSTEM, measure=measure, month=DECEMBER)
        figure = getattr((await cell(session)).figures, measure)
        assert sum((getattr(row.figures, measure) for row in rows.items), Decimal(0)) == figure, measure
        every = await gaps.gap_rows(session, GapSearch(), SYSTEM, measure=measure)
        assert sum((getattr(row.figures, measure) for row in every.items), Decimal(0)) == getattr(whole.total.outcome, measure)
        assert all(getattr(row.figures, measure) > 0 for row in every.items)
    one = await gaps.gap_rows(session, GapSearch(), SYSTEM, limit=4)
    two = await gaps.gap_rows(session, GapSearch(), SYSTEM, limit=100, cursor=one.next)
    assert (len(one.items), len(two.items), one.total, two.total, two.next) == (4, 5, 9, 9, None)
    assert len({(row.code, row.month) for row in (*one.items, *two.items)}) == 9
    for wrong in ("abc", "WzEsIjAiXQ", "WyJhIiwgImIiXQ"):
        with pytest.raises(Invalid):
            await gaps.gap_rows(session, GapSearch(), SYSTEM, cursor=wrong)


async def test_windows_commodities_and_rounds(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    await market.request(session, buyer)
    await market.request(session, buyer, commodity=None, words="sợi miến nhỏ")
    sheet = await gaps.gap_sheet(session, GapSearch(), SYSTEM)
    assert (sheet.months[0], sheet.months[-1]) == (date(2026, 9, 1), date(2027, 8, 1))
    assert len((await gaps.gap_sheet(session, GapSearch(months=24), SYSTEM)).months) == 24
    assert [(goods.slug if goods else None, s.requests) for goods, s in sheet.by_commodity] == [(None, 3), ("mien-dong", 3)]
    assert (await gaps.gap_sheet(session, GapSearch(start=date(2027, 3, 5)), SYSTEM)).cells == ()
    assert len((await gaps.gap_sheet(session, GapSearch(commodity="miến dong"), SYSTEM)).cells) == 3
    assert len((await gaps.gap_sheet(session, GapSearch(commodity=gaps.IN_WORDS), SYSTEM)).cells) == 3
    assert (await gaps.gap_sheet(session, GapSearch(commodity="không có"), SYSTEM)).cells == ()
    assert (await gaps.gap_sheet(session, GapSearch(city="79\0"), SYSTEM)).cells == ()
    with pytest.raises(NotFound):
        await gaps.gap_sheet(session, GapSearch(round="PKN-XXXXX"), None)


async def test_it_asks_the_same_for_one_request_as_for_three(session: AsyncSession) -> None:
    async def statements() -> int:
        connection = (await session.connection()).sync_connection
        assert connection is not None
        said: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            said.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        await gaps.gap_sheet(session, GapSearch(), None)
        await gaps.gap_rows(session, GapSearch(), None)
        event.remove(connection, "before_cursor_execute", note)
        return len(said)

    await quoting.stall(session, 1)
    one = await statements()
    await three(session)
    assert await statements() == one
    assert one <= 6


async def test_the_window_goes_back_as_far_as_there_is_something_to_see(session: AsyncSession) -> None:
    request = await market.request(session)
    hidden = await market.request(session, visibility="invited")
    old = text("UPDATE matching_request_month SET year = 2026, month = :month WHERE request_id = :id AND month = 12")
    begins = []
    for of, month in ((hidden, 8), (request, 10), (request, 7), (request, 2)):
        await session.execute(old, {"id": of.id, "month": month})
        sheet = await gaps.gap_sheet(session, GapSearch(), None)
        begins.append(sheet.months[0])
        assert len(sheet.months) == 12
        # What else is filtered moves nothing.
        assert (await gaps.gap_sheet(session, GapSearch(city="79"), None)).months == sheet.months
        await session.execute(
            text("UPDATE matching_request_month SET month = 12 WHERE request_id = :id AND month = :month AND year = 2026"),
            {"id": of.id, "month": month},
        )
    assert begins == [date(2026, 9, 1), date(2026, 9, 1), date(2026, 7, 1), date(2026, 9, 1)]
