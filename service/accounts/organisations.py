"""Organisations come to the market and change their names."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import SYSTEM, Actor, Role
from service.accounts.events import OrganisationFounded, OrganisationRenamed, OrganisationVerified
from service.accounts.models import Organisation, OrganisationKind
from service.core.errors import NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _


async def found_organisation(
    session: AsyncSession, kind: OrganisationKind | str, name: str, *, actor: Actor = SYSTEM
) -> Organisation:
    """Enter an organisation of that kind; its profile is kept by the module of its trade."""
    organisation = Organisation(kind=OrganisationKind(kind), name=name)
    session.add(organisation)
    await session.flush()
    await announce(session, OrganisationFounded(organisation.id, kind=organisation.kind), actor=actor, new={"name": name})
    return organisation


async def verify_organisation(session: AsyncSession, organisation_id: UUID, on: date | None, *, actor: Actor) -> None:
    """Write down since when the organisation is verified (None: it is not); the same day changes nothing.

    Raises NotAllowed for anybody but an officer or the system itself.
    """
    if actor.role is not Role.SYSTEM and not (actor.role is Role.OFFICER and actor.may_write):
        raise NotAllowed(_("Chỉ cán bộ mới xác minh được một tổ chức."))
    organisation = await session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None:
        raise NotFound(_("Không tìm thấy tổ chức này."))
    if organisation.verified_on == on:
        return
    old = organisation.verified_on
    organisation.verified_on = on
    fact = OrganisationVerified(organisation.id)
    await announce(session, fact, actor=actor, old={"verified_on": old}, new={"verified_on": on})


async def rename_organisation(session: AsyncSession, organisation_id: UUID, name: str, *, actor: Actor) -> None:
    """Let the organisation go by another name; the same name changes nothing."""
    organisation = await session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None:
        raise NotFound(_("Không tìm thấy tổ chức này."))
    if organisation.name == name:
        return
    old = organisation.name
    organisation.name = name
    await announce(session, OrganisationRenamed(organisation.id), actor=actor, old={"name": old}, new={"name": name})
