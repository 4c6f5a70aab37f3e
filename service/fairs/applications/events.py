"""What happens to applications. The subject is the application; of many at once, of shares and of drawings the fair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_OWN = "It is her own until she hands it in; the list of the organiser reads it then."


@dataclass(frozen=True)
class ApplicationDrafted(Event):
    """An exhibitor has begun an application."""

    unanswered: ClassVar[str | None] = _OWN

    fair_id: UUID


@dataclass(frozen=True)
class ApplicationRevised(Event):
    """What an application says has changed."""

    unanswered: ClassVar[str | None] = _OWN

    fair_id: UUID


@dataclass(frozen=True)
class ApplicationSubmitted(Event):
    """An application has been handed in."""

    unanswered: ClassVar[str | None] = "The organiser's list counts what waits; a mail for each of 300 would be read by nobody."

    fair_id: UUID


@dataclass(frozen=True)
class ApplicationWithdrawn(Event):
    """An exhibitor does not want to come any more."""

    unanswered: ClassVar[str | None] = "The organiser's list shows it, and who is next on the waiting list."

    fair_id: UUID


@dataclass(frozen=True)
class ApplicationsTypedIn(Event):
    """The organiser has typed in applications, from paper or from a sheet."""

    unanswered: ClassVar[str | None] = "Who types it in has it on paper, and the exhibitor may not be on the market at all."

    count: int


@dataclass(frozen=True)
class ClaimsConfirmed(Event):
    """The organiser has looked at what an applicant says of itself for the order of choice."""

    unanswered: ClassVar[str | None] = "Her own page shows which of her points were confirmed."

    fair_id: UUID


@dataclass(frozen=True)
class ShareOpened(Event):
    """An exhibitor looks for others to share its booth with. The subject is its application."""

    unanswered: ClassVar[str | None] = "Nobody else is named yet; who joins brings the code."

    share_id: UUID


@dataclass(frozen=True)
class ChoiceRuleSet(Event):
    """The organiser has said how points for the order of choice are counted. The subject is the fair."""

    unanswered: ClassVar[str | None] = "It stands on the page of the order of choice, and counts only when it is drawn."


@dataclass(frozen=True)
class DrawPromised(Event):
    """The seed of a drawing is fixed and its hash is public. The subject is the fair."""

    unanswered: ClassVar[str | None] = "The page of the order of choice shows the hash; nothing is decided yet."

    number: int
