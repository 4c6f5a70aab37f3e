"""What happens to lots. The subject is the lot; the names of its members are in no fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from service.core.events import Event


@dataclass(frozen=True)
class _Told(Event):
    unanswered: ClassVar[str | None] = "The page of a lot reads the lot itself; nobody has asked to be told."


@dataclass(frozen=True)
class LotMade(_Told):
    """A supplier has written down a lot."""


@dataclass(frozen=True)
class LotCorrected(_Told):
    """What is said of a lot has changed."""


@dataclass(frozen=True)
class LotOpened(_Told):
    """Everybody who scans a pack of the lot reads its page."""


@dataclass(frozen=True)
class LotClosed(_Told):
    """All of the lot has gone out; nothing about it changes any more."""


@dataclass(frozen=True)
class LotRecalled(_Told):
    """The lot is called back; its page says so and why."""
