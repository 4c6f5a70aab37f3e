"""What happens to allocations. The subject is the version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_SEEN = "The page that waits for it reads the version itself."


@dataclass(frozen=True)
class PlanAsked(Event):
    """An organiser wants the booths of a fair given out."""

    fair_id: UUID


@dataclass(frozen=True)
class PlanStopped(Event):
    """An organiser does not want to wait any longer: the best plan so far will do."""

    unanswered: ClassVar[str | None] = "Whoever solves asks once a second whether it is still wanted."


@dataclass(frozen=True)
class PlanFound(Event):
    """The best plan is known, or how far from it the one is that was found."""

    unanswered: ClassVar[str | None] = _SEEN


@dataclass(frozen=True)
class PlanFailed(Event):
    """There is no plan by the rules that were set."""

    unanswered: ClassVar[str | None] = _SEEN


@dataclass(frozen=True)
class PlanSetByHand(Event):
    """A person has changed a version, and kept the change as a new one."""

    unanswered: ClassVar[str | None] = "Nobody is told before it is published."


@dataclass(frozen=True)
class PlanPublished(Event):
    """Everybody can see who stands where. Those who are new, have moved or lost their booth are told."""

    fair_id: UUID

    unanswered: ClassVar[str | None] = "The booths are settled and the mails written in the same transaction."
