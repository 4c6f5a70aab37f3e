"""What happens to a buyer's weights. The subject is its row of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from service.core.events import Event

_READ = "A ranking is computed when it is read, so the next one has the new weights."


@dataclass(frozen=True)
class WeightsSaved(Event):
    """A buyer has kept the weights that it moved."""

    unanswered: ClassVar[str | None] = _READ


@dataclass(frozen=True)
class WeightsReset(Event):
    """A buyer has gone back to the weights of the market."""

    unanswered: ClassVar[str | None] = _READ
