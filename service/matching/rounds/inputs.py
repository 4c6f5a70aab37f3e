"""What organisers, buyers and suppliers hand in about a matching round."""

from __future__ import annotations

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from service.core import places
from service.core.i18n import _
from service.core.inputs import NO_NUL, Day, Input, OptionalText, OptionalWhole
from service.core.text import slug
from service.matching.rounds import fields
from service.matching.rounds.clearing import FAIRNESS, USUAL
from service.matching.rounds.models import FieldKind, Wish

MOST_FIELDS = 20
MOST_CHOICES = 30
LONGEST_ROUND_DAYS = 60
MOST_PRODUCTS = 1000
MOST_SEED = 2**31 - 1


def _shorter(most: int) -> AfterValidator:
    def check(value: str | None) -> str | None:
        if value is not None and len(value) > most:
            raise ValueError(_("Dài quá %(most)s ký tự.", most=most))
        return value

    return AfterValidator(check)


def _one_line(value: Any) -> Any:
    return " ".join(value.replace("\x00", "").split()) if isinstance(value, str) else value


def _lines(value: Any) -> Any:
    """Choices as they are typed, one on a line."""
    if isinstance(value, str):
        value = value.splitlines()
    if isinstance(value, (list, tuple)):
        kept = [line for each in value if (line := _one_line(each))]
        return tuple(dict.fromkeys(kept)) if all(isinstance(each, str) for each in kept) else value
    return () if value is None else value


Line = Annotated[str, BeforeValidator(_one_line), Field(min_length=1)]
OptionalLine = Annotated[OptionalText, BeforeValidator(_one_line), _shorter(200)]


class RoundDraft(Input):
    """What a round says of itself. A deadline that is left empty is the day before it begins."""

    name: Annotated[Line, _shorter(200)]
    name_en: OptionalLine = None
    about: Annotated[OptionalText, _shorter(4000)] = None
    place: OptionalLine = None
    province_code: OptionalText = None
    starts_on: Day
    ends_on: Day
    requests_until: Day
    suppliers_until: Day
    fair_id: Annotated[UUID | None, BeforeValidator(lambda value: value or None)] = None
    illustrative: bool = False

    @field_validator("province_code")
    @classmethod
    def _province(cls, value: str | None) -> str | None:
        if value is not None and places.province(value) is None:
            raise ValueError(_("Hãy chọn một trong các mục có sẵn."))
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."))
        if (self.ends_on - self.starts_on).days >= LONGEST_ROUND_DAYS:
            raise ValueError(_("Một phiên kéo dài nhiều nhất %(n)s ngày.", n=LONGEST_ROUND_DAYS))
        if max(self.requests_until, self.suppliers_until) > self.ends_on:
            raise ValueError(_("Hạn nhận yêu cầu và hạn ghi tên phải trước khi phiên kết thúc."))
        return self


class RoundForm(RoundDraft):
    """The same as its form sends it."""

    key: Annotated[UUID | None, BeforeValidator(lambda value: value or None)] = None
    version: Annotated[int | None, BeforeValidator(lambda value: value or None)] = Field(default=None, ge=1, le=2**31 - 1)

    def draft(self) -> RoundDraft:
        """What is kept. Nobody calls a round of her own invented."""
        return RoundDraft(**{name: getattr(self, name) for name in RoundDraft.model_fields if name != "illustrative"})


class FieldDraft(Input):
    """A question that a round asks of every request besides."""

    label_vi: Annotated[Line, _shorter(200)]
    label_en: OptionalLine = None
    kind: FieldKind
    required: bool = False
    choices: Annotated[tuple[Annotated[str, Field(max_length=100)], ...], BeforeValidator(_lines)] = ()
    help: OptionalLine = None

    @model_validator(mode="after")
    def _has_choices(self) -> Self:
        if self.kind is FieldKind.CHOICE and not 2 <= len(self.choices) <= MOST_CHOICES:
            raise ValueError(_("Ghi từ 2 đến %(most)s lựa chọn, mỗi dòng một lựa chọn.", most=MOST_CHOICES))
        return self

    def field(self, name: str) -> fields.Field:
        """The question under the name that its answers are kept under."""
        choices = self.choices if self.kind is FieldKind.CHOICE else ()
        return fields.Field(name, self.label_vi, self.kind, self.label_en, self.required, choices, self.help)

    @property
    def plain_name(self) -> str:
        """The name that follows from the label."""
        return slug(self.label_vi)[:32].strip("-") or "x"


class Bringing(Input):
    """A request that is brought to a round, by its code; the answers to its questions come beside it."""

    request: Annotated[Line, _shorter(20)]


class Joining(Input):
    """The products that a supplier brings; without any, everything that it has published."""

    products: Annotated[tuple[Annotated[str, NO_NUL, Field(max_length=300)], ...], Field(max_length=MOST_PRODUCTS)] = ()
    every: bool = False


class ClearingWish(Input):
    """How a round is to be cleared."""

    fairness: str = USUAL
    seed: OptionalWhole = Field(default=None, ge=0, le=MOST_SEED)

    @field_validator("fairness")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in FAIRNESS:
            raise ValueError(_("Hãy chọn một trong các mục có sẵn."))
        return value


class Saying(Input):
    """What one side says to a proposal."""

    wish: Wish
