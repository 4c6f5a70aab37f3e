"""A lot from the question to the joint answer, with the solver that the worker uses."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import SYSTEM, MemberRole
from service.core import clock
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.matching import pooling
from service.matching.pooling import ending, jobs, mending, working
from service.matching.pooling.inputs import PoolEnd
from service.matching.pooling.models import Pool, PoolShare
from tests import market
from tests.market import TODAY, WINTER
from tests.matching.pooling.conftest import Lot, lot, solved

UNTIL = TODAY + timedelta(days=5)
YES, NO = pooling.ShareAnswer(accept=True), pooling.ShareAnswer(accept=False, reason="Hết củ dong")
MONTHS = [day for day, _kg in WINTER]


async def sent(session: AsyncSession, of: Lot, **wish: object) -> Pool:
    pool = await solved(session, of, **wish)
    sending = pooling.PoolSending(answer_by=UNTIL, version=pool.version)
    return await pooling.send_pool(session, of.buyer, pool.id, sending)


async def shares(session: AsyncSession, of: Lot, pool: Pool) -> dict[str, PoolShare]:
    """The newest share of each supplier."""
    names = {product: code for code, product in of.products.items()}
    found = await session.scalars(select(PoolShare).where(PoolShare.pool_id == pool.id).order_by(PoolShare.id))
    return {names[each.product_id]: each for each in found}


async def answer(session: AsyncSession, of: Lot, pool: Pool, code: str, word: pooling.ShareAnswer = YES) -> PoolShare:
    share = (await shares(session, of, pool))[code]
    return await pooling.answer_share(session, of.suppliers[code], share.id, word)


async def mended(session: AsyncSession, pool: Pool, share: PoolShare) -> bool:
    """What the worker does when a refused share has no stand-in for all of it."""
    question = await mending.look(session, pool.id, share.id)
    if question is None:
        return False
    return await mending.mend(session, pool.id, question, jobs.solve(question.frozen))


async def free(session: AsyncSession, of: Lot, code: str) -> list[Decimal | None]:
    product = of.products[code]
    left = await catalogue.ledger.free(session, [product], MONTHS)
    return [left[product][day] for day in MONTHS]


async def test_three_cooperatives_fill_what_none_could_alone(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await solved(session, of)
    page = await pooling.pool_page(session, of.buyer, pool.id)
    assert (page.state, page.stale) == ("found", False)
    assert page.plan is not None
    assert page.plan.status == "optimal"
    assert page.plan.missing_kg == 0
    assert {part.supplier: part.kg for part in page.plan.parts} == {
        "HTX A": (500,) * 3, "HTX B": (500,) * 3, "HTX C": (200,) * 3,
    }  # fmt: skip
    assert sum(part.lead for part in page.plan.parts) == 1
    # The price is that of the tier which every share reaches, and the road is reckoned on top.
    first = next(part for part in page.plan.parts if part.supplier == "HTX A")
    assert (first.price, first.from_kg) == (70_000, 50)
    assert first.freight > 0
    assert page.plan.cost == sum(part.total * part.landed for part in page.plan.parts)


async def test_the_same_question_is_answered_from_memory_and_another_one_is_not(session: AsyncSession) -> None:
    of = await lot(session)
    first = await solved(session, of)
    asked_again = await pooling.ask_pool(session, of.buyer, of.request.code, pooling.PoolWish())
    assert await working.take_up(session, asked_again.id) is None
    assert (asked_again.state, asked_again.result["reused"]) == ("found", True)
    assert asked_again.result["plan"] == first.result["plan"]
    other = await pooling.ask_pool(session, of.buyer, of.request.code, pooling.PoolWish(most_suppliers=2))
    assert await working.take_up(session, other.id) is not None


async def test_the_same_key_asks_once(session: AsyncSession) -> None:
    of, key = await lot(session), uuid4()
    one, other = [
        await pooling.ask_pool(session, of.buyer, of.request.code, pooling.PoolWish(), key=key) for _press in range(2)
    ]
    assert one.id == other.id
    facts = await session.scalar(text("SELECT count(*) FROM core_journal WHERE fact = 'PoolAsked' AND subject = :id"),
                                 {"id": one.id})  # fmt: skip
    assert facts == 1


async def test_a_lot_is_nobody_elses(session: AsyncSession) -> None:
    of, other = await lot(session), await lot(session, {"X": 100})
    pool = await solved(session, of)
    for stranger in (other.buyer, of.suppliers["A"]):
        for look in (
            pooling.pool_page(session, stranger, pool.id),
            pooling.pools_of(session, stranger, of.request.code),
            pooling.ask_pool(session, stranger, of.request.code, pooling.PoolWish()),
            pooling.cancel_pool(session, stranger, pool.id),
            pooling.send_pool(session, stranger, pool.id, pooling.PoolSending(answer_by=UNTIL, version=pool.version)),
        ):
            with pytest.raises(NotFound):
                await look


async def test_a_job_that_runs_twice_records_once(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await pooling.ask_pool(session, of.buyer, of.request.code, pooling.PoolWish())
    frozen = await working.take_up(session, pool.id)
    again = await working.take_up(session, pool.id)  # The first worker was killed in the middle.
    assert frozen is not None
    assert again is not None
    await working.record(session, pool.id, again, jobs.solve(again))
    found_at, version = pool.found_at, pool.version
    await working.record(session, pool.id, frozen, jobs.solve(frozen))
    assert (pool.found_at, pool.version) == (found_at, version)


async def test_a_cancelled_lot_takes_no_answer(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await pooling.ask_pool(session, of.buyer, of.request.code, pooling.PoolWish())
    frozen = await working.take_up(session, pool.id)
    assert frozen is not None
    assert await working.tell(session, pool.id, {"seconds": 1.0})
    await pooling.cancel_pool(session, of.buyer, pool.id)
    assert not await working.tell(session, pool.id, {"seconds": 2.0})
    await working.record(session, pool.id, frozen, jobs.solve(frozen))
    await session.refresh(pool)
    assert (pool.state, pool.result) == ("cancelled", {})


async def test_a_plan_that_breaks_a_rule_is_never_shown(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await pooling.ask_pool(session, of.buyer, of.request.code, pooling.PoolWish())
    frozen = await working.take_up(session, pool.id)
    assert frozen is not None
    forged = pooling.Solution("optimal", pooling.Plan({of.name("A"): (501, 0, 0)}))
    await working.record(session, pool.id, frozen, forged)
    assert (pool.state, pool.result) == ("failed", {})


async def test_pins_that_cannot_stand_are_told(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await solved(session, of, pinned={of.products["A"]: (600, None, None)})
    page = await pooling.pool_page(session, of.buyer, pool.id)
    assert page.state == "failed"
    assert page.plan is None
    assert any("HTX A" in each and "100" in each for each in page.broken)


async def test_pinned_required_and_excluded_are_kept_to(session: AsyncSession) -> None:
    of = await lot(session)
    wish = {"pinned": {of.products["C"]: (100, 100, None)}, "required": (of.products["D"],), "excluded": (of.products["B"],)}
    pool = await solved(session, of, **wish)
    plan = {name: tuple(kg) for name, kg in pool.result["plan"].items()}
    assert plan[of.name("C")][:2] == (100, 100)
    assert of.name("D") in plan
    assert of.name("B") not in plan


async def test_a_lot_under_a_protected_name_has_only_its_users(session: AsyncSession) -> None:
    await session.execute(text("DELETE FROM catalogue_mark_user"))
    of = await lot(session)
    mark = await session.scalar(
        text("SELECT m.slug FROM catalogue_mark m JOIN catalogue_commodity c ON c.id = m.commodity_id"
             " WHERE c.slug = 'mien-dong' AND (cardinality(m.commune_codes) = 0 OR '02185' = ANY(m.commune_codes)) LIMIT 1")
    )  # fmt: skip
    assert mark is not None
    await session.execute(text("UPDATE matching_request SET mark_slug = :mark WHERE id = :id"),
                          {"mark": mark, "id": of.request.id})  # fmt: skip
    supplier = text("SELECT id FROM catalogue_supplier WHERE code = :code")
    for code in ("A", "C"):
        await catalogue.allow_mark(session, SYSTEM, mark, await session.scalar(supplier, {"code": code}))
    await session.refresh(of.request)
    pool = await solved(session, of)
    assert set(pool.result["plan"]) == {of.name("A"), of.name("C")}
    page = await pooling.pool_page(session, of.buyer, pool.id)
    assert page.plan is not None
    assert {out.supplier for out in page.plan.out if "không thuộc danh sách dùng nhãn hiệu" in out.rule} == {"HTX B", "HTX D"}


async def test_who_lacks_one_thing_is_told_with_the_remedy_that_lets_it_in(session: AsyncSession) -> None:
    of = await lot(session, {"A": 500}, kg=800, min_stars=4)
    await market.supplier(session, "THREE")
    await market.product(
        session, "THREE", capacity=((2026, (Decimal(400),) * 12),),
        certificates=(catalogue.CertificateRow("OCOP", stars=3, issued_on=TODAY),
                      catalogue.CertificateRow("ATTP", issued_on=TODAY, valid_to=TODAY + timedelta(days=900))),
    )  # fmt: skip
    pool = await solved(session, of)
    page = await pooling.pool_page(session, of.buyer, pool.id)
    assert page.plan is not None
    assert page.plan.missing_kg == 900
    assert any("HTX THREE" in out.supplier and "3 sao" in out.rule for out in page.plan.out)
    stars = next(each for each in page.plan.remedies if each.fields.get("min_stars") == "3")
    assert stars.gained_kg == 900
    again = await solved(session, of, min_stars=3)
    assert (await pooling.pool_page(session, of.buyer, again.id)).plan.missing_kg == 0


async def test_a_plan_grows_old_when_request_or_capacity_change(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await solved(session, of)
    await market.product(session, "A", capacity=((2026, (Decimal(450),) * 12),), tiers=((Decimal(50), 70_000),))
    assert (await pooling.pool_page(session, of.buyer, pool.id)).stale
    sending = pooling.PoolSending(answer_by=UNTIL, version=pool.version)
    with pytest.raises(Conflict, match="đã đổi"):
        await pooling.send_pool(session, of.buyer, pool.id, sending)
    fresh = await solved(session, of)
    assert not (await pooling.pool_page(session, of.buyer, fresh.id)).stale
    # A request that says something else, but asks for the same, leaves its plan as it is; one that asks for more does not.
    days = [(day, Decimal(1200)) for day in MONTHS]
    more = [(day, kg + 10) for day, kg in days]
    for asked, grown in (({"months": days, "note": "Giao buổi sáng"}, False), ({"months": more}, True)):
        await session.refresh(of.request)
        kept = {"ceiling_vnd_per_kg": of.request.ceiling_vnd_per_kg, "certificates": tuple(of.request.certificates)}
        draft = market.wanting(min_stars=of.request.min_stars, **kept, **asked)
        await matching.revise_request(session, SYSTEM, of.request.code, draft, version=of.request.version)
        assert (await pooling.pool_page(session, of.buyer, fresh.id)).stale is grown


async def test_a_plan_by_hand_is_judged_by_the_same_rules(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await solved(session, of, most_suppliers=3)
    wrong = {of.products["A"]: (501, 20, 0), of.products["B"]: (500, 0, 0), of.products["C"]: (300, 0, 0)}
    judged = await pooling.judge_by_hand(session, of.buyer, pool.id, wrong)
    kinds = {(each.kind, each.supplier, each.month) for each in judged.broken}
    assert kinds == {("capacity", of.name("A"), 0), ("least_share", of.name("A"), 1), ("demand", None, 0)}
    with pytest.raises(Invalid):
        await pooling.keep_by_hand(session, of.buyer, pool.id, wrong)
    right = {of.products["A"]: (400, 400, 400), of.products["D"]: (400, 0, 0)}
    key = uuid4()
    kept = await pooling.keep_by_hand(session, of.buyer, pool.id, right, key=key)
    assert (await pooling.keep_by_hand(session, of.buyer, pool.id, right, key=key)).id == kept.id
    page = await pooling.pool_page(session, of.buyer, kept.id)
    assert (page.state, page.stale) == ("found", False)
    assert page.plan is not None
    assert page.plan.by_hand
    assert page.plan.covered_kg == 1600
    assert len((await pooling.pools_of(session, of.buyer, of.request.code))[1]) == 2
    sending = pooling.PoolSending(answer_by=UNTIL, version=kept.version)
    assert (await pooling.send_pool(session, of.buyer, kept.id, sending)).state == "sent"


async def test_all_accept_and_every_kilogram_is_held_once(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await sent(session, of)
    assert (await pooling.send_pool(session, of.buyer, pool.id, pooling.PoolSending(answer_by=UNTIL, version=1))).id == pool.id
    assert set(await shares(session, of, pool)) == {"A", "B", "C"}
    for code in ("A", "B", "C"):
        assert pool.state == "sent"
        await answer(session, of, pool, code)
        await answer(session, of, pool, code)  # Twice is once.
    assert pool.state == "complete"
    assert await free(session, of, "A") == [0, 0, 0]
    assert await free(session, of, "C") == [100, 100, 100]
    lead = next(each for each in (await shares(session, of, pool)).values() if each.lead)
    page = await pooling.share_page(
        session, next(a for c, a in of.suppliers.items() if of.products[c] == lead.product_id), lead.id
    )
    assert page.may_quote
    assert len(page.others) == 3
    with pytest.raises(Conflict):
        await answer(session, of, pool, "A", NO)


async def test_a_refusal_calls_the_stand_in_who_can_take_all_of_it(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await sent(session, of)
    refused = await answer(session, of, pool, "C", NO)
    now = await shares(session, of, pool)
    assert now["D"].stand_in_for == refused.id
    assert now["D"].answer_by >= TODAY + timedelta(days=2)
    assert await mending.look(session, pool.id, refused.id) is None
    for code in ("A", "B", "D"):
        await answer(session, of, pool, code)
    assert pool.state == "complete"


async def test_where_nobody_can_take_all_of_it_the_rest_is_dealt_out_around_those_who_accepted(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await sent(session, of)
    await answer(session, of, pool, "B")
    refused = await answer(session, of, pool, "A", NO)
    assert await mended(session, pool, refused)
    now = await shares(session, of, pool)
    page = await pooling.pool_page(session, of.buyer, pool.id)
    totals = {share.supplier: (share.state, share.total) for share in page.shares if share.state in ("asked", "accepted")}
    # B keeps what it has accepted; D joins with all it has, and C, who has not answered, is asked for more.
    assert totals == {"HTX B": ("accepted", 1500), "HTX C": ("asked", 900), "HTX D": ("asked", 1200)}
    assert now["D"].stand_in_for == refused.id
    for code in ("C", "D"):
        await answer(session, of, pool, code)
    assert pool.state == "complete"
    assert await free(session, of, "B") == [0, 0, 0]


async def test_a_gap_that_nobody_can_fill_is_told_and_can_be_settled(session: AsyncSession) -> None:
    of = await lot(session, {"A": 500, "B": 500}, kg=1000)
    pool = await sent(session, of)
    await answer(session, of, pool, "B")
    refused = await answer(session, of, pool, "A", NO)
    await mended(session, pool, refused)
    assert pool.state == "sent"
    told = await session.scalars(text("SELECT template FROM core_mail ORDER BY id"))
    assert "pool_gap" in list(told)
    settled = await pooling.settle_pool(session, of.buyer, pool.id, pool.version)
    assert settled.state == "complete"


async def test_silence_after_the_last_day_is_written_down_and_another_is_asked(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await sent(session, of)
    await answer(session, of, pool, "A")
    await answer(session, of, pool, "B")
    await mending.note_silence(session)
    assert (await shares(session, of, pool))["C"].state == "asked"
    with clock.freeze(UNTIL + timedelta(days=1)):
        with pytest.raises(Conflict, match="quá hạn"):
            await answer(session, of, pool, "C")
        await mending.note_silence(session)
        await mending.note_silence(session)
        now = await shares(session, of, pool)
        assert (now["C"].state, now["D"].state) == ("silent", "asked")
        await answer(session, of, pool, "D")
    assert pool.state == "complete"


async def test_dissolving_gives_every_kilogram_back(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await sent(session, of)
    await answer(session, of, pool, "A")
    assert await free(session, of, "A") == [0, 0, 0]
    with pytest.raises(Conflict):
        await pooling.dissolve_pool(session, of.buyer, pool.id, PoolEnd(reason="Đổi kế hoạch", version=1))
    end = PoolEnd(reason="Đổi kế hoạch", version=pool.version)
    await pooling.dissolve_pool(session, of.buyer, pool.id, end)
    await pooling.dissolve_pool(session, of.buyer, pool.id, end)
    assert await free(session, of, "A") == [500, 500, 500]
    assert {each.state for each in (await shares(session, of, pool)).values()} == {"dropped"}
    with pytest.raises(Conflict):
        await answer(session, of, pool, "B")


async def test_a_closed_request_holds_nobodys_kilograms(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await sent(session, of)
    await answer(session, of, pool, "A")
    await matching.close_request(
        session, of.buyer, of.request.code, matching.Closing(reason="no_longer_needed", version=of.request.version)
    )
    await ending.end_for_request(session, of.request.id)
    assert pool.state == "dissolved"
    assert await free(session, of, "A") == [500, 500, 500]


async def test_only_one_lot_of_a_request_is_asked_at_a_time(session: AsyncSession) -> None:
    of = await lot(session)
    other = await solved(session, of, most_suppliers=4)
    await sent(session, of)
    with pytest.raises(Conflict, match="giải tán"):
        await pooling.send_pool(session, of.buyer, other.id, pooling.PoolSending(answer_by=UNTIL, version=other.version))


async def test_who_has_sold_meanwhile_cannot_accept_and_nothing_of_it_is_held(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await sent(session, of)
    wish = catalogue.ledger.Wish(of.products["A"], MONTHS[1], Decimal(200))
    source = catalogue.ledger.Source("order", uuid4(), "Đơn khác")
    await catalogue.ledger.promise(session, SYSTEM, [wish], source=source, reason="Bán lẻ")
    with pytest.raises(Conflict, match="300"):
        await answer(session, of, pool, "A")
    assert await free(session, of, "A") == [500, 300, 500]


async def test_suppliers_answer_for_themselves_only_and_viewers_not_at_all(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await sent(session, of)
    share = (await shares(session, of, pool))["A"]
    for stranger in (of.suppliers["B"], of.buyer):
        with pytest.raises(NotFound):
            await pooling.answer_share(session, stranger, share.id, YES)
        with pytest.raises(NotFound):
            await pooling.share_page(session, stranger, share.id)
    own = of.suppliers["A"]
    viewer = market.acting(own.role, own.organisation_id, MemberRole.VIEWER)
    with pytest.raises(NotAllowed):
        await pooling.answer_share(session, viewer, share.id, YES)
    page = await pooling.share_page(session, viewer, share.id)
    assert not page.may_answer
    other = (await shares(session, of, pool))["B"]
    assert (await pooling.share_page(session, of.suppliers["B"], other.id)).others == ()  # Only the lead sees the others.
