"""Taking over an organisation that somebody else has entered and that nobody owns yet.

Whoever calls has made sure that the person may: by a code that only the organisation's own people were given. Of two people who
take over at the same moment one becomes the owner and the other is refused.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import ROLES, Actor
from service.accounts.identity.events import PersonRegistered
from service.accounts.identity.inputs import Password, Ticked
from service.accounts.identity.passwords import check_strength
from service.accounts.identity.people import add_person
from service.accounts.identity.registration import refuse_a_crowd, send_confirmation
from service.accounts.models import MemberRole, Organisation, OrganisationKind
from service.accounts.organisations.members import add_member, people_in
from service.accounts.privacy.consents import Purpose, give_consent
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import act_as, announce
from service.core.i18n import _
from service.core.inputs import Input, OptionalPhone, OptionalText, Text
from service.core.mail import plain_address


class NewOwner(Input):
    """Somebody who becomes the owner of an organisation that is there already."""

    name: Annotated[Text, Field(min_length=2, max_length=200)]
    phone: OptionalPhone = None
    email: OptionalText = None
    password: Password = ""
    agree: Ticked = None

    @field_validator("email")
    @classmethod
    def _plain(cls, value: str | None) -> str | None:
        return None if value is None else plain_address(value)

    @model_validator(mode="after")
    def _reachable(self) -> NewOwner:
        if self.phone is None and self.email is None:
            raise PydanticCustomError("unreachable", "a phone number or an e-mail address is needed")
        return self


async def take_over(session: AsyncSession, organisation_id: UUID, new: NewOwner, language: str) -> Actor:
    """Enter the person, and let her own the organisation; gives back who acts from now on.

    Raises Conflict when somebody owns it already, Invalid for a password that is easily guessed or a missing consent.
    """
    organisation = await _unowned(session, organisation_id)
    if not new.agree:
        message = _("Cần bạn đồng ý thì chợ mới lưu được tài khoản.")
        raise Invalid(message, {"agree": message})
    await check_strength(new.password, new.name, organisation.name, new.email, new.phone)
    await refuse_a_crowd(session, new.email, new.phone)
    person = await add_person(
        session, name=new.name, email=new.email, phone=new.phone, password=new.password, language=language, confirmed=False
    )
    actor = _owner(person.id, person.name, organisation)
    await act_as(session, actor)
    await add_member(session, person.id, organisation_id, MemberRole.OWNER, actor=actor)
    await give_consent(session, actor, Purpose.ACCOUNT)
    await announce(session, PersonRegistered(person.id, organisation_id=organisation_id), actor=actor)
    await send_confirmation(session, person)
    return actor


async def take_over_as(session: AsyncSession, actor: Actor, organisation_id: UUID) -> Actor:
    """Let somebody who has signed in own the organisation; gives back who acts for it from now on. Raises Conflict likewise."""
    if actor.person_id is None or actor.scopes is not None:
        raise NotAllowed(_("Trang này dành cho người đã đăng nhập."))
    organisation = await _unowned(session, organisation_id)
    owner = _owner(actor.person_id, actor.name, organisation)
    await add_member(session, actor.person_id, organisation_id, MemberRole.OWNER, actor=owner)
    return owner


async def is_owned(session: AsyncSession, organisation_id: UUID) -> bool:
    """Whether somebody owns the organisation already."""
    people = await people_in(session, organisation_id)
    return any(member.role == MemberRole.OWNER for member in people.values())


async def _unowned(session: AsyncSession, organisation_id: UUID) -> Organisation:
    organisation = await session.get(Organisation, organisation_id, with_for_update=True, populate_existing=True)
    if organisation is None:
        raise NotFound(_("Không tìm thấy tổ chức này."))
    if await is_owned(session, organisation_id):
        raise Conflict(_("Tổ chức này đã có người quản lý. Hãy nhờ người ấy mời bạn vào."))
    return organisation


def _owner(person_id: UUID, name: str, organisation: Organisation) -> Actor:
    role = ROLES[OrganisationKind(organisation.kind)]
    verified = organisation.verified_on is not None
    return Actor(person_id, name, organisation.id, organisation.name, role, MemberRole.OWNER, verified)
