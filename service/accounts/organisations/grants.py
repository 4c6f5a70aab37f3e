"""An organisation lets an office act for it until a day; whatever the office's people do there names both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import rules
from service.accounts.actors import Actor, Role
from service.accounts.inputs import GrantDraft
from service.accounts.models import Organisation, OrganisationKind
from service.accounts.organisations import members
from service.accounts.organisations.events import GrantGiven, GrantRevoked
from service.accounts.organisations.models import Grant
from service.core import clock
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _

LONGEST = timedelta(days=366)


async def let_act(session: AsyncSession, actor: Actor, organisation_id: UUID, draft: GrantDraft) -> Grant:
    """Let the office act for the organisation until that day. A grant that stands gets the new day; twice changes nothing."""
    await _decide(session, actor, organisation_id)
    office = await session.get(Organisation, draft.office_id)
    if office is None or office.kind != OrganisationKind.OFFICE:
        message = _("Hãy chọn một cơ quan trong danh sách.")
        raise Invalid(message, {"office_id": message})
    if not clock.today() <= draft.valid_to <= clock.today() + LONGEST:
        message = _("Hãy chọn một ngày từ hôm nay và không quá một năm.")
        raise Invalid(message, {"valid_to": message})
    grant = await _standing(session, organisation_id, office.id)
    old: date | None = grant.valid_to if grant else None
    if grant is None:
        grant = Grant(organisation_id=organisation_id, office_id=office.id, granted_by=actor.person_id, valid_to=draft.valid_to)
        session.add(grant)
    elif old == draft.valid_to:
        return grant
    grant.valid_to, grant.granted_by = draft.valid_to, actor.person_id
    await session.flush()
    fact = GrantGiven(organisation_id, office_id=office.id)
    await announce(session, fact, actor=actor, old={"valid_to": old} if old else None, new={"valid_to": draft.valid_to})
    return grant


async def stop_acting(session: AsyncSession, actor: Actor, organisation_id: UUID, office_id: UUID) -> None:
    """Let the office act for the organisation no longer; one that does not act any more changes nothing."""
    await _decide(session, actor, organisation_id)
    grant = await _standing(session, organisation_id, office_id)
    if grant is None:
        return
    grant.revoked_at = clock.now()
    await session.flush()
    fact = GrantRevoked(organisation_id, office_id=office_id)
    await announce(session, fact, actor=actor, old={"valid_to": grant.valid_to}, new={"valid_to": None})


async def _standing(session: AsyncSession, organisation_id: UUID, office_id: UUID) -> Grant | None:
    found: Grant | None = await session.scalar(
        select(Grant)
        .where(Grant.organisation_id == organisation_id, Grant.office_id == office_id, Grant.revoked_at.is_(None))
        .with_for_update()
    )
    return found


async def _decide(session: AsyncSession, actor: Actor, organisation_id: UUID) -> None:
    if not rules.may_see_organisation(actor, organisation_id):
        raise NotFound(_("Không tìm thấy tổ chức này."))
    people = await members.locked(session, organisation_id)
    if actor.role is not Role.SYSTEM:
        mine = people.get(actor.person_id) if actor.person_id else None
        actor = replace(actor, member_role=mine.role if mine else None)
    organisation = await session.get_one(Organisation, organisation_id)
    if not rules.may_let_act(actor, organisation_id, OrganisationKind(organisation.kind)):
        raise NotAllowed(_("Chỉ chủ của nhà cung cấp hoặc nhà phân phối mới nhờ được cơ quan làm thay."))
