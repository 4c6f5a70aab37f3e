"""What people hand in about themselves: to register, to sign in, to set a password."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from service.accounts.identity.passwords import LONGEST_PASSWORD
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, Input, OptionalPhone, OptionalText, Text
from service.core.mail import plain_address

# A password is kept as it was typed, its spaces too: only what PostgreSQL and nobody's keyboard knows is left out.
Password = Annotated[str, Field(max_length=LONGEST_PASSWORD)]
Ticked = Annotated[str | None, EMPTY_IS_NONE]


def _email(value: str | None) -> str | None:
    return None if value is None else plain_address(value)


class Registration(Input):
    """Somebody who comes by herself, with the organisation she comes for."""

    kind: Literal["supplier", "buyer", "organiser"]
    organisation: Annotated[Text, Field(min_length=1, max_length=200)]
    name: Annotated[Text, Field(min_length=1, max_length=200)]
    phone: OptionalPhone = None
    email: OptionalText = None
    password: Password = ""
    agree: Ticked = None
    news: Ticked = None

    _plain_email = field_validator("email")(staticmethod(_email))

    @model_validator(mode="after")
    def _reachable(self) -> Registration:
        if self.phone is None and self.email is None:
            raise PydanticCustomError("unreachable", "a phone number or an e-mail address is needed")
        return self


class NewPassword(Input):
    """Another password, and the present one where somebody is signed in."""

    password: Password = ""
    current: Password = ""


class EmailChange(Input):
    """Another e-mail address, with the password to be sure that it is she."""

    email: Text
    password: Password = ""

    _plain_email = field_validator("email")(staticmethod(plain_address))


def unreachable() -> str:
    """What to say to somebody who has given neither a number nor an address."""
    return _("Hãy điền số điện thoại hoặc e-mail: bạn đăng nhập bằng một trong hai.")
