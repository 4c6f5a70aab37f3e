"""Reads about organisations and their people: for the pages of the organisation, and for those who send mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.models import Member, MemberRole, Person


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to be told by mail, in her language."""

    person_id: UUID
    name: str
    email: str
    language: str


async def people_of(session: AsyncSession, organisation_ids: Iterable[UUID]) -> dict[UUID, list[Recipient]]:
    """Who is told by mail for each of these organisations: its owners and members, by name; nobody for one without people."""
    told: dict[UUID, list[Recipient]] = {organisation_id: [] for organisation_id in organisation_ids}
    if not told:
        return told
    found = await session.execute(
        select(Member.organisation_id, Person.id, Person.name, Person.email)
        .join(Person, Person.id == Member.person_id)
        .where(Member.organisation_id.in_(told), Member.role != MemberRole.VIEWER)
        .order_by(Person.name, Person.id)
    )
    for organisation_id, person_id, name, email in found:
        told[organisation_id].append(Recipient(person_id, name, email, "vi"))
    return told
