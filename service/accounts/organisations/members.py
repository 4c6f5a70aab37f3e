"""Who may act for which organisation: joining, other roles, leaving, handing over.

An organisation that has people never loses its last owner. Whoever changes its people locks its row first, so that of two
owners who leave or demote each other at the same moment the second finds what the first has done.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import rules
from service.accounts.actors import SYSTEM, Actor, Role
from service.accounts.events import MemberAdded
from service.accounts.models import Member, MemberRole, Organisation
from service.accounts.organisations.events import MemberLeft, MemberRemoved, MemberRoleChanged, OwnershipHandedOver
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _

RANK = {MemberRole.VIEWER: 0, MemberRole.MEMBER: 1, MemberRole.OWNER: 2}


async def add_member(
    session: AsyncSession, person_id: UUID, organisation_id: UUID, role: MemberRole | str, *, actor: Actor = SYSTEM
) -> None:
    """Let the person act for the organisation. Doing it again with the same role changes nothing.

    Raises Conflict where the role would take the organisation's last owner away.
    """
    role = MemberRole(role)
    people = await locked(session, organisation_id)
    member = people.get(person_id)
    if member is not None and member.role == role:
        return
    old = {"role": member.role} if member is not None else None
    if member is None:
        session.add(Member(person_id=person_id, organisation_id=organisation_id, role=role))
    else:
        _keep_an_owner(people, person_id, role)
        member.role = role
    await session.flush()
    fact = MemberAdded(organisation_id, person_id=person_id, role=role)
    await announce(session, fact, actor=actor, old=old, new={"role": role})


async def change_role(session: AsyncSession, actor: Actor, organisation_id: UUID, person_id: UUID, role: MemberRole) -> None:
    """Give a member another role; the same role changes nothing. Raises Conflict for the last owner."""
    people = await _decided_by(session, actor, organisation_id)
    member = _member(people, person_id)
    if member.role == role:
        return
    _keep_an_owner(people, person_id, role)
    old, member.role = member.role, role
    await session.flush()
    fact = MemberRoleChanged(organisation_id, person_id=person_id)
    await announce(session, fact, actor=actor, old={"role": old}, new={"role": role})


async def remove_member(session: AsyncSession, actor: Actor, organisation_id: UUID, person_id: UUID) -> None:
    """End a member's place in the organisation; one who has gone changes nothing. Raises Conflict for the last owner."""
    people = await _decided_by(session, actor, organisation_id)
    member = people.get(person_id)
    if member is None:
        return
    _keep_an_owner(people, person_id)
    await session.delete(member)
    await session.flush()
    await announce(session, MemberRemoved(organisation_id, person_id=person_id), actor=actor, old={"role": member.role})


async def leave(session: AsyncSession, actor: Actor, organisation_id: UUID) -> None:
    """End the actor's own place in the organisation. Raises Conflict for the last owner, who hands over first."""
    if actor.person_id is None or not rules.may_leave_by(actor):
        raise NotAllowed(_("Chỉ chính bạn, khi đã đăng nhập, mới rời được tổ chức."))
    people = await locked(session, organisation_id)
    member = people.get(actor.person_id)
    if member is None:
        return
    _keep_an_owner(people, actor.person_id)
    await session.delete(member)
    await session.flush()
    await announce(session, MemberLeft(organisation_id, person_id=actor.person_id), actor=actor, old={"role": member.role})


async def hand_over(session: AsyncSession, actor: Actor, organisation_id: UUID, to: UUID) -> None:
    """Make another member the owner in the actor's place, who stays as a member.

    Handing over twice to the same person changes nothing more.
    """
    people = await locked(session, organisation_id)
    mine = people.get(actor.person_id) if actor.person_id else None
    if mine is None:
        raise NotFound(_("Không tìm thấy tổ chức này."))
    heir = people.get(to)
    if heir is not None and heir.role is MemberRole.OWNER and mine.role is not MemberRole.OWNER:
        return
    if heir is None or to == actor.person_id:
        raise NotFound(_("Hãy chọn một người khác trong tổ chức để bàn giao; nếu chưa có ai, hãy mời họ vào trước."))
    if not rules.may_hand_over(replace(actor, member_role=mine.role), organisation_id, heir.role):
        raise NotAllowed(_("Chỉ chủ tổ chức mới bàn giao được vai chủ."))
    heir.role, mine.role = MemberRole.OWNER, MemberRole.MEMBER
    await session.flush()
    fact = OwnershipHandedOver(organisation_id, to_person_id=to)
    await announce(session, fact, actor=actor, old={"owner": str(actor.person_id)}, new={"owner": str(to)})


async def locked(session: AsyncSession, organisation_id: UUID) -> dict[UUID, Member]:
    """The organisation's people, with its row locked until the end of the transaction: nobody else changes them meanwhile."""
    found = await session.execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    )
    if found.one_or_none() is None:
        raise NotFound(_("Không tìm thấy tổ chức này."))
    return await people_in(session, organisation_id)


async def people_in(session: AsyncSession, organisation_id: UUID) -> dict[UUID, Member]:
    """The organisation's people as they are stored now, by person."""
    statement = select(Member).where(Member.organisation_id == organisation_id).execution_options(populate_existing=True)
    return {member.person_id: member for member in await session.scalars(statement)}


def standing(people: dict[UUID, Member], person_id: UUID) -> rules.Standing:
    """How that member stands among the organisation's people."""
    owners = sum(member.role is MemberRole.OWNER for member in people.values())
    return rules.Standing(people[person_id].role, owners)


async def _decided_by(session: AsyncSession, actor: Actor, organisation_id: UUID) -> dict[UUID, Member]:
    """The organisation's people, for an actor who is still its owner after whoever was faster has finished."""
    if not rules.may_see_organisation(actor, organisation_id):
        raise NotFound(_("Không tìm thấy tổ chức này."))
    people = await locked(session, organisation_id)
    if actor.role is not Role.SYSTEM:
        mine = people.get(actor.person_id) if actor.person_id else None
        actor = replace(actor, member_role=mine.role if mine else None)
    if not rules.may_manage_members(actor, organisation_id):
        raise NotAllowed(_("Chỉ chủ tổ chức mới đổi được người trong tổ chức. Hãy nhờ một chủ tổ chức làm việc này."))
    return people


def _member(people: dict[UUID, Member], person_id: UUID) -> Member:
    if person_id not in people:
        raise NotFound(_("Người này không còn ở trong tổ chức. Hãy tải lại trang."))
    return people[person_id]


def _keep_an_owner(people: dict[UUID, Member], person_id: UUID, role: MemberRole | None = None) -> None:
    if role is not MemberRole.OWNER and not rules.may_leave(standing(people, person_id)):
        raise Conflict(_("Tổ chức cần ít nhất một chủ. Hãy bàn giao vai chủ cho một người khác trước."))
