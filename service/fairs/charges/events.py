"""What happens around money and services of a fair. The subject is the fair; of payments and orders, the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_READ = "Statements are computed when they are read, so there is nothing to bring up to date."


@dataclass(frozen=True)
class _Told(Event):
    unanswered: ClassVar[str | None] = _READ


@dataclass(frozen=True)
class TermsSaid(_Told):
    """How the fair is paid for: VAT, deposit, where to pay."""


@dataclass(frozen=True)
class RateSaid(_Told):
    """A rate is new, has changed or is gone."""

    rate_id: UUID


@dataclass(frozen=True)
class ServiceSaid(_Told):
    """A service is offered, has changed or is offered no more."""

    service_id: UUID


@dataclass(frozen=True)
class ServicesOrdered(_Told):
    """An exhibitor orders other quantities than before."""


@dataclass(frozen=True)
class PaymentNoted(_Told):
    """Money has come in, or was paid back."""

    payment_id: UUID


@dataclass(frozen=True)
class PaymentStruck(_Told):
    """A payment had been noted wrongly."""

    payment_id: UUID
