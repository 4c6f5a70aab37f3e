"""The joint answer: each supplier of a lot is asked for its share until a day, and accepts or declines it (M11).

Whatever happens to the shares of a lot happens with the lot's row locked, one after the other; then come the rows of the
ledger, in the ledger's own order. An acceptance holds the kilograms in the same transaction, or it is no acceptance.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.matching import invitations
from service.matching.models import SourcingRequest
from service.matching.pooling import frozen as frozen_lots
from service.matching.pooling import mails, plans, rules
from service.matching.pooling.asking import lock, locked
from service.matching.pooling.events import (
    PoolCompleted,
    PoolDissolved,
    PoolSent,
    PoolShareAccepted,
    PoolShareAsked,
    PoolShareRefused,
)
from service.matching.pooling.freezing import freeze
from service.matching.pooling.frozen import Candidate, Frozen
from service.matching.pooling.inputs import PoolEnd, PoolSending, PoolWish, ShareAnswer
from service.matching.pooling.models import JOINED, LIVE, REFUSED, Pool, PoolShare, PoolShareMonth, PoolState, ShareState
from service.matching.pooling.standing import kg_of, label_of, months_of, organisation_of, request_of, shares_of
from service.matching.queries import stored

MOST_DAYS = 60  # So long may suppliers be given at most.
LEAST_DAYS = 2  # And a stand-in gets at least so long.
SOURCE = "pool"


async def send_pool(session: AsyncSession, actor: Actor, pool_id: UUID, sending: PoolSending) -> Pool:
    """Ask every supplier of the lot for its share. Sent already, it changes nothing.

    Refused where the request or the market has moved on since the plan was made: nobody is asked for what she has no longer.
    """
    pool, request, buyer = await locked(session, actor, pool_id)
    if pool.state in JOINED and rules.may_dissolve(actor, buyer.organisation_id, pool):
        return pool
    if not rules.may_send(actor, request, buyer.organisation_id, pool, clock.today()):
        raise NotAllowed(_("Chỉ gửi được phương án đã tìm xong của yêu cầu đang mở, khi nhà phân phối đã được xác minh."))
    if pool.version != sending.version:
        raise Conflict(_("Người khác vừa thay đổi phương án này. Hãy xem lại rồi gửi tiếp."))
    today = clock.today()
    if not today <= sending.answer_by <= today + timedelta(days=MOST_DAYS):
        sentence = _("Hạn trả lời từ hôm nay và không quá %(n)s ngày.", n=MOST_DAYS)
        raise Invalid(sentence, {"answer_by": sentence})
    if await is_stale(session, actor, pool, request):
        raise Conflict(_("Yêu cầu hoặc năng lực, giá của các nguồn đã đổi từ khi có phương án này. Hãy tìm lại rồi gửi."))
    other = await session.scalar(select(Pool.id).where(Pool.request_id == request.id, Pool.state.in_(JOINED)))
    if other is not None:
        raise Conflict(_("Yêu cầu này đã có một lô đang hỏi. Hãy giải tán lô ấy trước khi gửi phương án khác."))
    frozen, plan = frozen_lots.read(pool.frozen), plans.read(pool.result).plan
    if not plan.chosen:
        raise Invalid(_("Phương án này chưa có nguồn nào để hỏi."))
    pool.state, pool.answer_by, pool.note, pool.sent_at = PoolState.SENT, sending.answer_by, sending.note, clock.now()
    await session.flush()
    told = {"answer_by": pool.answer_by, "plan": pool.result["plan"]}
    await announce(session, PoolSent(pool.id), actor=actor, new=told)
    for name, share in sorted(plan.kg.items()):
        if any(share):
            await ask(session, actor, pool, frozen, frozen.by_id[name], share, answer_by=sending.answer_by)
    await name_lead(session, pool)
    # What the two sides write to each other has its place in the thread of an invitation.
    suppliers = {UUID(frozen.by_id[name].supplier_id) for name in plan.chosen}
    await invitations.invite(
        session, actor, request.code, suppliers, note=sending.note, answer_by=sending.answer_by, origin=SOURCE
    )
    await mails.ask_for_shares(session, pool, request, await shares_of(session, pool.id))
    return pool


async def answer_share(session: AsyncSession, actor: Actor, share_id: UUID, answer: ShareAnswer) -> PoolShare:
    """A supplier's word on its share. The same word twice is one word; another one than before is refused.

    Raises `Conflict` where the kilograms are no longer free, naming the month and what is: then nothing is accepted.
    """
    pool, share = await _locked_share(session, actor, share_id)
    wanted = ShareState.ACCEPTED if answer.accept else ShareState.DECLINED
    if share.state == wanted:
        return share
    if share.state != ShareState.ASKED:
        raise Conflict(_("Phần này đã được trả lời hoặc không còn hỏi bạn nữa. Hãy nhắn cho người mua."))
    if not rules.answerable(share, clock.today()):
        raise Conflict(_("Đã quá hạn trả lời phần này. Hãy nhắn cho người mua nếu bạn vẫn muốn tham gia."))
    await invitations.note_answer(session, actor, pool.request_id, share.supplier_id)
    if not answer.accept:
        await refuse(session, actor, pool, share, ShareState.DECLINED, answer.reason or "")
        return share
    source = catalogue.ledger.Source(SOURCE, pool.id, await label_of(session, pool))
    wishes = [catalogue.ledger.Wish(share.product_id, each.first_day, each.kg) for each in await months_of(session, share.id)]
    await catalogue.ledger.promise(session, actor, wishes, source=source, reason=_("Nhận phần trong lô ghép"))
    _answered(share, actor, ShareState.ACCEPTED, None)
    await session.flush()
    fact = PoolShareAccepted(pool.id, share.id, share.supplier_id)
    new = {"product_id": share.product_id, "kg": sum((each.kg for each in wishes), Decimal(0))}
    await announce(session, fact, actor=actor, new=new)
    await complete_if_all_have_accepted(session, actor, pool)
    return share


async def settle_pool(session: AsyncSession, actor: Actor, pool_id: UUID, version: int) -> Pool:
    """Go on with those who have accepted, though something is left open; whoever has not answered is asked no longer."""
    pool, _request, buyer = await locked(session, actor, pool_id)
    if pool.state == PoolState.COMPLETE and rules.may_dissolve(actor, buyer.organisation_id, pool):
        return pool
    if not rules.may_dissolve(actor, buyer.organisation_id, pool):
        raise NotAllowed(_("Chỉ người mua mới chốt được lô đang hỏi."))
    if pool.version != version:
        raise Conflict(_("Người khác vừa thay đổi phương án này. Hãy xem lại rồi gửi tiếp."))
    shares = await shares_of(session, pool.id)
    if not any(share.state == ShareState.ACCEPTED for share in shares):
        raise Conflict(_("Chưa ai nhận phần nào nên chưa chốt được lô."))
    for share in shares:
        if share.state == ShareState.ASKED:
            _answered(share, actor, ShareState.DROPPED, None)
    await session.flush()
    await name_lead(session, pool)
    await _complete(session, actor, pool)
    return pool


async def dissolve_pool(session: AsyncSession, actor: Actor, pool_id: UUID, end: PoolEnd) -> Pool:
    """Let a lot go with everything that its suppliers hold for it; they are told why. Twice is once."""
    pool, request, buyer = await locked(session, actor, pool_id)
    if pool.state == PoolState.DISSOLVED:
        return pool
    if not rules.may_dissolve(actor, buyer.organisation_id, pool):
        raise NotAllowed(_("Chỉ người mua mới giải tán được lô đang hỏi."))
    if pool.version != end.version:
        raise Conflict(_("Người khác vừa thay đổi phương án này. Hãy xem lại rồi gửi tiếp."))
    await dissolve(session, actor, pool, request, end.reason)
    return pool


async def dissolve(session: AsyncSession, actor: Actor, pool: Pool, request: SourcingRequest, reason: str) -> None:
    """The same for a lot that is locked already."""
    await catalogue.ledger.release(session, actor, SOURCE, pool.id, reason=reason)
    shares = [share for share in await shares_of(session, pool.id) if share.state in LIVE]
    for share in shares:
        _answered(share, actor, ShareState.DROPPED, None)
    pool.state, pool.reason = PoolState.DISSOLVED, reason
    await session.flush()
    await announce(session, PoolDissolved(pool.id), actor=actor, new={"reason": reason})
    await mails.tell_dissolved(session, request, shares, reason)


async def refuse(session: AsyncSession, actor: Actor, pool: Pool, share: PoolShare, state: ShareState, reason: str) -> None:
    """A share is not delivered by whom it was meant for: the first stand-in who can take all of it is asked at once.

    Where there is none, the worker looks for the fewest changes around those who have accepted (mending.py).
    """
    _answered(share, actor, state, reason or None)
    await session.flush()
    stand_in = await _stand_in(session, pool, share)
    if stand_in is not None:
        until = max(pool.answer_by or clock.today(), clock.today() + timedelta(days=LEAST_DAYS))
        kg, one, frozen = stand_in
        asked = await ask(session, actor, pool, frozen, one, kg, answer_by=until, stand_in_for=share.id)
        await mails.ask_for_shares(session, pool, await request_of(session, pool), [asked])
    await name_lead(session, pool)
    fact = PoolShareRefused(pool.id, share.id, share.supplier_id, silent=state == ShareState.SILENT)
    await announce(session, fact, actor=actor, new={"reason": reason, "stand_in": stand_in is not None})


async def ask(
    session: AsyncSession, actor: Actor, pool: Pool, frozen: Frozen, one: Candidate, kg: Sequence[int], *, answer_by: date,
    stand_in_for: UUID | None = None,
) -> PoolShare:  # fmt: skip
    """Ask one supplier for a share; its mail is written by whoever knows all that are asked now."""
    share = PoolShare(
        pool_id=pool.id, supplier_id=UUID(one.supplier_id), product_id=UUID(one.id), lead=False, state=ShareState.ASKED,
        price_vnd_per_kg=one.price, answer_by=answer_by, asked_at=clock.now(), stand_in_for=stand_in_for,
    )  # fmt: skip
    session.add(share)
    await session.flush()
    for day, weight in zip(frozen.months, kg, strict=True):
        if weight:
            session.add(PoolShareMonth(share_id=share.id, year=day.year, month=day.month, kg=Decimal(weight)))
    await session.flush()
    fact = PoolShareAsked(pool.id, share.id, share.supplier_id)
    await announce(session, fact, actor=actor, new={"product_id": share.product_id, "kg": list(kg)})
    return share


async def complete_if_all_have_accepted(session: AsyncSession, actor: Actor, pool: Pool) -> None:
    """Where everyone asked has accepted and nothing refused waits for another, the lot is complete."""
    shares = await shares_of(session, pool.id)
    taken_over = {share.stand_in_for for share in shares}
    open_ones = [
        share for share in shares
        if share.state == ShareState.ASKED or (share.state in REFUSED and share.id not in taken_over)
    ]  # fmt: skip
    if not open_ones and any(share.state == ShareState.ACCEPTED for share in shares):
        await _complete(session, actor, pool)


async def name_lead(session: AsyncSession, pool: Pool) -> None:
    """Let the largest cooperative of those still in the lot lead it; a lead whose quote has gone out stays."""
    if pool.quoted_at is not None:
        return
    shares = [share for share in await shares_of(session, pool.id) if share.state in LIVE]
    kilograms = await kg_of(session, [share.id for share in shares])
    lead = plans.lead_of(
        frozen_lots.read(pool.frozen), {str(share.product_id): list(kilograms[share.id].values()) for share in shares}
    )
    for share in await shares_of(session, pool.id):
        share.lead = share.state in LIVE and str(share.product_id) == lead
    await session.flush()


async def is_stale(session: AsyncSession, actor: Actor, pool: Pool, request: SourcingRequest) -> bool:
    """Whether the same question would be another one today: the request, somebody's free months, a price, a paper."""
    wish = PoolWish.model_validate(pool.settings)
    kept = frozen_lots.read(pool.frozen)
    if pool.result.get(plans.BY_HAND):
        wish = wish.model_copy(update={"pinned": {}, "required": tuple(UUID(each) for each in kept.required)})
    now = await freeze(session, await stored(session, request.code), request, wish, reader=actor)
    return now.digest() != pool.digest


async def _locked_share(session: AsyncSession, actor: Actor, share_id: UUID) -> tuple[Pool, PoolShare]:
    """A share with its lot locked, for those who answer for it. It is not there for anybody else."""
    share = await session.get(PoolShare, share_id)
    organisation_id = await organisation_of(session, share.supplier_id) if share is not None else None
    if share is None or organisation_id is None or not (
        rules.may_see_share(actor, organisation_id) or rules.may_answer(actor, organisation_id)
    ):  # fmt: skip
        raise NotFound(_("Không có phần góp này."))
    if not rules.may_answer(actor, organisation_id):
        raise NotAllowed(_("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên."))
    pool = await lock(session, share.pool_id)
    await session.refresh(share)
    return pool, share


async def _stand_in(session: AsyncSession, pool: Pool, share: PoolShare) -> tuple[Sequence[int], Candidate, Frozen] | None:
    """Who can take over all of a share now: of those that the solver has named, the cheapest who was not asked yet."""
    frozen = frozen_lots.read(pool.frozen)
    named = plans.read(pool.result).stand_ins.get(str(share.product_id), ())
    kilograms = (await kg_of(session, [share.id]))[share.id]
    needed = [kilograms.get(day, 0) for day in frozen.months]
    asked = {str(product_id) for product_id in await session.scalars(
        select(PoolShare.product_id).where(PoolShare.pool_id == pool.id))}  # fmt: skip
    refusers = {str(supplier_id) for supplier_id in await session.scalars(
        select(PoolShare.supplier_id).where(PoolShare.pool_id == pool.id, PoolShare.state.in_(REFUSED)))}  # fmt: skip
    able = [each for each in named if each.supplier in frozen.by_id and list(each.kg) == needed]
    able = [each for each in able if each.supplier not in asked and frozen.by_id[each.supplier].supplier_id not in refusers]
    free = await catalogue.ledger.free(session, [UUID(each.supplier) for each in able], kilograms) if able else {}
    for each in sorted(able, key=lambda one: (one.extra_cost, one.supplier)):
        left = free.get(UUID(each.supplier), {})
        if all((left.get(day) or 0) >= kg for day, kg in kilograms.items()):
            return each.kg, frozen.by_id[each.supplier], frozen
    return None


async def _complete(session: AsyncSession, actor: Actor, pool: Pool) -> None:
    if pool.state != PoolState.SENT:
        return
    pool.state = PoolState.COMPLETE
    await session.flush()
    await announce(session, PoolCompleted(pool.id), actor=actor)
    await mails.tell_complete(session, pool, await request_of(session, pool), await shares_of(session, pool.id))


def _answered(share: PoolShare, actor: Actor, state: ShareState, reason: str | None) -> None:
    """Note a word about a share; of a share that is only dropped later, the first answer's moment stays."""
    share.state, share.answered_at, share.reason = state, share.answered_at or clock.now(), reason or share.reason
    share.answered_by = share.answered_by or actor.person_id
