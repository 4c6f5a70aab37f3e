"""Asking suppliers to answer a request, and what they answer: the only file that moves an invitation from state to state.

Whoever asks locks the request first, whoever answers the invitation, so that the same done twice at once is done once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM, Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce, announce_all
from service.core.i18n import _
from service.matching import rules as request_rules
from service.matching.invitations import events, rules
from service.matching.invitations.inputs import Answer
from service.matching.invitations.models import Invitation, InvitationState, Origin, Side
from service.matching.models import Buyer, SourcingRequest
from service.matching.requests import quoted

SILENT_AT_ONCE = 500


async def invite(
    session: AsyncSession, actor: Actor, code: str, supplier_ids: Iterable[UUID], *, note: str | None = None,
    answer_by: date | None = None, origin: str = Origin.BUYER,
) -> list[Invitation]:  # fmt: skip
    """Ask these suppliers to answer a request; who was asked before, or has come by itself, is not asked again.

    Without a day they have a week, and never longer than the request itself. Raises `Invalid` for a day that does not do,
    `NotFound` where somebody is not on the market, `NotAllowed` where this buyer may not ask.
    """
    wanted = sorted(set(supplier_ids))
    request, buyer = await _asked(session, code, actor)
    today = clock.today()
    if not rules.may_invite(actor, request, buyer.organisation_id, today, await quoted(session, request.id)):
        raise NotAllowed(_why_not_invite(actor, buyer.organisation_id))
    _check_day(answer_by, today, request.deadline)
    shown = await catalogue.glimpses(session, (), wanted)
    if len(shown) < len(wanted):
        raise NotFound(_("Có nhà cung cấp không còn trên chợ. Hãy tải lại trang rồi chọn lại."))
    there = await _standing(session, request.id)
    fresh = [supplier for supplier in wanted if supplier not in there]
    if len(there) + len(fresh) > rules.MOST_INVITED:
        raise Conflict(_("Mỗi yêu cầu mời được nhiều nhất %(n)s nhà cung cấp.", n=rules.MOST_INVITED))
    until, now = rules.answer_by(today, request.deadline, answer_by), clock.now()
    asked: list[Invitation] = []
    for supplier in wanted:
        one = there.get(supplier)
        if one is None:
            one = Invitation(request_id=request.id, supplier_id=supplier)
            session.add(one)
        elif one.state != InvitationState.WITHDRAWN:
            continue
        one.origin, one.state, one.note, one.answer_by = Origin(origin), InvitationState.SENT, note, until
        one.invited_by, one.invited_at = actor.person_id, now
        one.seen_at = one.answered_at = one.silent_at = one.withdrawn_at = one.told_at = one.reason = None
        there[supplier] = one
        asked.append(one)
    await session.flush()
    told = {"answer_by": until, "origin": origin}
    await announce_all(
        session, [(events.InvitationSent(one.id, request.id, one.supplier_id), None, told) for one in asked], actor=actor
    )
    return [there[supplier] for supplier in wanted]


async def note_answer(session: AsyncSession, actor: Actor, request_id: UUID, supplier_id: UUID) -> Invitation:
    """A supplier has quoted: said of its invitation, or of a new one where it came by itself. Said already, nothing changes."""
    one = await _of_pair(session, request_id, supplier_id)
    if one is None:
        # The request is locked before a row for it is made, as `invite` does: so none of the two waits for the other's row.
        asked = select(SourcingRequest.id).where(SourcingRequest.id == request_id)
        await session.execute(asked.with_for_update(key_share=True))
        one = await _of_pair(session, request_id, supplier_id)
    if one is None:
        now = clock.now()
        one = Invitation(
            request_id=request_id, supplier_id=supplier_id, origin=Origin.SUPPLIER, state=InvitationState.ANSWERED,
            invited_at=now, seen_at=now, answered_at=now,
        )  # fmt: skip
        session.add(one)
        await session.flush()
        await announce(session, events.InvitationAnswered(one.id, request_id, supplier_id), actor=actor)
        return one
    if one.state != InvitationState.ANSWERED:
        old, one.state, one.withdrawn_at, one.reason = one.state, InvitationState.ANSWERED, None, None
        one.seen_at, one.answered_at = one.seen_at or clock.now(), one.answered_at or clock.now()
        await session.flush()
        fact = events.InvitationAnswered(one.id, request_id, supplier_id)
        await announce(session, fact, actor=actor, old={"state": old}, new={"state": one.state})
    return one


async def take_back_answer(session: AsyncSession, actor: Actor, request_id: UUID, supplier_id: UUID) -> Invitation | None:
    """A supplier has taken its quote back: it still has its thread, and may quote again."""
    one = await _of_pair(session, request_id, supplier_id)
    if one is not None and one.state == InvitationState.ANSWERED:
        one.state = InvitationState.ACCEPTED
        await session.flush()
        fact = events.AnswerTakenBack(one.id, request_id, supplier_id)
        await announce(session, fact, actor=actor, old={"state": InvitationState.ANSWERED}, new={"state": one.state})
    return one


async def answer_invitation(session: AsyncSession, actor: Actor, invitation_id: UUID, said: Answer) -> Invitation:
    """Accept, or decline with a reason; the same again changes nothing. An answer after the last day is still one."""
    one, request, side, quotes = await locked(session, actor, invitation_id)
    wanted = InvitationState.ACCEPTED if said.answer == "accept" else InvitationState.DECLINED
    if side is Side.SUPPLIER and actor.may_write and one.state == wanted:
        return one
    open_now = request_rules.answerable(request, clock.today(), quotes)
    if not rules.may_answer(actor, side, one.state, answerable=open_now):
        raise NotAllowed(_why_not_answer(side, one.state, open_now=open_now))
    if one.version != said.version:
        raise Conflict(_("Người khác trong tổ chức của bạn vừa trả lời lời mời này. Hãy xem lại rồi trả lời."))
    old, one.state, one.answered_at = one.state, wanted, one.answered_at or clock.now()
    one.seen_at = one.seen_at or one.answered_at
    one.reason = said.reason if wanted is InvitationState.DECLINED else None
    one.told_at = None
    await session.flush()
    fact = events.InvitationAccepted if wanted is InvitationState.ACCEPTED else events.InvitationDeclined
    await announce(
        session, fact(one.id, one.request_id, one.supplier_id), actor=actor, old={"state": old},
        new={"state": one.state, "reason": one.reason},
    )  # fmt: skip
    return one


async def withdraw_invitation(session: AsyncSession, actor: Actor, invitation_id: UUID) -> Invitation:
    """Ask this supplier no more. Withdrawn already, or declined, nothing changes; who has quoted is answered by an award."""
    one, request, side, _quotes = await locked(session, actor, invitation_id)
    if side is not Side.BUYER or not actor.may_write:
        raise NotAllowed(_("Chỉ người mời mới rút được lời mời."))
    if one.state in (InvitationState.WITHDRAWN, InvitationState.DECLINED):
        return one
    if not rules.may_withdraw(actor, actor.organisation_id or request.id, one.state):
        raise Conflict(_("Nhà cung cấp này đã báo giá, nên không rút lời mời được nữa. Hãy trả lời báo giá."))
    old, one.state, one.withdrawn_at, one.told_at = one.state, InvitationState.WITHDRAWN, clock.now(), None
    await session.flush()
    fact = events.InvitationWithdrawn(one.id, one.request_id, one.supplier_id)
    await announce(session, fact, actor=actor, old={"state": old}, new={"state": one.state})
    return one


async def open_thread(session: AsyncSession, actor: Actor, invitation_id: UUID) -> Invitation:
    """Somebody opens the thread: the supplier has seen the invitation, and what the other side wrote has been read.

    That is a mark on the rows and no fact of the journal: reading a page tells the journal nothing.
    """
    one, _request, side, _quotes = await locked(session, actor, invitation_id)
    now = clock.now()
    if side is Side.SUPPLIER and one.seen_at is None:
        one.seen_at = now
        if one.state == InvitationState.SENT:
            one.state = InvitationState.SEEN
        await session.flush()
    if side is not None:
        await mark_read(session, one.id, side)
    return one


async def mark_read(session: AsyncSession, invitation_id: UUID, side: Side) -> None:
    """What was written for that side has been read now; what was read before keeps its moment."""
    await session.execute(_READ, {"invitation": invitation_id, "side": side.value, "at": clock.now()})


async def note_silence(session: AsyncSession) -> int:
    """Write down which invitations nobody has answered in time, while the buyer still waits; gives their number."""
    due = await session.scalars(_DUE, {"today": clock.today(), "most": SILENT_AT_ONCE})
    ids = list(due)
    if not ids:
        return 0
    silent: Sequence[Invitation] = (
        await session.scalars(select(Invitation).where(Invitation.id.in_(ids)).order_by(Invitation.id))
    ).all()
    for one in silent:
        one.state, one.silent_at, one.told_at = InvitationState.SILENT, clock.now(), None
    await session.flush()
    facts = [(events.InvitationSilent(one.id, one.request_id, one.supplier_id), None, None) for one in silent]
    await announce_all(session, facts, actor=SYSTEM)
    return len(silent)


async def locked(
    session: AsyncSession, actor: Actor, invitation_id: UUID
) -> tuple[Invitation, SourcingRequest, Side | None, int]:
    """The invitation, locked, with its request, the actor's side and how many have quoted. A stranger learns of nothing."""
    found = (
        await session.execute(
            select(Invitation, SourcingRequest, Buyer.organisation_id)
            .join(SourcingRequest, SourcingRequest.id == Invitation.request_id)
            .join(Buyer, Buyer.id == SourcingRequest.buyer_id)
            .where(Invitation.id == invitation_id)
            .with_for_update(of=Invitation)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if found is None:
        raise NotFound(_("Không có cuộc trao đổi này."))
    one, request, buyer_organisation = found
    supplier_organisation = await session.scalar(_ORGANISATION, {"supplier": one.supplier_id})
    side = rules.side_of(actor, buyer_organisation, supplier_organisation)
    if not rules.may_read(side, one.state):
        raise NotFound(_("Không có cuộc trao đổi này."))
    return one, request, side, await quoted(session, request.id)


_ORGANISATION = text("SELECT s.organisation_id FROM catalogue_supplier s WHERE s.id = :supplier")
_READ = text(
    "UPDATE matching_message SET read_at = :at WHERE invitation_id = :invitation AND read_at IS NULL"
    " AND (side = CASE WHEN :side = 'buyer' THEN 'supplier' ELSE 'buyer' END OR (side = 'market' AND :side = 'supplier'))"
)
_DUE = text(
    "SELECT i.id FROM matching_invitation i JOIN matching_request r ON r.id = i.request_id"
    " WHERE i.state IN ('sent', 'seen') AND i.answer_by < :today AND r.state = 'open'"
    " ORDER BY i.id LIMIT :most FOR UPDATE OF i SKIP LOCKED"
)


async def _asked(session: AsyncSession, code: str, actor: Actor) -> tuple[SourcingRequest, Buyer]:
    found = (
        await session.execute(
            select(SourcingRequest, Buyer)
            .join(Buyer, Buyer.id == SourcingRequest.buyer_id)
            .where(SourcingRequest.code == code.replace("\0", "").strip().upper()[:20])
            .with_for_update(of=SourcingRequest)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if found is None or not request_rules.may_see(actor, found[0], found[1].organisation_id):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    return found[0], found[1]


def _check_day(answer_by: date | None, today: date, deadline: date | None) -> None:
    """Raise `Invalid` for a day that is over, too far ahead, or after the request's own last day."""
    if answer_by is None:
        return
    wrong = ""
    if answer_by < today:
        wrong = _("Ngày chờ trả lời đã qua.")
    elif deadline is not None and answer_by > deadline:
        wrong = _("Yêu cầu hết hạn trả lời ngày %(day)s: hãy chọn ngày không muộn hơn.", day=f"{deadline:%d/%m/%Y}")
    elif (answer_by - today).days > rules.LONGEST_WAIT:
        wrong = _("Chờ trả lời lâu nhất %(n)s ngày.", n=rules.LONGEST_WAIT)
    if wrong:
        raise Invalid(wrong, {"answer_by": wrong})


async def _standing(session: AsyncSession, request_id: UUID) -> dict[UUID, Invitation]:
    found = await session.scalars(
        select(Invitation)
        .where(Invitation.request_id == request_id)
        .execution_options(populate_existing=True)
        .with_for_update()
    )
    return {one.supplier_id: one for one in found}


async def _of_pair(session: AsyncSession, request_id: UUID, supplier_id: UUID) -> Invitation | None:
    found: Invitation | None = await session.scalar(
        select(Invitation)
        .where(Invitation.request_id == request_id, Invitation.supplier_id == supplier_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


def _why_not_invite(actor: Actor, organisation_id: UUID) -> str:
    if not request_rules.may_act_for(actor, organisation_id):
        return _("Chỉ người đăng yêu cầu mới mời được nhà cung cấp.")
    if not request_rules.may_ask_publicly(actor):
        return _("Nhà phân phối chưa được xác minh chưa mời được nhà cung cấp. Hãy hoàn tất hồ sơ để được xác minh.")
    return _("Yêu cầu này không còn nhận trả lời, nên không mời thêm được. Hãy đăng yêu cầu, hoặc lùi hạn trả lời.")


def _why_not_answer(side: Side | None, state: str, *, open_now: bool) -> str:
    if side is not Side.SUPPLIER:
        return _("Chỉ nhà cung cấp được mời mới trả lời được lời mời.")
    if state == InvitationState.ANSWERED:
        return _("Tổ chức của bạn đã báo giá. Muốn thôi thì rút báo giá.")
    if not open_now:
        return _("Yêu cầu này không còn nhận trả lời.")
    return _("Tài khoản của bạn chỉ được xem.")
