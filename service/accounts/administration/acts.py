"""Running the market: offices and organisers enter, people are locked out and let in, sessions ended, administrators named.

Helping with a password or a number (`issue_reset_code`, `confirm_phone`) is in `resets.py`, because officers do that too.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import SYSTEM, Actor, Role
from service.accounts.administration import rules
from service.accounts.administration.events import AdministratorNamed, DutySet, PersonLocked, PersonUnlocked, SessionsEnded
from service.accounts.administration.inputs import DutyArea, OfficeDraft
from service.accounts.events import OrganisationFounded
from service.accounts.identity import links
from service.accounts.identity.models import LinkPurpose
from service.accounts.identity.people import add_person, owner_of, plain_email
from service.accounts.identity.sessions import end_sessions_of
from service.accounts.inputs import InvitationDraft
from service.accounts.models import MemberRole, Organisation, OrganisationKind, Person
from service.accounts.organisations import founding as organisations
from service.accounts.organisations import invitations, members
from service.accounts.organisations.invitations import Invited
from service.core import clock
from service.core.db import new_id
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.core.mail import plain_address

OPERATOR_NAME = "Ban điều hành Chợ Phiên"
FIRST_LINK_WITHIN = timedelta(hours=24)


async def enter_organisation(
    session: AsyncSession, actor: Actor, draft: OfficeDraft, *, key: UUID | None = None
) -> Organisation:
    """Enter an office (with its area of duty) or an organiser; the same key again returns the one that is there."""
    _only_administrators(actor)
    organisation_id = key or new_id()
    # Two presses at once wait for each other here, and the second finds the organisation of the first.
    await session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True))
    there = await session.get(Organisation, organisation_id)
    if there is not None:
        return there
    kind = OrganisationKind(draft.kind)
    duty = list(draft.duty_codes) if rules.has_duty(kind) else []
    organisation = Organisation(id=organisation_id, kind=kind, name=draft.name, duty_codes=duty)
    session.add(organisation)
    await session.flush()
    new = {"name": draft.name, "duty_codes": duty}
    await announce(session, OrganisationFounded(organisation.id, kind=kind), actor=actor, new=new)
    return organisation


async def set_duty(session: AsyncSession, actor: Actor, organisation_id: UUID, area: DutyArea) -> None:
    """Give an office another area of duty; the same area changes nothing."""
    _only_administrators(actor)
    organisation = await session.get(Organisation, organisation_id, with_for_update=True, populate_existing=True)
    if organisation is None or not rules.has_duty(OrganisationKind(organisation.kind)):
        raise NotFound(_("Không tìm thấy tổ chức này."))
    old, new = list(organisation.duty_codes), list(area.duty_codes)
    if old == new:
        return
    organisation.duty_codes = new
    await session.flush()
    await announce(session, DutySet(organisation.id), actor=actor, old={"duty_codes": old}, new={"duty_codes": new})


async def invite_to(
    session: AsyncSession, actor: Actor, organisation_id: UUID, draft: InvitationDraft, address: str, *,
    key: UUID | None = None,
) -> Invited:  # fmt: skip
    """Invite somebody to an office, an organiser or among the administrators, as its owners would. See `invitations.invite`."""
    _only_administrators(actor)
    organisation = await session.get(Organisation, organisation_id)
    if organisation is None or OrganisationKind(organisation.kind) not in rules.INVITED:
        raise NotFound(_("Không tìm thấy tổ chức này."))
    # The market itself invites; the journal still names the administrator.
    market = replace(actor, role=Role.SYSTEM, organisation_name=organisation.name)
    return await invitations.invite(session, market, organisation_id, draft, address, key=key)


async def lock_person(session: AsyncSession, actor: Actor, person_id: UUID) -> None:
    """Keep the person out: her sessions end, her tokens open nothing. Doing it twice changes nothing.

    Of two administrators who lock each other at the same moment, one is locked and the other is not.
    """
    person = await _decided(session, actor, person_id)
    if person.locked_at is not None:
        return
    person.locked_at = clock.now()
    await session.flush()
    await end_sessions_of(session, person.id)
    await announce(session, PersonLocked(person.id), actor=actor)


async def unlock_person(session: AsyncSession, actor: Actor, person_id: UUID) -> None:
    """Let the person sign in again; one who is not locked stays as she is."""
    person = await _decided(session, actor, person_id)
    if person.locked_at is None:
        return
    person.locked_at = None
    await session.flush()
    await announce(session, PersonUnlocked(person.id), actor=actor)


async def end_all_sessions(session: AsyncSession, actor: Actor, person_id: UUID) -> None:
    """End every session of the person; whoever has none stays as she is."""
    person = await _decided(session, actor, person_id)
    if await end_sessions_of(session, person.id):
        await announce(session, SessionsEnded(person.id), actor=actor)


async def name_administrator(session: AsyncSession, email: str) -> str:
    """Make whoever owns this address an administrator, and give a token with which she sets her password, once, within a day.

    For the command line of the machine only: whoever may run it has the database anyway. A new person and the organisation that
    runs the market are made where they do not exist yet; a second call names a second administrator, or gives another token.
    """
    try:
        address = plain_address(plain_email(email))
    except ValueError as error:
        raise Invalid(str(error), {"email": str(error)}) from error
    operator = await session.scalar(
        select(Organisation).where(Organisation.kind == OrganisationKind.OPERATOR).order_by(Organisation.id).limit(1)
    )
    if operator is None:
        operator = await organisations.found_organisation(session, OrganisationKind.OPERATOR, OPERATOR_NAME)
    person = await owner_of(session, email=address)
    if person is None:
        # Nobody knows this password; the link lets her set one of her own.
        person = await add_person(session, name=address.partition("@")[0], email=address, password=secrets.token_urlsafe(32))
    await members.add_member(session, person.id, operator.id, MemberRole.OWNER)
    await announce(session, AdministratorNamed(person.id), actor=SYSTEM)
    return await links.issue_link(session, LinkPurpose.RESET_PASSWORD, person.id, FIRST_LINK_WITHIN, address=address)


def _only_administrators(actor: Actor) -> None:
    if not rules.may_look(actor):
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    if not rules.may_administer(actor):
        raise NotAllowed(_("Tài khoản của bạn chỉ được xem. Nhờ một quản trị viên khác làm việc này."))


async def _decided(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    """The person, for an administrator who is not locked herself after whoever was faster has finished."""
    _only_administrators(actor)
    if not rules.may_lock(actor, person_id):
        raise NotAllowed(_("Bạn không làm được việc này với chính mình. Hãy nhờ một quản trị viên khác."))
    both = {person_id, actor.person_id} - {None}
    statement = select(Person).where(Person.id.in_(both)).order_by(Person.id).with_for_update()
    found = {each.id: each for each in await session.scalars(statement.execution_options(populate_existing=True))}
    mine = found.get(actor.person_id) if actor.person_id else None
    if mine is not None and mine.locked_at is not None:
        raise NotAllowed(_("Tài khoản của bạn vừa bị khóa."))
    person = found.get(person_id)
    if person is None:
        raise NotFound(_("Không tìm thấy người này."))
    return person
