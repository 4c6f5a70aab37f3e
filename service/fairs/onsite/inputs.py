"""What people say on the days of a fair: at the gate, at the booth, and afterwards."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from service.core import formats
from service.core.db import new_id
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, NEAR, NO_NUL, Day, Input, OptionalDay, OptionalPhone, OptionalText
from service.fairs.onsite.models import How, PaperKind, Side, Source

MOST_VND = 1_000_000_000_000
MOST_KG = 10_000_000
MOST_PEOPLE = 10_000_000
LONGEST_LINE = 200
LONGEST_TEXT = 4000


def _empty(value: object) -> object:
    return None if isinstance(value, str) and not value.replace("\x00", "").strip() else value


def _kilograms(value: object) -> object:
    value = _empty(value)
    return formats.parse_kg(value) if isinstance(value, str) else value


def _dong(value: object) -> object:
    value = _empty(value)
    return formats.parse_vnd(value) if isinstance(value, str) else value


Line = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE), NO_NUL]
OptionalLine = Annotated[str | None, Field(max_length=LONGEST_LINE), EMPTY_IS_NONE]
LongText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), NO_NUL]
OptionalLong = Annotated[str | None, Field(max_length=LONGEST_TEXT), EMPTY_IS_NONE]
Kilograms = Annotated[Decimal | None, Field(gt=0, le=MOST_KG, decimal_places=3), BeforeValidator(_kilograms)]
KilogramsOrNone = Annotated[Decimal | None, Field(ge=0, le=MOST_KG, decimal_places=3), BeforeValidator(_kilograms)]
Money = Annotated[int | None, Field(gt=0, le=MOST_VND), BeforeValidator(_dong)]
MoneyOrNone = Annotated[int | None, Field(ge=0, le=MOST_VND), BeforeValidator(_dong)]
Whole = Annotated[int | None, Field(ge=0, le=MOST_PEOPLE), EMPTY_IS_NONE]
Version = Annotated[int | None, Field(ge=0, le=2_000_000_000), EMPTY_IS_NONE]
Id = Annotated[UUID | None, EMPTY_IS_NONE]


class CheckInDraft(Input):
    """Who has come: by the code of a pass, or an exhibitor from the list. `at` is when it was said at the gate.

    Without a key nothing is lost: one is in once a day, however often it is said.
    """

    key: Annotated[UUID, BeforeValidator(lambda value: value or new_id())] = Field(default_factory=new_id)
    code: Annotated[str | None, Field(max_length=400), EMPTY_IS_NONE] = None
    exhibitor: Id = None
    how: How = How.TYPED
    at: Annotated[datetime | None, EMPTY_IS_NONE] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.code is None) == (self.exhibitor is None):
            raise ValueError(_("Hãy quét hoặc gõ mã thẻ, hoặc chọn một đơn vị trong danh sách."))
        return self


class PassDraft(Input):
    """One more pass for an exhibitor; whose it is may be said."""

    exhibitor: UUID
    holder: OptionalLine = None


class LeadDraft(Input):
    """Somebody at the booth and what she wants. `rating`: 3 hot, 2 warm, 1 cold."""

    key: UUID
    day: OptionalDay = None
    booth: OptionalLine = None
    person: OptionalLine = None
    organisation: OptionalLine = None
    phone: OptionalPhone = None
    consent: bool = False
    wants: OptionalLong = None
    product: OptionalText = None
    kg: Kilograms = None
    rating: Annotated[int, Field(ge=1, le=3)] = 2
    notes: OptionalLong = None
    buyer: OptionalText = None
    follow_up_on: Annotated[OptionalDay, NEAR] = None
    version: Version = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.person is None and self.organisation is None:
            raise ValueError(_("Hãy ghi tên người hoặc tên đơn vị."))
        return self


class SaleDraft(Input):
    """What a booth sold of one thing on one day; with `nothing`, that it sold nothing that day."""

    key: UUID
    day: OptionalDay = None
    booth: OptionalLine = None
    nothing: bool = False
    product: OptionalText = None
    what: OptionalLine = None
    kg: Kilograms = None
    vnd: Money = None
    receipts: Whole = None
    version: Version = None


class PaperDraft(Input):
    """A memorandum or contract that was signed at the booth."""

    key: UUID
    kind: PaperKind
    day: OptionalDay = None
    partner: Line
    buyer: OptionalText = None
    what: OptionalLine = None
    kg: Kilograms = None
    vnd: Money = None


class OwnFacts(Input):
    """What an exhibitor brought, took home again and spent itself; empty: nobody says."""

    brought_kg: KilogramsOrNone = None
    left_kg: KilogramsOrNone = None
    own_costs_vnd: MoneyOrNone = None
    follow_up_on: Annotated[OptionalDay, NEAR] = None
    version: Version = None

    @model_validator(mode="after")
    def _no_more_than_brought(self) -> Self:
        if self.brought_kg is not None and self.left_kg is not None and self.left_kg > self.brought_kg:
            raise ValueError(_("Lượng mang về không thể nhiều hơn lượng mang đi."))
        return self


class VisitorsDraft(Input):
    """How many came on a day; `counted` where somebody counted them."""

    day: Day
    people: Annotated[int, Field(ge=0, le=MOST_PEOPLE)]
    counted: bool = False
    version: Version = None


class MoneyDraft(Input):
    """A line of what the fair cost, or of who paid; `source` for the latter."""

    key: UUID
    side: Side
    source: Annotated[Source | None, EMPTY_IS_NONE] = None
    label: Line
    vnd: Annotated[int, Field(gt=0, le=MOST_VND), BeforeValidator(_dong)]

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.side is Side.SOURCE and self.source is None:
            raise ValueError(_("Hãy chọn nguồn tiền."))
        return self


class ComplaintDraft(Input):
    """What somebody complained of. Names and numbers of persons do not belong here."""

    key: UUID
    day: OptionalDay = None
    exhibitor: Id = None
    about: LongText


class Settling(Input):
    """What became of a complaint."""

    outcome: LongText
    version: Version = None


class FindingsDraft(Input):
    """The organiser's own words for the report."""

    theme: OptionalLine = None
    went_well: OptionalLong = None
    lessons: OptionalLong = None
    proposals: OptionalLong = None
    version: Version = None
