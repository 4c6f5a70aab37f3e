"""What programs say and get about applications for a fair."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from service import fairs
from service.core.inputs import Text
from service.web.api.shapes import Out, Parameters

applications = fairs.applications
Code = Annotated[str, Field(max_length=40)]
Words = Annotated[str | None, Field(max_length=2000)]


class Body(BaseModel):
    """A body; a name that is not listed is refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class WishesIn(Body):
    """What an application says. No days: the whole fair."""

    exhibitor: Annotated[Text, Field(min_length=1, max_length=120)]
    contact: Words = Field(None, description="Only the organiser reads it.")
    goods_words: Words = None
    goods: applications.Goods = applications.Goods.FOOD
    smell: bool = False
    takes_smell: bool = False
    booths: int = Field(1, ge=1, le=50)
    class_codes: list[Code] = Field(default_factory=list, max_length=50)
    least_m2: Decimal | None = Field(None, gt=0, le=100_000)
    starts_on: date | None = None
    ends_on: date | None = None
    power: applications.Power = applications.Power.SINGLE
    water: bool = False
    cold: bool = False
    zone_codes: list[Code] = Field(default_factory=list, max_length=5, description="The first wish first.")
    pavilion_code: Code | None = None
    district_code: Code | None = None
    people: int | None = Field(None, ge=0, le=1000)
    vehicle: Words = None
    equipment: Words = None
    note: Words = None


class ApplicationIn(WishesIn):
    """A supplier's own application."""

    products: list[Code] = Field(default_factory=list, max_length=60, description="Addresses (slugs) of own products.")
    near: list[Annotated[str, Field(max_length=200)]] = Field(default_factory=list, max_length=10)
    apart: list[Annotated[str, Field(max_length=200)]] = Field(default_factory=list, max_length=10)
    claims: list[Code] = Field(default_factory=list, max_length=12)
    consent: bool = False
    key: UUID | None = Field(None, description="The same key again is the same application.")
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    submit: bool = False


class TypedInIn(WishesIn):
    """An application that the organiser types in."""

    key: UUID
    province_code: Code | None = None
    commune_code: Code | None = None
    state: applications.ApplicationState = applications.ApplicationState.SUBMITTED


class TypedInsIn(Body):
    """Many of them: all or none."""

    items: list[TypedInIn] = Field(min_length=1, max_length=500)


class AnswerIn(Body):
    """The organiser's answer."""

    to: applications.ApplicationState
    reason: Words = None
    faults: dict[str, Annotated[str, Field(max_length=500)]] = Field(default_factory=dict, max_length=20)
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class ClaimsIn(Body):
    """The claims of an applicant that the organiser has seen proof of."""

    claims: list[Code] = Field(default_factory=list, max_length=12)
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class ShareIn(Body):
    """How one wants to share."""

    kind: applications.ShareKind
    first_day: date | None = None
    last_day: date | None = None


class ShareWithIn(Body):
    """Whom one invites (an application's code or name), or whom one comes to (the share's code)."""

    code: Annotated[str, Field(min_length=1, max_length=200)]
    first_day: date | None = None
    last_day: date | None = None


class ShareAnswerIn(Body):
    """Whether one agrees."""

    agree: bool


class ClaimIn(Body):
    """Something that applicants may say of themselves."""

    code: Code = ""
    name: Annotated[str, Field(min_length=1, max_length=200)]
    name_en: Annotated[str | None, Field(max_length=200)] = None
    points: int = Field(ge=0, le=1000)


class RuleIn(Body):
    """How points are counted."""

    per_star: int = Field(0, ge=0, le=1000)
    per_year: int = Field(0, ge=0, le=1000)
    most_years: int = Field(5, ge=0, le=50)
    first_time: int = Field(0, ge=0, le=1000)
    claims: list[ClaimIn] = Field(default_factory=list, max_length=12)
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class PromiseIn(Body):
    """The first step of a drawing."""

    key: UUID
    reason: Words = None


class DrawIn(Body):
    """The second step: the word that was called out."""

    called: Annotated[str | None, Field(max_length=200)] = None


class ListIn(Parameters):
    """What the organiser's list is asked for."""

    state: applications.ApplicationState | None = None
    zone: str | None = Field(None, max_length=100)
    booth_class: str | None = Field(None, max_length=100)
    q: str | None = Field(None, max_length=100)
    cursor: str | None = Field(None, max_length=200)


class LineOut(Out):
    """One application in a list."""

    code: str
    exhibitor: str
    supplier_slug: str | None
    province_code: str | None
    state: str
    goods: str
    goods_words: str | None
    products: int
    booths: int
    class_codes: tuple[str, ...]
    zone_codes: tuple[str, ...]
    power: str
    starts_on: date | None
    ends_on: date | None
    points: int | None
    place: int | None
    sharing: int
    submitted_at: datetime | None
    typed_in: bool
    illustrative: bool
    version: int


class ListOut(Out):
    """A page of them, and how many there are in each state."""

    items: list[LineOut]
    counts: dict[str, int]
    next: str | None
    next_waiting: LineOut | None


class OwnLineOut(Out):
    """One of a supplier's own applications."""

    fair: str = Field(validation_alias="fair_slug")
    fair_name: str
    code: str
    state: str
    reason: str | None
    points: int | None
    place: int | None
    waits: str | None


class OwnListOut(Out):
    """A supplier's own applications, and the fairs that it may apply for today."""

    items: list[OwnLineOut]
    open_calls: list[str]


class ProductOut(Out):
    """A product that is brought along."""

    slug: str
    name: str


class SharerOut(Out):
    """One exhibitor of a share."""

    code: str
    exhibitor: str
    state: str
    lead: bool
    first_day: date | None
    last_day: date | None


class ShareOut(Out):
    """Who shares a booth."""

    code: str
    kind: str
    sharers: tuple[SharerOut, ...]


class PartOut(Out):
    """One part of somebody's points."""

    what: str
    number: int
    points: int


class ApplicationOut(Out):
    """One application in whole."""

    code: str
    exhibitor: str
    supplier_slug: str | None
    province_code: str | None
    commune_code: str | None
    district_code: str | None
    contact: str | None
    state: str
    reason: str | None
    faults: dict[str, str]
    products: list[ProductOut]
    goods_words: str | None
    commodity: str | None
    goods: str
    smell: bool
    takes_smell: bool
    booths: int
    class_codes: tuple[str, ...]
    least_m2: Decimal | None
    starts_on: date | None
    ends_on: date | None
    power: str
    water: bool
    cold: bool
    zone_codes: tuple[str, ...]
    pavilion_code: str | None
    near: tuple[str, ...]
    apart: tuple[str, ...]
    people: int | None
    vehicle: str | None
    equipment: str | None
    note: str | None
    claims: tuple[str, ...]
    claims_confirmed: tuple[str, ...]
    points: int | None
    place: int | None
    parts: tuple[PartOut, ...]
    share: ShareOut | None
    submitted_at: datetime | None
    decided_at: datetime | None
    typed_in: bool
    illustrative: bool
    version: int


class ClaimOut(Out):
    """Something that applicants may say of themselves."""

    code: str
    name: str
    name_en: str | None
    points: int


class RuleOut(Out):
    """How points are counted."""

    per_star: int
    per_year: int
    most_years: int
    first_time: int
    claims: tuple[ClaimOut, ...]


class DrawOut(Out):
    """One drawing; secret, seed and list are told once it is drawn."""

    number: int
    reason: str | None
    commitment: str
    promised_at: datetime
    drawn_at: datetime | None
    secret: str | None
    called: str | None
    seed: str | None
    digest: str | None


class EntryOut(Out):
    """One place in the order of choice."""

    place: int
    code: str
    points: int


class ChoiceOut(Out):
    """The rule, the drawings, and the order that the last one gave."""

    rule: RuleOut
    version: int | None
    drawings: list[DrawOut]
    order: list[EntryOut]


class TypedInOut(Out):
    """The applications of the rows, in their order."""

    codes: list[str]


def application_out(view: fairs.applications.ApplicationView) -> ApplicationOut:
    """One application for programs."""
    values: dict[str, Any] = {name: getattr(view, name) for name in ApplicationOut.model_fields if name != "products"}
    products = [ProductOut(slug=slug, name=name) for slug, name in view.products]
    return ApplicationOut.model_validate({**values, "products": products}, from_attributes=True)
