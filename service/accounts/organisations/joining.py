"""Coming to the market by an invitation: a person registers and belongs to the organisation that has invited her."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import Actor, Role
from service.accounts.identity.events import PersonRegistered
from service.accounts.identity.passwords import check_strength, password_fits
from service.accounts.identity.people import add_person
from service.accounts.identity.registration import Registered, refuse_a_crowd, send_confirmation
from service.accounts.inputs import Newcomer
from service.accounts.models import Person
from service.accounts.organisations import invitations
from service.accounts.organisations.models import Invitation
from service.accounts.privacy.consents import Purpose, give_consent
from service.core.errors import Invalid
from service.core.events import act_as, announce
from service.core.i18n import _


async def register_invited(session: AsyncSession, draft: Newcomer, code: str, language: str) -> Registered:
    """Enter the person with her consent and let her take the invitation; a second press with the same password changes nothing.

    Raises NotFound for a code that opens nothing, and Invalid for what is wrong with what she typed.
    """
    taken = await _taken_before(session, draft, code)
    if taken is not None:
        return taken
    offered = await invitations.offered(session, code)
    if not draft.agree:
        message = _("Cần bạn đồng ý thì chợ mới lưu được tài khoản.")
        raise Invalid(message, {"agree": message})
    await check_strength(draft.password, draft.name, offered.organisation_name, draft.email, draft.phone)
    await refuse_a_crowd(session, draft.email, draft.phone)
    person = await add_person(
        session, name=draft.name, email=draft.email, phone=draft.phone, password=draft.password, language=language,
        confirmed=False,
    )  # fmt: skip
    actor = Actor(person.id, person.name, None, "", Role.NOBODY)
    await act_as(session, actor)
    await give_consent(session, actor, Purpose.ACCOUNT)
    if draft.news:
        await give_consent(session, actor, Purpose.NEWS)
    organisation_id = await invitations.accept_invitation(session, actor, code)
    await announce(session, PersonRegistered(person.id, organisation_id=organisation_id), actor=actor)
    await send_confirmation(session, person)
    return Registered(person.id, organisation_id)


async def _taken_before(session: AsyncSession, draft: Newcomer, code: str) -> Registered | None:
    """Who has taken this invitation with these very words a moment ago. Two presses at once wait for each other here."""
    found = await session.execute(
        select(Invitation.organisation_id, Invitation.accepted_by)
        .where(Invitation.secret_hash == invitations.hashed(code))
        .with_for_update()
    )
    row = found.one_or_none()
    person = await session.get(Person, row.accepted_by) if row is not None and row.accepted_by else None
    if row is None or person is None or (person.name, person.phone) != (draft.name, draft.phone):
        return None
    return Registered(person.id, row.organisation_id) if await password_fits(person, draft.password) else None
