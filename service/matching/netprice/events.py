"""What happens to net-price sheets. The subject is the sheet; its whole assumptions stand beside the fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from service.core.events import Event


@dataclass(frozen=True)
class _Told(Event):
    unanswered: ClassVar[str | None] = "A sheet is its supplier's own: nobody else has to be told."


@dataclass(frozen=True)
class NetPriceSaved(_Told):
    """A supplier has kept what it assumes of one way to sell."""


@dataclass(frozen=True)
class NetPriceChanged(_Told):
    """A sheet assumes something else, or is called otherwise."""


@dataclass(frozen=True)
class NetPriceDropped(_Told):
    """A sheet has been thrown away."""
