"""What happens on the organiser's desk. The subject is the fair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event


@dataclass(frozen=True)
class FairCopied(Event):
    """A new fair has been prepared from an earlier one."""

    unanswered: ClassVar[str | None] = "The draft is its organiser's alone; nobody waits for it."
    from_fair_id: UUID


@dataclass(frozen=True)
class BuyersTakenOver(Event):
    """Buyers of an earlier fair or round are expected here too."""

    unanswered: ClassVar[str | None] = "Whom a fair expects is read from it."
    count: int
