"""What happens to the floor of a fair. The subject is the fair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from service.core.events import Event


@dataclass(frozen=True)
class FloorChanged(Event):
    """The floor is another one: drawn, moved, undone, brought in by a sheet or taken over from another fair."""

    version: int
    what: str

    unanswered: ClassVar[str | None] = "Plans, bookings and pages read the floor when they need it; nobody is told of a line."
