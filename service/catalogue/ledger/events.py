"""What happens in the capacity ledger. The subject is the product; buyers' names stand in the values, for its own people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event


@dataclass(frozen=True)
class _Told(Event):
    unanswered: ClassVar[str | None] = (
        "Whoever promises tells both sides of it (quotes, pools, orders); the balance is kept here."
    )

    promise_id: UUID


@dataclass(frozen=True)
class CapacityPromised(_Told):
    """Kilograms of a month have been promised."""


@dataclass(frozen=True)
class PromiseReleased(_Told):
    """What was still owed of a promise has been let go; its kilograms are free again."""


@dataclass(frozen=True)
class PromiseConsumed(_Told):
    """A part of a promise has been delivered."""


@dataclass(frozen=True)
class ReserveChanged(Event):
    """A supplier keeps back more or less of every month for itself."""

    unanswered: ClassVar[str | None] = "The search rows and the balances follow by trigger: nothing is left to do."
