"""Awards in parts: what is promised, what is refused and why, what is frozen, who loses, and how it is taken back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import Role
from service.catalogue.ledger import Source, Wish
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.matching.quotes import Award, AwardState, Part, Quote, QuoteState, Tier, Undoing
from service.matching.quotes.models import AwardedMonth
from tests import market
from tests.matching.quotes.market import DEADLINE, MONTHS, TODAY, Side, Stall, part, quoted, stall, version

LATER = DEADLINE + timedelta(days=3)


@pytest.fixture(autouse=True)
def _on_the_day() -> object:
    with clock.freeze(TODAY):
        yield


async def _award(session: AsyncSession, at: Stall, *parts: Part, **said: object) -> list[Award]:
    given = {"version": await version(session, at), "key": new_id(), **said}
    return await matching.quotes.award(session, at.buyer, at.code, parts, **given)  # type: ignore[arg-type]


async def _free(session: AsyncSession, of: Side) -> list[Decimal | None]:
    found = await catalogue.ledger.free(session, [of.product_id], MONTHS)
    return [found[of.product_id][day] for day in MONTHS]


async def test_an_award_in_parts_promises_exactly_what_was_taken(session: AsyncSession) -> None:
    at = await stall(session)
    one, two = at.sides
    first, second = await quoted(session, at, one, 78_000), await quoted(session, at, two, 82_000)
    awards = await _award(session, at, part(first, one, 400), part(second, two, 100), part(first, one, 50, MONTHS[2]))
    assert {each.quote_id for each in awards} == {first.id, second.id}
    assert await _free(session, one) == [100, 500, 450]
    assert await _free(session, two) == [400, 500, 500]
    assert (first.state, second.state) == (QuoteState.AWARDED, QuoteState.AWARDED)
    frozen = awards[0].terms
    assert frozen["quote"]["valid_until"] == "2027-01-15"
    assert frozen["request"]["code"] == at.code


async def test_the_click_that_comes_twice_awards_once(session: AsyncSession) -> None:
    at = await stall(session)
    one = at.sides[0]
    quote, key = await quoted(session, at, one), new_id()
    before = await version(session, at)
    first = await _award(session, at, part(quote, one, 200), key=key)
    again = await _award(session, at, part(quote, one, 200), key=key, version=before)
    assert [each.id for each in first] == [each.id for each in again]
    assert await _free(session, one) == [300, 500, 500]


async def test_the_second_of_two_colleagues_reads_again_first(session: AsyncSession) -> None:
    at = await stall(session)
    one = at.sides[0]
    quote, read = await quoted(session, at, one), await version(session, at)
    await _award(session, at, part(quote, one, 200))
    with pytest.raises(Conflict, match="Người khác"):
        await _award(session, at, part(quote, one, 100), version=read)


async def test_what_is_not_free_is_refused_with_product_month_and_what_is(session: AsyncSession) -> None:
    at = await stall(session)
    one, two = at.sides
    first, second = await quoted(session, at, one), await quoted(session, at, two)
    source = Source("award", new_id(), "YC-X")
    await catalogue.ledger.promise(
        session, at.buyer, [Wish(one.product_id, MONTHS[1], Decimal(450))], source=source, reason="x"
    )
    with pytest.raises(Conflict, match="T1/2027") as refused:
        async with session.begin_nested():
            await _award(session, at, part(second, two, 100), part(first, one, 300, MONTHS[1]))
    assert "50\u00a0kg" in refused.value.message
    assert await _free(session, two) == [500, 500, 500]
    assert (await session.scalars(select(Award))).all() == []


async def test_more_than_the_quote_says_is_refused_also_in_two_goes(session: AsyncSession) -> None:
    at = await stall(session, 1)
    one = at.sides[0]
    quote = await quoted(session, at, one, kg=300)
    with pytest.raises(Invalid) as wrong:
        await _award(session, at, part(quote, one, 301))
    assert "kg" in wrong.value.errors
    await _award(session, at, part(quote, one, 200))
    with pytest.raises(Invalid, match="100"):
        await _award(session, at, part(quote, one, 150))
    await _award(session, at, part(quote, one, 100))


@pytest.mark.parametrize("how", ["withdrawn", "expired", "another", "month"])
async def test_what_cannot_be_taken_is_refused(session: AsyncSession, how: str) -> None:
    at = await stall(session, 1)
    one = at.sides[0]
    quote = await quoted(session, at, one, valid_until=DEADLINE)
    wanted, on, why = part(quote, one, 100), TODAY, (Conflict, Invalid, NotFound)
    if how == "withdrawn":
        await matching.quotes.withdraw(session, one.actor, at.code)
    elif how == "expired":
        on = DEADLINE + timedelta(days=1)
    elif how == "another":
        other = await stall(session, 0)
        wanted = part(await quoted(session, other, one), one, 100)
    else:
        wanted = part(quote, one, 100, date(2027, 7, 1))
    with clock.freeze(on), pytest.raises(why):
        await _award(session, at, wanted)


async def test_a_quote_revised_since_it_was_read_is_not_awarded(session: AsyncSession) -> None:
    at = await stall(session, 1)
    one = at.sides[0]
    quote = await quoted(session, at, one, 70_000)
    await quoted(session, at, one, 90_000)
    with pytest.raises(Conflict, match="vừa sửa"):
        await _award(session, at, part(quote, one, 100, revision=1))
    assert len(await _award(session, at, part(quote, one, 100, revision=2))) == 1


async def test_only_the_buyer_awards(session: AsyncSession) -> None:
    at = await stall(session, 1)
    one = at.sides[0]
    quote = await quoted(session, at, one)
    at.buyer = one.actor
    with pytest.raises(NotAllowed):
        await _award(session, at, part(quote, one, 100))
    at.buyer = market.acting(Role.BUYER, new_id())
    with pytest.raises(NotAllowed):
        await _award(session, at, part(quote, one, 100))


async def test_whoever_takes_much_pays_the_price_of_much(session: AsyncSession) -> None:
    at = await stall(session, 1)
    one = at.sides[0]
    tiers = (Tier(from_kg=Decimal(500), less_vnd_per_kg=1_000), Tier(from_kg=Decimal(1000), less_vnd_per_kg=3_000))
    quote = await quoted(session, at, one, 80_000, tiers=tiers)
    (small,) = await _award(session, at, part(quote, one, 300))
    (more,) = await _award(session, at, part(quote, one, 300, MONTHS[1]))
    prices = {
        each.award_id: each.price_vnd_per_kg
        for each in await session.scalars(select(AwardedMonth).where(AwardedMonth.award_id.in_([small.id, more.id])))
    }
    assert prices == {small.id: 80_000, more.id: 79_000}


async def test_a_filled_request_closes_and_the_others_are_told_why(session: AsyncSession) -> None:
    at = await stall(session, 3)
    quotes = [await quoted(session, at, each, kg=500) for each in at.sides]
    await _award(session, at, *(part(quotes[0], at.sides[0], 500, day) for day in MONTHS), reason_for_losers="Giá cao hơn")
    state = await session.execute(
        text("SELECT state, close_reason FROM matching_request WHERE id = :id"), {"id": at.request_id}
    )
    assert state.one() == ("closed", "filled")
    assert [each.state for each in quotes] == [QuoteState.AWARDED, QuoteState.LOST, QuoteState.LOST]
    assert quotes[1].ended_why == "Giá cao hơn"


async def test_a_request_closed_by_choice_answers_the_rest_with_no(session: AsyncSession) -> None:
    at = await stall(session)
    first, second = [await quoted(session, at, each) for each in at.sides]
    await _award(session, at, part(first, at.sides[0], 100), close=True)
    assert (first.state, second.state) == (QuoteState.AWARDED, QuoteState.LOST)
    assert second.ended_why
    with pytest.raises(Conflict, match="không chọn"):
        await _award(session, at, part(second, at.sides[1], 100))


async def test_an_award_is_undone_before_the_first_delivery_and_the_capacity_is_free_again(session: AsyncSession) -> None:
    at = await stall(session, 1)
    one = at.sides[0]
    quote = await quoted(session, at, one, kg=500)
    (made,) = await _award(session, at, *(part(quote, one, 500, day) for day in MONTHS))
    for _time in range(2):
        undone = await matching.quotes.undo_award(session, at.buyer, made.id, Undoing(reason="Bếp ăn tạm dừng"))
    assert undone.state == AwardState.UNDONE
    assert undone.undo_reason == "Bếp ăn tạm dừng"
    assert quote.state == QuoteState.SENT
    assert await _free(session, one) == [500, 500, 500]
    # What was undone may be given again, although the request had been closed as filled.
    assert len(await _award(session, at, part(quote, one, 500))) == 1


async def test_a_filled_request_of_which_something_is_undone_takes_answers_again(session: AsyncSession) -> None:
    at = await stall(session, 3)
    chosen, other = at.sides[:2]
    first, second = await quoted(session, at, chosen, kg=500), await quoted(session, at, other, kg=500)
    with clock.freeze(LATER):
        (made,) = await _award(session, at, *(part(first, chosen, 500, day) for day in MONTHS))
        assert second.state == QuoteState.LOST
        with pytest.raises(Conflict):
            await quoted(session, at, at.sides[2], valid_until=date(2027, 3, 1))
    with clock.freeze(TODAY):
        await matching.quotes.undo_award(session, at.buyer, made.id, Undoing(reason="Bếp ăn tạm dừng"))
        state = text("SELECT state, close_reason, closed_at FROM matching_request WHERE id = :id")
        assert (await session.execute(state, {"id": at.request_id})).one() == ("open", None, None)
        assert (first.state, second.state) == (QuoteState.SENT, QuoteState.LOST)
        assert await matching.quotes.answering.answer_closed(session, at.request_id) == 0
        # Whoever had lost may try again, others may come, and the buyer chooses among all of them.
        again = await quoted(session, at, other, 79_000, 500)
        await quoted(session, at, at.sides[2], kg=500)
        assert (again.id, again.state, again.revision) == (second.id, QuoteState.SENT, 2)
        assert len(await _award(session, at, part(again, other, 500))) == 1


async def test_whoever_takes_a_choice_back_has_time_for_another(session: AsyncSession) -> None:
    at = await stall(session, 1)
    quote = await quoted(session, at, at.sides[0], valid_until=date(2027, 3, 1))
    with clock.freeze(LATER):
        (made,) = await _award(session, at, part(quote, at.sides[0], 100), close=True)
    late = DEADLINE + timedelta(days=30)
    with clock.freeze(late):
        await matching.quotes.undo_award(session, at.buyer, made.id, Undoing(reason="Bếp ăn tạm dừng"))
        assert await matching.quotes.expire_due(session) == 0
        assert quote.state == QuoteState.SENT
    with clock.freeze(late + timedelta(days=30)):
        assert await matching.quotes.expire_due(session) == 1


async def test_a_request_closed_for_another_reason_stays_closed(session: AsyncSession) -> None:
    at = await stall(session, 1)
    (made,) = await _award(session, at, part(await quoted(session, at, at.sides[0]), at.sides[0], 100))
    closing = matching.Closing(reason=matching.CloseReason.NO_LONGER_NEEDED, version=await version(session, at))
    await matching.close_request(session, at.buyer, at.code, closing)
    await matching.quotes.undo_award(session, at.buyer, made.id, Undoing(reason="Bếp ăn tạm dừng"))
    state = await session.scalar(text("SELECT state FROM matching_request WHERE id = :id"), {"id": at.request_id})
    assert state == "closed"


async def test_after_the_first_delivery_nothing_is_undone(session: AsyncSession) -> None:
    at = await stall(session, 1)
    one = at.sides[0]
    quote = await quoted(session, at, one)
    (made,) = await _award(session, at, part(quote, one, 400))
    await catalogue.ledger.consume(session, one.actor, "award", made.id, one.product_id, MONTHS[0], Decimal(10), on=TODAY)
    with pytest.raises(Conflict, match="Đã giao"):
        await matching.quotes.undo_award(session, at.buyer, made.id, Undoing(reason="Đổi ý rồi"))
    with pytest.raises(NotAllowed):
        await matching.quotes.undo_award(session, one.actor, made.id, Undoing(reason="Đổi ý rồi"))
    with pytest.raises(NotFound):
        await matching.quotes.undo_award(session, at.buyer, new_id(), Undoing(reason="Đổi ý rồi"))


async def test_a_lots_holds_become_the_award_without_being_free_in_between(session: AsyncSession) -> None:
    at = await stall(session, 2)
    lead, member = at.sides
    pool = new_id()
    held = [Wish(each.product_id, day, Decimal(450)) for each in (lead, member) for day in MONTHS]
    await catalogue.ledger.promise(session, at.buyer, held, source=Source("pool", pool, "Lô"), reason="Giữ cho lô")
    lines = tuple(
        matching.quotes.QuoteLine(product_id=each.product_id, month=day, kg=Decimal(450), price_vnd_per_kg=80_000)
        for each in (lead, member) for day in MONTHS
    )  # fmt: skip
    said = matching.quotes.QuoteDraft(lines=lines, valid_until=date(2027, 1, 15))
    quote = await matching.quotes.send(session, lead.actor, at.code, said, key=new_id(), pool_id=pool)
    with pytest.raises(Conflict, match="lô ghép"):
        await quoted(session, at, lead)
    await _award(session, at, part(quote, lead, 300), part(quote, member, 450))
    assert await _free(session, lead) == [200, 500, 500]
    assert await _free(session, member) == [50, 500, 500]


async def test_a_lost_lot_lets_its_holds_go(session: AsyncSession) -> None:
    at = await stall(session, 2)
    lead, other = at.sides
    pool = new_id()
    await catalogue.ledger.promise(
        session, at.buyer, [Wish(lead.product_id, MONTHS[0], Decimal(300))], source=Source("pool", pool, "Lô"), reason="Giữ"
    )
    said = matching.quotes.QuoteDraft(
        lines=(matching.quotes.QuoteLine(product_id=lead.product_id, month=MONTHS[0], kg=Decimal(300), price_vnd_per_kg=1),),
        valid_until=date(2027, 1, 15),
    )
    lot = await matching.quotes.send(session, lead.actor, at.code, said, key=new_id(), pool_id=pool)
    chosen = await quoted(session, at, other)
    await _award(session, at, part(chosen, other, 100), close=True)
    assert lot.state == QuoteState.LOST
    assert await _free(session, lead) == [500, 500, 500]


async def test_a_closed_request_answers_the_quotes_that_wait(session: AsyncSession) -> None:
    at = await stall(session, 1)
    quote = await quoted(session, at, at.sides[0])
    closing = matching.Closing(reason=matching.CloseReason.FILLED_ELSEWHERE, version=await version(session, at))
    await matching.close_request(session, at.buyer, at.code, closing)
    assert await matching.quotes.answering.answer_closed(session, at.request_id) == 1
    assert quote.state == QuoteState.LOST
    assert "đã mua nơi khác" in str(quote.ended_why)
    with pytest.raises(Conflict, match="đã đóng"):
        await _award(session, at, part(quote, at.sides[0], 10))


async def test_a_buyer_that_does_not_decide_is_silent_and_that_is_counted(session: AsyncSession) -> None:
    silent, quick = await stall(session, 1), await stall(session, 1)
    for at in (silent, quick):
        await quoted(session, at, at.sides[0], valid_until=date(2027, 3, 1))
    with clock.freeze(LATER):
        assert await matching.quotes.expire_due(session) == 0
        quotes = {each.request_id: each for each in await session.scalars(select(Quote))}
        await _award(session, quick, part(quotes[quick.request_id], quick.sides[0], 10), close=True)
    with clock.freeze(DEADLINE + timedelta(days=15)):
        told = await matching.quotes.buyer_answers(session, [silent.buyer_id, quick.buyer_id])
        assert told[silent.buyer_id].line == "trả lời 0/1 lần"
        assert told[quick.buyer_id].line == "trả lời 1/1 lần, thường trong 3 ngày"
        assert await matching.quotes.expire_due(session) == 1
        assert quotes[silent.request_id].state == QuoteState.EXPIRED
        assert "không trả lời" in str(quotes[silent.request_id].ended_why)
        assert await matching.quotes.expire_due(session) == 0
        assert (await matching.quotes.buyer_answers(session, [silent.buyer_id]))[silent.buyer_id].answered == 0
        with pytest.raises(Conflict, match="hết hiệu lực"):
            await _award(session, silent, part(quotes[silent.request_id], silent.sides[0], 10))


async def test_a_buyer_names_another_day_while_its_own_has_not_passed(session: AsyncSession) -> None:
    at = await stall(session, 1)
    await quoted(session, at, at.sides[0], valid_until=date(2027, 3, 1))
    moved = await matching.quotes.move_decision(session, at.buyer, at.code, DEADLINE + timedelta(days=30))
    assert moved.decide_by == DEADLINE + timedelta(days=30)
    with pytest.raises(Invalid):
        await matching.quotes.move_decision(session, at.buyer, at.code, DEADLINE - timedelta(days=1))
    with clock.freeze(DEADLINE + timedelta(days=20)):
        assert await matching.quotes.expire_due(session) == 0
    with clock.freeze(DEADLINE + timedelta(days=31)):
        assert await matching.quotes.expire_due(session) == 1
        with pytest.raises(Conflict):
            await matching.quotes.move_decision(session, at.buyer, at.code, DEADLINE + timedelta(days=40))
