"""Inviting somebody to act for the organisation: a code of twelve letters, sent as a link by mail or passed on by mouth.

Whoever has the code may use it, once, within two weeks; that is why an owner sees who came by it and may withdraw it until
then. The address of somebody who has not come is forgotten when the invitation is over (`tasks.py`).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import rules
from service.accounts.actors import Actor
from service.accounts.inputs import InvitationDraft
from service.accounts.models import MemberRole, Organisation, Person
from service.accounts.organisations import members
from service.accounts.organisations.events import InvitationAccepted, InvitationSent, InvitationWithdrawn
from service.accounts.organisations.models import Invitation
from service.core import clock, limits, mail
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _

LIFETIME = timedelta(days=14)
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # None that is mistaken for another when it is read out.
LENGTH = 12  # 59 bits.
MOST_A_DAY = 40  # For one organisation: nobody sends the market's mail to a whole address book.


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as it was just made; the code is known at this moment only."""

    id: UUID
    code: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Offered:
    """What one agrees to by accepting an invitation."""

    organisation_id: UUID
    organisation_name: str
    kind: str
    role: MemberRole
    invited_by: str | None
    expires_at: datetime


async def invite(
    session: AsyncSession, actor: Actor, organisation_id: UUID, draft: InvitationDraft, address: str, *,
    key: UUID | None = None,
) -> Invited:  # fmt: skip
    """Invite somebody; by e-mail the link `address`/CODE is sent in the transaction of this session.

    The same key again sends nothing more and raises Conflict, because the code was shown already.
    """
    if not rules.may_see_organisation(actor, organisation_id):
        raise NotFound(_("Không tìm thấy tổ chức này."))
    if not rules.may_manage_members(actor, organisation_id):
        raise NotAllowed(_("Chỉ chủ tổ chức mới mời được người vào. Hãy nhờ một chủ tổ chức làm việc này."))
    people = await members.locked(session, organisation_id)
    if key is not None and await session.get(Invitation, key) is not None:
        raise Conflict(_("Lời mời này đã được gửi. Nếu chưa kịp chép mã, hãy hủy lời mời và mời lại."))
    await _refuse_a_member(session, set(people), draft.email)
    if not await limits.allow(session, "invite", str(organisation_id), MOST_A_DAY, timedelta(days=1)):
        raise Conflict(_("Hôm nay tổ chức đã mời quá nhiều người. Hãy mời tiếp vào ngày mai."))
    code = "".join(secrets.choice(LETTERS) for _each in range(LENGTH))
    invitation = Invitation(
        id=key or new_id(), organisation_id=organisation_id, role=draft.role, email=draft.email, phone=draft.phone,
        secret_hash=hashed(code), invited_by=actor.person_id, expires_at=clock.now() + LIFETIME,
    )  # fmt: skip
    session.add(invitation)
    await session.flush()
    fact = InvitationSent(organisation_id, invitation_id=invitation.id)
    await announce(session, fact, actor=actor, new={"role": draft.role})
    if draft.email:
        await mail.send(
            session, draft.email, "invitation", organisation=actor.organisation_name, inviter=actor.name,
            role=draft.role.value, address=f"{address}/{code}", code=written(code), ends=invitation.expires_at,
        )  # fmt: skip
    return Invited(invitation.id, written(code), draft.email)


async def withdraw_invitation(session: AsyncSession, actor: Actor, organisation_id: UUID, invitation_id: UUID) -> None:
    """Let an open invitation open nothing any more; one that is over already changes nothing."""
    if not rules.may_see_organisation(actor, organisation_id):
        raise NotFound(_("Không tìm thấy tổ chức này."))
    if not rules.may_manage_members(actor, organisation_id):
        raise NotAllowed(_("Chỉ chủ tổ chức mới hủy được lời mời."))
    invitation = await session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or invitation.organisation_id != organisation_id:
        raise NotFound(_("Không tìm thấy lời mời này."))
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        return
    invitation.withdrawn_at, invitation.email, invitation.phone = clock.now(), None, None
    await announce(session, InvitationWithdrawn(organisation_id, invitation_id=invitation.id), actor=actor)


async def offered(session: AsyncSession, code: str) -> Offered:
    """What the invitation with this code offers. Raises NotFound for a code that opens nothing (any more)."""
    found = await session.execute(
        select(Invitation, Organisation, Person.name)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(Person, Person.id == Invitation.invited_by)
        .where(Invitation.secret_hash == hashed(code))
    )
    row = found.one_or_none()
    if row is None or not _is_open(row[0]):
        raise NotFound(_over())
    invitation, organisation, inviter = row
    return Offered(organisation.id, organisation.name, organisation.kind, invitation.role, inviter, invitation.expires_at)


async def accept_invitation(session: AsyncSession, actor: Actor, code: str) -> UUID:
    """Take the invitation with this code and return the organisation; whoever took it before finds it taken, once.

    Somebody who belongs to the organisation already keeps her role, or gets the greater one.
    """
    if actor.person_id is None or not rules.may_leave_by(actor):
        raise NotAllowed(_("Hãy đăng nhập rồi nhận lời mời."))
    invitation = await session.scalar(select(Invitation).where(Invitation.secret_hash == hashed(code)).with_for_update())
    if invitation is None:
        raise NotFound(_over())
    if invitation.accepted_by == actor.person_id:
        return invitation.organisation_id
    if not _is_open(invitation):
        raise NotFound(_over())
    people = await members.locked(session, invitation.organisation_id)
    mine = people.get(actor.person_id)
    if mine is None or members.RANK[MemberRole(invitation.role)] > members.RANK[MemberRole(mine.role)]:
        await members.add_member(session, actor.person_id, invitation.organisation_id, invitation.role, actor=actor)
    invitation.accepted_at, invitation.accepted_by = clock.now(), actor.person_id
    invitation.email = invitation.phone = None  # Who came is known by name now.
    fact = InvitationAccepted(invitation.organisation_id, invitation_id=invitation.id, person_id=actor.person_id)
    await announce(session, fact, actor=actor)
    return invitation.organisation_id


def hashed(code: str) -> bytes:
    """What the table holds of a code, however it was written or read out."""
    return hashlib.sha256("".join(sign for sign in code.upper() if sign.isalnum()).encode()).digest()


def written(code: str) -> str:
    """The code in groups of four, to be read out."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _over() -> str:
    # One sentence for every way in which a code opens nothing, so that none can be told from another.
    return _("Lời mời này không còn dùng được: đã nhận, đã hủy, hết hạn hoặc mã chưa đúng. Hãy xin tổ chức một lời mời mới.")


def _is_open(invitation: Invitation) -> bool:
    return rules.open_to(clock.now(), invitation.expires_at, invitation.accepted_at, invitation.withdrawn_at)


async def _refuse_a_member(session: AsyncSession, people: set[UUID], email: str | None) -> None:
    if email is None:
        return
    found = await session.scalar(select(Person.id).where(Person.email == email, Person.id.in_(people)))
    if found is not None:
        message = _("Người dùng thư này đã ở trong tổ chức.")
        raise Invalid(message, {"email": message})
