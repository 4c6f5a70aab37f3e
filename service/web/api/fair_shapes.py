"""What programs hand in and get about the organiser's fairs, and about rates, services, statements and payments."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service import fairs
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.inputs import Text
from service.web.api.shapes import Out, Parameters
from service.web.pages.forms import words_for_all

charges = fairs.charges
InputT = TypeVar("InputT", bound=BaseModel)
Slug = Annotated[Text, InPath(max_length=200)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class In(BaseModel):
    """What programs hand in: values as JSON has them; the trade's own rules are asked afterwards."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Cursor(Parameters):
    """Where a list goes on."""

    cursor: str | None = Field(default=None, max_length=1000)


class HallIn(In):
    """A part of the place."""

    name: str
    about: str | None = None
    area_m2: float | None = None


class FairIn(In):
    """A fair as its organiser says it."""

    name: str
    name_en: str | None = None
    kind: fairs.FairKind
    place: str | None = None
    address: str | None = None
    province_code: str | None = None
    commune_code: str | None = None
    starts_on: date
    ends_on: date | None = None
    date_precision: fairs.DatePrecision = fairs.DatePrecision.DAY
    opening_hours: str | None = None
    hosts: list[str] = []
    co_hosts: list[str] = []
    halls: list[HallIn] = Field(default=[], description="By name: a hall with booths cannot be left out.")
    description: str | None = None
    call_opens_on: date | None = None
    call_closes_on: date | None = Field(default=None, description="The last day on which exhibitors may apply.")
    call_words: str | None = None
    call_needs: list[str] = []


class NewFairIn(FairIn):
    """A fair to be prepared; the same key again is the same fair."""

    key: UUID


class ChangedFairIn(FairIn):
    """A fair that changes, with the version that was read."""

    version: Version


class VersionIn(In):
    """The version that was read."""

    version: Version | None = None


class DayIn(In):
    """The hours of one day."""

    day: date
    opens: time
    closes: time
    note: str | None = None


class HoursIn(VersionIn):
    """The hours by day, in place of those before."""

    days: list[DayIn]


class CopyIn(In):
    """A new fair from an earlier one."""

    key: UUID
    name: str
    name_en: str | None = None
    starts_on: date
    floor: bool = True
    charges: bool = True
    call: bool = True
    buyers: bool = True


class SourceParameters(Parameters):
    """An earlier fair by its slug, or a matching round by its code."""

    kind: fairs.desk.SourceKind = fairs.desk.SourceKind.FAIR
    called: str = Field(min_length=1, max_length=200)


class AskIn(In):
    """Whom of an earlier fair or round to invite."""

    key: UUID
    kind: fairs.desk.SourceKind = fairs.desk.SourceKind.FAIR
    called: str
    suppliers: list[UUID] = []
    every: bool = False
    buyers: bool = Field(default=False, description="Expect its buyers here too.")
    words: str | None = None


class AskedOut(Out):
    """How many are new."""

    suppliers: int
    buyers: int


class DayOut(Out):
    """The hours of one day."""

    day: date
    opens: time
    closes: time
    note: str | None


class DeskHallOut(Out):
    """A part of the place."""

    name: str
    about: str | None
    area_m2: float | None


class CountsOut(Out):
    """What there is of a fair."""

    submitted: int
    accepted: int
    waiting: int
    booths: int
    taken: int
    placed: int = Field(description="Accepted applications that have a booth.")
    ending: int = Field(description="Booths kept back whose day is within two days.")
    rates: int
    services: int
    invited: int


class ChoreOut(Out):
    """Something that waits for the organiser."""

    words: str
    href: str
    urgent: bool


class DeskFairOut(Out):
    """A fair of the organiser's."""

    slug: str
    name: str = Field(validation_alias="title")
    name_en: str | None
    kind: str
    state: str = Field(description="draft, announced or cancelled.")
    place: str | None
    address: str | None
    province_code: str | None
    commune_code: str | None
    starts_on: date
    ends_on: date
    date_precision: str
    opening_hours: str | None
    hosts: list[str]
    co_hosts: list[str]
    description: str | None
    call: str = Field(description="none, coming, open or closed.")
    call_opens_on: date | None
    call_closes_on: date | None
    call_words: str | None
    call_needs: list[str]
    version: int
    over: bool
    illustrative: bool


class DeskLineOut(Out):
    """A fair with what waits there."""

    fair: DeskFairOut
    counts: CountsOut
    chores: list[ChoreOut]


class DeskListOut(Out):
    """The organiser's fairs; `next` goes on with those that are over."""

    drafts: list[DeskLineOut]
    running: list[DeskLineOut]
    coming: list[DeskLineOut]
    past: list[DeskLineOut]
    next: str | None


class OverviewOut(DeskLineOut):
    """One fair for its organiser."""

    days: list[DayOut]
    halls: list[DeskHallOut]


class CandidateOut(Out):
    """Somebody who took part earlier."""

    id: UUID
    slug: str
    name: str = Field(validation_alias="title")
    products: int
    asked_at: datetime | None
    declined: bool
    applied: str | None = Field(description="Where its application stands, if there is one.")
    may_be_asked: bool


class CandidatesOut(Out):
    """Who took part in an earlier fair or round."""

    items: list[CandidateOut]


def checked(model: type[InputT], values: dict[str, Any]) -> InputT:
    """The values as the input that a form gives as well; what is wrong is told by field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        message = _("Có tham số chưa đúng; xem từng mục trong “errors”.")
        raise Invalid(message, words_for_all(error.errors(include_url=False))) from error
