"""Organisers are verified by an officer before they announce fairs; buyers and suppliers by the modules of their trade."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import Actor, Role
from service.accounts.models import Organisation, OrganisationKind
from service.accounts.organisations.founding import verify_organisation
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _

MOST = 100


async def waiting_organisers(session: AsyncSession) -> Sequence[Organisation]:
    """The organisers that nobody has verified yet, those first that have waited longest."""
    found = await session.scalars(
        select(Organisation)
        .where(Organisation.kind == OrganisationKind.ORGANISER, Organisation.verified_on.is_(None))
        .order_by(Organisation.created_at, Organisation.id)
        .limit(MOST)
    )
    return found.all()


async def verify_organiser(session: AsyncSession, actor: Actor, organisation_id: UUID, on: date) -> None:
    """Say that an organiser is who it says it is. Nobody says so of an organisation that she belongs to."""
    organisation = await session.get(Organisation, organisation_id)
    if organisation is None or organisation.kind != OrganisationKind.ORGANISER:
        raise NotFound(_("Không tìm thấy tổ chức này."))
    if actor.role is not Role.SYSTEM and actor.belongs_to(organisation_id):
        raise NotAllowed(_("Đây là tổ chức bạn thuộc về, nên cán bộ khác phải xác minh."))
    if organisation.verified_on is None:
        await verify_organisation(session, organisation_id, on, actor=actor)
