"""What happens to invitations to exhibit. The subject is the invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event


@dataclass(frozen=True)
class ExhibitorInvited(Event):
    """A fair's organiser has asked a supplier to come."""

    fair_id: UUID
    supplier_id: UUID


@dataclass(frozen=True)
class ExhibitorDeclined(Event):
    """A supplier will not come, and has said why."""

    unanswered: ClassVar[str | None] = "The organiser reads it in the list of those it has invited, beside the name."

    fair_id: UUID
    supplier_id: UUID
