"""Organisations come to the market and change their names; people choose for which of theirs they act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import queries, rules
from service.accounts.actors import SYSTEM, Actor, Role
from service.accounts.events import OrganisationFounded, OrganisationRenamed, OrganisationVerified
from service.accounts.inputs import Founding
from service.accounts.models import Member, MemberRole, Organisation, OrganisationKind, Person, Session
from service.accounts.organisations import members
from service.accounts.organisations.events import OrganisationChosen
from service.accounts.organisations.tokens import hashed
from service.core import limits
from service.core.db import new_id
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _

MOST_A_DAY = 5  # Organisations that one person founds; more than that is a program.


async def found_organisation(
    session: AsyncSession, kind: OrganisationKind | str, name: str, *, actor: Actor = SYSTEM
) -> Organisation:
    """Enter an organisation of that kind; its profile is kept by the module of its trade."""
    organisation = Organisation(kind=OrganisationKind(kind), name=name)
    session.add(organisation)
    await session.flush()
    await announce(session, OrganisationFounded(organisation.id, kind=organisation.kind), actor=actor, new={"name": name})
    return organisation


async def open_organisation(
    session: AsyncSession, actor: Actor, founding: Founding, *, key: UUID | None = None
) -> Organisation:
    """Enter an organisation with the actor as its first owner; the same key again returns the one that is there."""
    kind = OrganisationKind(founding.kind)
    if actor.person_id is None or not rules.may_found(actor, kind):
        raise NotAllowed(_("Hãy đăng nhập rồi lập tổ chức."))
    organisation_id = key or new_id()
    # Two presses at once wait for each other here, and the second finds the organisation of the first.
    await session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True))
    there = await session.get(Organisation, organisation_id)
    if there is not None:
        if await session.get(Member, (actor.person_id, there.id)) is None:
            raise Conflict(_("Biểu mẫu này đã được dùng. Hãy mở lại trang và gửi lần nữa."))
        return there
    if not await limits.allow(session, "found", str(actor.person_id), MOST_A_DAY, timedelta(days=1)):
        raise Conflict(_("Hôm nay bạn đã lập quá nhiều tổ chức. Hãy thử lại vào ngày mai."))
    organisation = Organisation(id=organisation_id, kind=kind, name=founding.name)
    session.add(organisation)
    await session.flush()
    await announce(session, OrganisationFounded(organisation.id, kind=kind), actor=actor, new={"name": founding.name})
    await members.add_member(session, actor.person_id, organisation.id, MemberRole.OWNER, actor=actor)
    return organisation


async def choose_organisation(session: AsyncSession, actor: Actor, secret: str, organisation_id: UUID) -> OrganisationKind:
    """Let the session with this secret act for another organisation of the person's, or one that lets an office of hers.

    Choosing the present one changes nothing. Returns its kind; raises NotFound for one that is not hers to choose.
    """
    organisation = await session.get(Organisation, organisation_id)
    if actor.person_id is None or organisation is None:
        raise NotFound(_("Không tìm thấy tổ chức này."))
    office_id = None
    if await session.get(Member, (actor.person_id, organisation_id)) is None:
        office_id = await queries.office_acting_for(session, actor.person_id, organisation_id)
        if office_id is None:
            raise NotFound(_("Bạn không thuộc tổ chức này, hoặc tổ chức không còn nhờ làm thay."))
    if organisation_id != actor.organisation_id:
        mine = Session.person_id == actor.person_id
        await session.execute(
            update(Session).where(Session.token_hash == hashed(secret), mine).values(organisation_id=organisation_id)
        )
        chosen = replace(actor, organisation_id=organisation_id, on_behalf_of=office_id)
        await announce(session, OrganisationChosen(actor.person_id, organisation_id=organisation_id), actor=chosen)
    return OrganisationKind(organisation.kind)


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
