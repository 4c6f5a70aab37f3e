"""What officers and buyers hand in about field checks: how many to draw, what was found, what is wrong."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator

from service.catalogue.checks.models import Finding
from service.catalogue.inputs import LongText, Name, ShortText
from service.core import clock, places
from service.core.i18n import _
from service.core.inputs import NO_NUL, Day, Input, OptionalDay, OptionalText

MOST_DRAWN = 50


class RoundInput(Input):
    """A drawing of lots: how many, and where."""

    wanted: Annotated[int, Field(ge=1, le=MOST_DRAWN)]
    commune_code: OptionalText = None

    @field_validator("commune_code")
    @classmethod
    def _commune(cls, value: str | None) -> str | None:
        if value is not None and places.commune(value) is None:
            raise ValueError(_("Hãy chọn một trong các mục có sẵn."))
        return value


class FindingInput(Input):
    """What was found on the spot."""

    visited_on: Day
    place: ShortText = None
    finding: Finding
    note: LongText = None
    follow_up_on: OptionalDay = None

    @field_validator("visited_on")
    @classmethod
    def _has_come(cls, value: date) -> date:
        if value > clock.today():
            raise ValueError(_("Ngày này chưa tới."))
        if value < date(2000, 1, 1):
            raise ValueError(_("Ngày này xưa quá."))
        return value

    @field_validator("follow_up_on")
    @classmethod
    def _afterwards(cls, value: date | None, info: object) -> date | None:
        visited = getattr(info, "data", {}).get("visited_on")
        if value is not None and visited is not None and value <= visited:
            raise ValueError(_("Ngày kiểm tra lại phải sau ngày đến."))
        return value


class ComplaintInput(Input):
    """What somebody has heard or seen of a supplier."""

    text: Annotated[Annotated[str, Field(min_length=10, max_length=2000)], NO_NUL]
    product: OptionalText = None  # The address of the product that it is about.


class VisitWish(Input):
    """A visit outside a round: which supplier, by its code or the address of its page."""

    supplier: Name
