"""What officers hand in about the users of protected names."""

from __future__ import annotations

from datetime import date

from pydantic import field_validator

from service.catalogue.inputs import Name, ShortText
from service.core import clock
from service.core.i18n import _
from service.core.inputs import Input, OptionalDay


class MarkUserInput(Input):
    """A supplier that may use a name: its code or the address of its page, since when, by which decision."""

    supplier: Name
    since: OptionalDay = None
    decision: ShortText = None

    @field_validator("since")
    @classmethod
    def _has_come(cls, value: date | None) -> date | None:
        if value is not None and value > clock.today():
            raise ValueError(_("Ngày này chưa tới."))
        return value
