"""What a reader is shown of a round and of who takes part: plain values, nothing that is not hers to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from service.core import formats, places
from service.core.i18n import locale
from service.matching.rounds.fields import Field
from service.matching.rounds.models import RoundState
from service.matching.rounds.words import state_name


@dataclass(frozen=True, slots=True)
class RoundView:
    """One round as this reader may see it; the figures are of requests that still take answers."""

    id: UUID
    code: str
    organisation_id: UUID
    organiser: str
    name: str
    name_en: str | None
    about: str | None
    place: str | None
    province_code: str | None
    starts_on: date
    ends_on: date
    requests_until: date
    suppliers_until: date
    fair_id: UUID | None
    fair_slug: str | None
    fair_name: str | None
    state: RoundState
    published_at: datetime | None
    published_number: int | None
    illustrative: bool
    version: int
    requests: int
    suppliers: int
    products: int
    may_run: bool
    reads_all: bool
    takes_requests: bool
    takes_suppliers: bool

    @property
    def href(self) -> str:
        """Its page."""
        return f"/phien-ket-noi/{self.code}"

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return (self.name_en or self.name) if locale() == "en" else self.name

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return state_name(self.state)

    @property
    def when(self) -> str:
        """Its days in words."""
        first, last = formats.day(self.starts_on), formats.day(self.ends_on)
        return first if first == last else f"{first} – {last}"

    @property
    def where(self) -> str:
        """Its place in words."""
        known = places.province(self.province_code) if self.province_code else None
        return ", ".join(part for part in (self.place, known.full_name if known else None) if part)

    @property
    def told(self) -> bool:
        """Whether both sides have been told."""
        return self.published_at is not None


@dataclass(frozen=True, slots=True)
class RoundList:
    """A page of rounds, the latest first."""

    items: list[RoundView]
    next: str | None


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request of the reader's own: brought to the round, or such that it could be."""

    code: str
    title: str
    total_kg: Decimal
    brought: bool
    elsewhere: bool
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwnProduct:
    """A product of the reader's own, and whether it is brought to the round."""

    slug: str
    name: str
    brought: bool


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request of a round, for its organiser; `buyer` is None where nobody but its owner may know it."""

    id: UUID
    code: str
    title: str
    buyer: str | None
    city: str
    months: tuple[tuple[date, Decimal], ...]
    ceiling: int | None
    answerable: bool
    extra: list[tuple[str, str]]

    @property
    def total_kg(self) -> Decimal:
        """All kilograms asked for."""
        return sum((kg for _day, kg in self.months), Decimal(0))


@dataclass(frozen=True, slots=True)
class SupplierLine:
    """A supplier of a round, for its organiser."""

    id: UUID
    slug: str
    name: str
    place: str
    products: int
    joined_at: datetime
    taken_from: str | None  # The code of the earlier round.


@dataclass(frozen=True, slots=True)
class Page:
    """A page of lines."""

    items: list[Any]
    next: str | None
    total: int


def fields_view(rows: Sequence[Any]) -> tuple[Field, ...]:
    """Questions as they are stored, as the pure part knows them."""
    return tuple(
        Field(row.name, row.label_vi, row.kind, row.label_en, row.required, tuple(row.choices), row.help) for row in rows
    )
