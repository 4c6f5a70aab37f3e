"""What the two sides hand in: whom a buyer asks, what a supplier answers, and what either writes."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from service.core.i18n import _
from service.core.inputs import Input, OptionalDay, OptionalText

LONGEST_NOTE = 1000
LONGEST_REASON = 500
LONGEST_MESSAGE = 4000
MOST_AT_ONCE = 50


def _shorter(most: int) -> AfterValidator:
    def check(value: str | None) -> str | None:
        if value is not None and len(value) > most:
            raise ValueError(_("Dài quá %(most)s ký tự.", most=most))
        return value

    return AfterValidator(check)


def _some(value: object) -> object:
    """Boxes that were ticked: one, many or none."""
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, (str, UUID)) else value


class Asking(Input):
    """Which suppliers are asked, with a word to all of them, and until when they are to answer."""

    suppliers: Annotated[tuple[UUID, ...], BeforeValidator(_some)] = ()
    note: Annotated[OptionalText, _shorter(LONGEST_NOTE)] = None
    answer_by: OptionalDay = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.suppliers:
            raise ValueError(_("Chọn ít nhất một nhà cung cấp để mời."))
        if len(self.suppliers) > MOST_AT_ONCE:
            raise ValueError(_("Mỗi lần mời nhiều nhất %(n)s nhà cung cấp.", n=MOST_AT_ONCE))
        return self


class Answer(Input):
    """What a supplier says to an invitation: it will answer, or it will not and why."""

    answer: Literal["accept", "decline"]
    reason: Annotated[OptionalText, _shorter(LONGEST_REASON)] = None
    version: int = Field(ge=1, le=2**31 - 1)

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.answer == "decline" and not self.reason:
            raise ValueError(_("Cho người mua biết vì sao không nhận lời, ví dụ: tháng này đã hết hàng."))
        return self


class Words(Input):
    """What is written to the other side; files may come without words."""

    text: Annotated[OptionalText, _shorter(LONGEST_MESSAGE)] = None
    key: Annotated[UUID | None, BeforeValidator(lambda value: value or None)] = None
