"""What happens to checklists. The subject is the checklist, or the condition that was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event


@dataclass(frozen=True)
class ChecklistSaved(Event):
    """A buyer asks for something else before it lists goods."""

    buyer_id: UUID

    unanswered: ClassVar[str | None] = "Whether goods are ready is judged when it is read, so it is right at once everywhere."


@dataclass(frozen=True)
class ChecklistAnswered(Event):
    """A supplier has said for itself how its goods stand to a condition."""

    supplier_id: UUID
    products: int

    unanswered: ClassVar[str | None] = "The buyer reads the answers beside the candidates of its requests."
