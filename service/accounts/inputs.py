"""What people hand in about their organisations, invitations, tokens, grants and themselves."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from service.accounts.identity.inputs import Password, Ticked
from service.accounts.models import MemberRole
from service.accounts.organisations.models import SCOPES
from service.core.inputs import EMPTY_IS_NONE, Day, Input, OptionalDay, OptionalPhone, OptionalText, Text
from service.core.mail import plain_address

Name = Annotated[Text, Field(min_length=1, max_length=200)]
Scope = Literal[SCOPES]  # type: ignore[valid-type] # The one list of scopes, said once.


def _address(value: str | None) -> str | None:
    return None if value is None else plain_address(value)


class Founding(Input):
    """An organisation that comes to the market, with its first owner."""

    kind: Literal["supplier", "buyer"]
    name: Name


class InvitationDraft(Input):
    """Whom to invite, and as what. By e-mail a link is sent; without one a code is given to be passed on."""

    email: OptionalText = None
    phone: OptionalPhone = None
    role: MemberRole = MemberRole.MEMBER

    _email = field_validator("email")(staticmethod(_address))


class Newcomer(Input):
    """Somebody who registers by an invitation: she comes to an organisation that is there."""

    name: Name
    phone: OptionalPhone = None
    email: OptionalText = None
    password: Password = ""
    agree: Ticked = None
    news: Ticked = None

    _email = field_validator("email")(staticmethod(_address))

    @model_validator(mode="after")
    def _reachable(self) -> Newcomer:
        if self.phone is None and self.email is None:
            raise PydanticCustomError("unreachable", "a phone number or an e-mail address is needed")
        return self


class RoleChange(Input):
    """Another role for a member."""

    role: MemberRole


class TokenDraft(Input):
    """A token to be issued: what it is for, what it may do, and its last day."""

    name: Name
    scopes: tuple[Scope, ...] = Field(min_length=1, max_length=len(SCOPES))
    valid_to: OptionalDay = None


class GrantDraft(Input):
    """An office that may act for the organisation until a day."""

    office_id: UUID
    valid_to: Day


class PersonCorrection(Input):
    """What a person may correct about herself at once; a new e-mail address waits until it is confirmed."""

    name: Name
    phone: OptionalPhone = None


class Erasure(Input):
    """The password, to be sure that it is she who asks; `sure` is a box that nobody has ticked for her."""

    password: Text = ""
    sure: Annotated[str | None, EMPTY_IS_NONE] = None
