"""Who takes part in the meetings of a fair: who may, who does, what each says of itself, and reminding the silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor, Role
from service.core import clock
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.events import announce, announce_all
from service.core.i18n import _
from service.fairs import standing
from service.fairs.meetings import mails, rules
from service.fairs.meetings.events import ParticipantFilled, ParticipantJoined, ParticipantLeft, ParticipantsReminded
from service.fairs.meetings.inputs import Inviting, ParticipantDraft
from service.fairs.meetings.models import AskState, Away, MeetingAsk, MeetingWish, Participant, Side
from service.fairs.meetings.sessions import slots_at, terms_of
from service.fairs.models import Fair, FairState

REMINDED_AGAIN = timedelta(hours=20)  # Nobody is reminded twice on one day.

# Exhibitors of the fair, accepted applications, and who joined a round of its conference; buyers that said they will be there,
# and those that brought requests to such a round.
_SUPPLIERS = """
SELECT s.id, s.organisation_id FROM catalogue_supplier s
 WHERE s.state = 'published' AND (
       EXISTS (SELECT FROM fairs_occupancy o WHERE o.fair_id = :fair AND o.supplier_id = s.id AND o.state = 'taken')
    OR EXISTS (SELECT FROM fairs_application a WHERE a.fair_id = :fair AND a.supplier_id = s.id AND a.state = 'accepted')
    OR EXISTS (SELECT FROM matching_round r JOIN matching_round_supplier x ON x.round_id = r.id
                WHERE r.fair_id = :fair AND r.state <> 'draft' AND x.supplier_id = s.id))
"""
_BUYERS = """
SELECT b.id, b.organisation_id FROM matching_buyer b
 WHERE b.state = 'verified' AND (
       EXISTS (SELECT FROM fairs_buyer f WHERE f.fair_id = :fair AND f.buyer_id = b.id)
    OR EXISTS (SELECT FROM matching_round r JOIN matching_request q ON q.round_id = r.id
                WHERE r.fair_id = :fair AND r.state <> 'draft' AND q.state <> 'draft' AND q.buyer_id = b.id))
"""
_NEW = "NOT EXISTS (SELECT FROM fairs_participant p WHERE p.fair_id = :fair AND p.organisation_id = {0}.organisation_id)"
_EVERY_SUPPLIER = text(f"{_SUPPLIERS} AND {_NEW.format('s')} ORDER BY s.id")
_EVERY_BUYER = text(f"{_BUYERS} AND {_NEW.format('b')} ORDER BY b.id")
_OWN_SUPPLIER = text(f"{_SUPPLIERS} AND s.organisation_id = :organisation")
_OWN_BUYER = text(f"{_BUYERS} AND b.organisation_id = :organisation")
_SUPPLIER_CALLED = text(
    "SELECT s.id, s.organisation_id FROM catalogue_supplier s WHERE s.slug = :slug AND s.state = 'published'"
)
_BUYER_CALLED = text("SELECT b.id, b.organisation_id FROM matching_buyer b WHERE b.slug = :slug AND b.state = 'verified'")


@dataclass(frozen=True, slots=True)
class Own:
    """A fair and the reader's own part in its meetings."""

    fair: Fair
    part: Participant

    @property
    def side(self) -> Side:
        """On which side it is."""
        return side_of(self.part)


def side_of(part: Participant) -> Side:
    """On which side a participant is."""
    return Side.SUPPLIER if part.supplier_id is not None else Side.BUYER


async def may_join(session: AsyncSession, fair_id: UUID, actor: Actor | None) -> bool:
    """Whether the actor's organisation may take part in the meetings of this fair."""
    if actor is None or actor.organisation_id is None or actor.role not in (Role.SUPPLIER, Role.BUYER):
        return False
    return await _eligible(session, fair_id, actor) is not None


async def part_of(session: AsyncSession, fair_id: UUID, organisation_id: UUID | None) -> Participant | None:
    """The part that an organisation takes, if it does."""
    if organisation_id is None:
        return None
    found: Participant | None = await session.scalar(
        select(Participant).where(
            Participant.fair_id == fair_id, Participant.organisation_id == organisation_id, Participant.left_at.is_(None)
        )
    )
    return found


async def own_head(session: AsyncSession, actor: Actor, part: Participant) -> Own:
    """A part that was read, with its fair. Raises NotAllowed where it is somebody else's."""
    if not rules.may_read_as(actor, part.organisation_id):
        raise NotAllowed(_("Chỉ người của tổ chức này mới xem được."))
    return Own(await session.get_one(Fair, part.fair_id), part)


async def own_part(session: AsyncSession, actor: Actor, slug: str, *, lock: bool = False) -> Own:
    """The fair and the actor's own part in it, for a change. Raises NotAllowed where she takes none, or only looks."""
    fair = await standing.visible(session, slug, actor)
    if not rules.may_take_part(actor):
        raise NotAllowed(_("Chỉ nhà cung cấp và nhà phân phối hẹn gặp được; người chỉ xem thì không ghi được."))
    part = await part_of(session, fair.id, actor.organisation_id)
    if part is None:
        raise NotAllowed(_("Tổ chức của bạn chưa ghi tên gặp tại hội chợ này. Hãy ghi tên trước."))
    if lock:
        await session.refresh(part, with_for_update={"key_share": True})  # Others may ask it meanwhile.
    return Own(fair, part)


async def still_open(session: AsyncSession, fair: Fair) -> None:
    """Refuse what comes after the last day for wishes, or for a fair that was called off."""
    terms = await terms_of(session, fair.id)
    if fair.state == FairState.CANCELLED:
        raise NotAllowed(_("Hội chợ này đã hủy nên không hẹn gặp được nữa."))
    if not rules.takes_wishes(clock.today(), terms.wishes_until, fair.ends_on):
        raise NotAllowed(_("Đã hết hạn ghi nguyện vọng gặp. Hãy liên hệ ban tổ chức nếu cần đổi."))


async def save_part(session: AsyncSession, actor: Actor, slug: str, draft: ParticipantDraft) -> Participant:
    """Take part, and say when one can, how many meetings one wants and whom to ask for. The same again changes nothing."""
    fair = await standing.visible(session, slug, actor)
    if not rules.may_take_part(actor):
        raise NotAllowed(_("Chỉ nhà cung cấp và nhà phân phối hẹn gặp được; người chỉ xem thì không ghi được."))
    await still_open(session, fair)
    part = await _joined(session, actor, fair)
    every = {each.code: each for each in await slots_at(session, fair.id)}
    unknown = [code for code in draft.away if code not in every]
    if unknown:
        raise Invalid(_("Ban tổ chức vừa đổi giờ các buổi gặp. Hãy chọn lại lượt không gặp được."), {"away": _("Giờ đã đổi.")})
    wanted = {every[code].starts_at: every[code].ends_at for code in draft.away}
    there = {row.starts_at: row.ends_at for row in await session.scalars(select(Away).where(Away.participant_id == part.id))}
    old = {"most": part.most, "contact": part.contact, "away": sorted(there)}
    new = {"most": draft.most, "contact": draft.contact, "away": sorted(wanted)}
    if old == new and part.filled_at is not None:
        return part
    part.most, part.contact, part.filled_at, part.filled_by = draft.most, draft.contact, clock.now(), actor.person_id
    await session.execute(delete(Away).where(Away.participant_id == part.id))
    session.add_all([Away(participant_id=part.id, starts_at=first, ends_at=last) for first, last in sorted(wanted.items())])
    await session.flush()
    await announce(session, ParticipantFilled(fair.id, part.id), actor=actor, old=old, new=new)
    return part


async def leave_meetings(session: AsyncSession, actor: Actor, slug: str) -> None:
    """Take part no more: open requests are withdrawn or declined. Again changes nothing."""
    fair = await standing.visible(session, slug, actor)
    part = await part_of(session, fair.id, actor.organisation_id)
    if part is None or not rules.may_act_as(actor, part.organisation_id):
        return
    await _leave(session, actor, fair, part)


async def remove_part(session: AsyncSession, actor: Actor, slug: str, participant_id: UUID) -> None:
    """The organiser takes a participant out. Again changes nothing."""
    fair = await standing.own(session, slug, actor, lock=True)
    part = await session.get(Participant, participant_id)
    if part is None or part.fair_id != fair.id:
        raise NotFound(_("Hội chợ này không có bên gặp đó."))
    if part.left_at is None:
        await _leave(session, actor, fair, part)


async def invite_all(session: AsyncSession, actor: Actor, slug: str) -> int:
    """Let everybody take part who may: exhibitors, buyers who come, participants of the round. Gives how many are new."""
    fair = await standing.own(session, slug, actor, lock=True)
    new: list[Participant] = []
    for statement, column in ((_EVERY_SUPPLIER, "supplier_id"), (_EVERY_BUYER, "buyer_id")):
        rows = (await session.execute(statement, {"fair": fair.id})).all()
        new += [Participant(fair_id=fair.id, organisation_id=row.organisation_id, **{column: row.id}) for row in rows]
    session.add_all(new)
    await session.flush()
    await announce_all(session, [(ParticipantJoined(fair.id, each.id), None, None) for each in new], actor=actor)
    return len(new)


async def invite_one(session: AsyncSession, actor: Actor, slug: str, draft: Inviting) -> Participant:
    """Let one supplier or buyer take part, whoever it is. Again changes nothing."""
    fair = await standing.own(session, slug, actor, lock=True)
    statement = _SUPPLIER_CALLED if draft.side == "supplier" else _BUYER_CALLED
    row = (await session.execute(statement, {"slug": draft.slug.strip().rstrip("/").rsplit("/", 1)[-1]})).one_or_none()
    if row is None:
        raise Invalid(_("Không tìm thấy tổ chức này trên chợ."), {"slug": _("Dán địa chỉ trang của tổ chức ấy.")})
    return await _take_in(session, actor, fair, row.organisation_id, Side(draft.side), row.id)


async def remind_silent(session: AsyncSession, actor: Actor, slug: str) -> int:
    """Remind those who have entered nothing, once a day at most. Gives how many organisations were written to."""
    fair = await standing.own(session, slug, actor, lock=True)
    now = clock.now()
    wished = select(MeetingWish.participant_id)
    silent = list(
        await session.scalars(
            select(Participant)
            .where(Participant.fair_id == fair.id, Participant.left_at.is_(None), Participant.filled_at.is_(None))
            .where(Participant.id.not_in(wished))
            .where((Participant.reminded_at.is_(None)) | (Participant.reminded_at < now - REMINDED_AGAIN))
            .order_by(Participant.id)
        )
    )
    if not silent:
        return 0
    terms = await terms_of(session, fair.id)
    await mails.remind(session, fair, [each.organisation_id for each in silent], terms.wishes_until)
    await session.execute(update(Participant).where(Participant.id.in_([each.id for each in silent])).values(reminded_at=now))
    await announce(session, ParticipantsReminded(fair.id), actor=actor, new={"organisations": len(silent)})
    return len(silent)


async def _joined(session: AsyncSession, actor: Actor, fair: Fair) -> Participant:
    """The actor's own part, locked; made where it may be."""
    part = await part_of(session, fair.id, actor.organisation_id)
    if part is not None:
        await session.refresh(part, with_for_update={"key_share": True})  # Others may ask it meanwhile.
        return part
    row = await _eligible(session, fair.id, actor)
    if row is None or actor.organisation_id is None:
        raise NotAllowed(
            _("Chỉ đơn vị có gian, nhà phân phối đã báo sẽ đến, hoặc bên ban tổ chức mời mới hẹn gặp được tại hội chợ này.")
        )
    return await _take_in(session, actor, fair, actor.organisation_id, Side(actor.role.value), row)


async def _eligible(session: AsyncSession, fair_id: UUID, actor: Actor) -> UUID | None:
    statement = _OWN_SUPPLIER if actor.role is Role.SUPPLIER else _OWN_BUYER
    found: UUID | None = await session.scalar(statement, {"fair": fair_id, "organisation": actor.organisation_id})
    return found


async def _take_in(
    session: AsyncSession, actor: Actor, fair: Fair, organisation_id: UUID, side: Side, side_id: UUID
) -> Participant:
    # Two of one organisation may press at once: the fair's row is locked, so the second finds what the first has made.
    await session.refresh(fair, with_for_update={"key_share": True})
    part: Participant | None = await session.scalar(
        select(Participant)
        .where(Participant.fair_id == fair.id, Participant.organisation_id == organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if part is not None and part.left_at is None:
        return part
    if part is None:
        names = {"supplier_id" if side is Side.SUPPLIER else "buyer_id": side_id}
        part = Participant(fair_id=fair.id, organisation_id=organisation_id, **names)
        session.add(part)
    part.left_at = None
    await session.flush()
    await announce(session, ParticipantJoined(fair.id, part.id), actor=actor, new={"side": side})
    return part


async def _leave(session: AsyncSession, actor: Actor, fair: Fair, part: Participant) -> None:
    part.left_at = clock.now()
    ended = {"answered_at": clock.now(), "answered_by": actor.person_id}
    waiting = MeetingAsk.state.in_((AskState.ASKED, AskState.ACCEPTED))
    await session.execute(
        update(MeetingAsk).where(waiting, MeetingAsk.from_id == part.id).values(state=AskState.WITHDRAWN, **ended)
    )
    await session.execute(
        update(MeetingAsk).where(waiting, MeetingAsk.to_id == part.id).values(state=AskState.DECLINED, **ended)
    )
    await session.flush()
    await announce(session, ParticipantLeft(fair.id, part.id), actor=actor)
