"""What exhibitors and organisers hand us about an application."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from service.core import formats
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, NO_NUL, Input, OptionalDay, OptionalText, OptionalWhole, Text
from service.fairs.applications.models import ApplicationState, Goods, ShareKind, SharerState
from service.fairs.layouts.models import Power

LONGEST_NAME = 120  # More letters are not read from the aisle.
LONGEST_WORDS = 2000
MOST_BOOTHS = 50
MOST_PRODUCTS = 60
MOST_ZONES = 5
MOST_NEIGHBOURS = 10
MOST_ROWS = 2000
MOST_POINTS = 1000
MOST_CLAIMS = 12


def _area(value: object) -> object:
    return formats.parse_number(value) if isinstance(value, str) else value


def _all_said(value: object) -> object:
    """The entries that somebody has filled in: an empty choice of a form says nothing."""
    return tuple(each for each in value if each not in ("", None)) if isinstance(value, (list, tuple)) else value


def _plain(value: object) -> object:
    """Each code once. What is no text is left to the field itself, which says so."""
    if not isinstance(value, tuple) or not all(isinstance(each, str) for each in value):
        return value
    return tuple(dict.fromkeys(each.replace("\0", "") for each in value))


def one_line(value: object) -> object:
    """Names are one line: what somebody has pasted may hold more."""
    return " ".join(value.split()) if isinstance(value, str) else value


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), BeforeValidator(one_line), NO_NUL]
# The bounds stand inside: around something that may be empty they would be asked of nothing, too.
Words = Annotated[Annotated[str, Field(max_length=LONGEST_WORDS)] | None, EMPTY_IS_NONE]
FewWords = Annotated[Annotated[str, Field(max_length=200)] | None, EMPTY_IS_NONE]
Area = Annotated[Annotated[Decimal, Field(gt=0, le=100_000)] | None, BeforeValidator(_area), EMPTY_IS_NONE]
Codes = Annotated[tuple[Text, ...], BeforeValidator(_plain), BeforeValidator(_all_said)]
Ids = Annotated[tuple[UUID, ...], BeforeValidator(_all_said)]
People = Annotated[Annotated[int, Field(ge=0, le=1000)] | None, EMPTY_IS_NONE]


class Wishes(Input):
    """What an application says, whoever types it. No class and no zone: any will do; no days: the whole fair."""

    exhibitor: Name
    contact: Words = None
    goods_words: Words = None
    goods: Goods = Goods.FOOD
    smell: bool = False
    takes_smell: bool = False
    booths: int = Field(default=1, ge=1, le=MOST_BOOTHS)
    class_codes: Codes = ()
    least_m2: Area = None
    starts_on: OptionalDay = None
    ends_on: OptionalDay = None
    power: Power = Power.SINGLE
    water: bool = False
    cold: bool = False
    zone_codes: Annotated[Codes, Field(max_length=MOST_ZONES)] = ()
    pavilion_code: OptionalText = None
    district_code: OptionalText = None
    people: People = None
    vehicle: Words = None
    equipment: Words = None
    note: Words = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.starts_on is None) != (self.ends_on is None):
            raise ValueError(_("Ghi cả ngày đầu và ngày cuối, hoặc để trống cả hai nếu dự suốt hội chợ."))
        if self.starts_on is not None and self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError(_("Ngày cuối phải từ ngày đầu trở đi."))
        return self

    def columns(self) -> dict[str, Any]:
        """The columns that these words fill."""
        kept = self.model_dump(include=set(Wishes.model_fields))
        return {**kept, "class_codes": list(self.class_codes), "zone_codes": list(self.zone_codes)}


class ApplicationDraft(Wishes):
    """An application as a supplier fills it in.

    Products are named by their addresses, neighbours by the codes or the names of their applications; `claims` is what it says
    of itself for the order of choice, which the organiser may look into only with its consent.
    """

    products: Annotated[Codes, Field(max_length=MOST_PRODUCTS)] = ()
    near: Annotated[Codes, Field(max_length=MOST_NEIGHBOURS)] = ()
    apart: Annotated[Codes, Field(max_length=MOST_NEIGHBOURS)] = ()
    claims: Codes = ()
    consent: bool = False
    version: OptionalWhole = None


class ApplicationForm(ApplicationDraft):
    """The same as a form sends it: kept as a draft, or handed in."""

    key: Annotated[UUID | None, EMPTY_IS_NONE] = None
    save: Literal["draft", "submit"] = "draft"

    def draft(self) -> ApplicationDraft:
        """What the application says."""
        return ApplicationDraft.model_validate(self.model_dump(exclude={"key", "save"}))


class Answer(Input):
    """What the organiser says to an application. `faults` names the field and what is to be corrected, for a returned one."""

    to: ApplicationState
    reason: Words = None
    faults: dict[str, Words] = Field(default_factory=dict)
    version: OptionalWhole = None

    @model_validator(mode="after")
    def _with_reason(self) -> Self:
        if self.to not in (ApplicationState.ACCEPTED, ApplicationState.RETURNED, ApplicationState.REJECTED,
                           ApplicationState.WAITING):  # fmt: skip
            raise ValueError(_("Chọn nhận, trả lại, từ chối hoặc đưa vào danh sách chờ."))
        unsaid = not self.reason and not any(self.faults.values())
        if self.to in (ApplicationState.RETURNED, ApplicationState.REJECTED) and unsaid:
            raise ValueError(_("Ghi lý do, để người đăng ký biết vì sao và cần làm gì."))
        return self

    def told_faults(self) -> dict[str, str]:
        """The fields that are to be corrected, as they are kept."""
        kept = {name[:40]: words for name, words in self.faults.items() if words and name.isidentifier()}
        return kept if self.to is ApplicationState.RETURNED else {}


class ShareDraft(Input):
    """How an exhibitor wants to share; with turns by days, its own days."""

    kind: ShareKind
    first_day: OptionalDay = None
    last_day: OptionalDay = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _turn(self.first_day, self.last_day, needed=self.kind is ShareKind.BY_DAYS)
        return self


class ShareWith(Input):
    """Whom one wants to share with: an application of this fair, by its code or name, or a share by its code; and the days."""

    code: Text = Field(min_length=1, max_length=200)
    first_day: OptionalDay = None
    last_day: OptionalDay = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _turn(self.first_day, self.last_day, needed=False)
        return self


class ShareAnswer(Input):
    """Whether one agrees to share."""

    agree: bool


class ClaimDraft(Input):
    """Something that applicants may say of themselves, and its points."""

    code: Annotated[str, Field(max_length=40), NO_NUL] = ""
    name: Annotated[str, Field(min_length=1, max_length=200), BeforeValidator(one_line), NO_NUL]
    name_en: FewWords = None
    points: int = Field(ge=0, le=MOST_POINTS)


class RuleDraft(Input):
    """How an organiser counts points."""

    per_star: int = Field(default=0, ge=0, le=MOST_POINTS)
    per_year: int = Field(default=0, ge=0, le=MOST_POINTS)
    most_years: int = Field(default=5, ge=0, le=50)
    first_time: int = Field(default=0, ge=0, le=MOST_POINTS)
    claims: Annotated[tuple[ClaimDraft, ...], Field(max_length=MOST_CLAIMS)] = ()
    version: OptionalWhole = None


class PromiseDraft(Input):
    """The first step of a drawing; drawing again needs a reason."""

    key: UUID
    reason: Words = None


class DrawDraft(Input):
    """The second step: the word that was called out."""

    called: FewWords = None


def _turn(first: date | None, last: date | None, *, needed: bool) -> None:
    if (first is None) != (last is None) or (needed and first is None):
        raise ValueError(_("Ghi cả ngày đầu và ngày cuối của bạn."))
    if first is not None and last is not None and last < first:
        raise ValueError(_("Ngày cuối phải từ ngày đầu trở đi."))


class TypedIn(Wishes):
    """An application that the organiser types in, from paper or from a sheet.

    `key` makes the same row again the same application. With `supplier_id` it is somebody of the market, whose `product_ids`
    may be named. `state` is the answer that was given already; `share_with` names the row (by key) whose booth it shares, and
    `near` and `apart` name applications by id or rows by key.
    """

    key: UUID
    supplier_id: UUID | None = None
    product_ids: tuple[UUID, ...] = ()
    province_code: OptionalText = None
    commune_code: OptionalText = None
    commodity: OptionalText = None
    state: ApplicationState = ApplicationState.SUBMITTED
    reason: Words = None
    near: Annotated[Ids, Field(max_length=MOST_NEIGHBOURS)] = ()
    apart: Annotated[Ids, Field(max_length=MOST_NEIGHBOURS)] = ()
    claims: Codes = ()
    claims_confirmed: Codes = ()
    luck: int = Field(default=0, ge=0, le=1000)
    share_with: UUID | None = None
    share_kind: ShareKind = ShareKind.SIDE_BY_SIDE
    share_state: SharerState = SharerState.AGREED
    share_first: date | None = None
    share_last: date | None = None
    illustrative: bool = False


class TypedInRevision(Wishes):
    """What the organiser corrects in an application that it has typed in."""

    province_code: OptionalText = None
    commune_code: OptionalText = None
    version: OptionalWhole = None


class TypedInForm(TypedInRevision):
    """The same as the form sends it for a new one: the key keeps two presses from making two applications."""

    key: Annotated[UUID | None, EMPTY_IS_NONE] = None
    state: Literal["submitted", "accepted", "waiting"] = "submitted"

    def row(self, key: UUID) -> TypedIn:
        """The row that is typed in."""
        return TypedIn.model_validate({**self.model_dump(exclude={"key", "version"}), "key": key})

    def revision(self) -> TypedInRevision:
        """What is corrected."""
        return TypedInRevision.model_validate(self.model_dump(exclude={"key", "state"}))
