"""Who may act for which organisation."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import SYSTEM, Actor
from service.accounts.events import MemberAdded
from service.accounts.models import Member, MemberRole
from service.core.events import announce


async def add_member(
    session: AsyncSession, person_id: UUID, organisation_id: UUID, role: MemberRole | str, *, actor: Actor = SYSTEM
) -> None:
    """Let the person act for the organisation. Doing it again with the same role changes nothing."""
    role = MemberRole(role)
    member = await session.get(Member, (person_id, organisation_id))
    if member is not None and member.role == role:
        return
    old = {"role": member.role} if member is not None else None
    if member is None:
        session.add(Member(person_id=person_id, organisation_id=organisation_id, role=role))
    else:
        member.role = role
    await session.flush()
    fact = MemberAdded(organisation_id, person_id=person_id, role=role)
    await announce(session, fact, actor=actor, old=old, new={"role": role})
