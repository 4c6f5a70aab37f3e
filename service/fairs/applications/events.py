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
class ApplicationAnswered(Event):
    """The organiser has accepted, returned or rejected an application, or put it on the waiting list."""

    fair_id: UUID
    state: str


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
class ShareAsked(Event):
    """One side wants to share with the other, which has to agree. The subject is the application that joins."""

    share_id: UUID
    by_lead: bool


@dataclass(frozen=True)
class ShareAgreed(Event):
    """Both sides have agreed to share. The subject is the application that joins."""

    share_id: UUID
    by_lead: bool


@dataclass(frozen=True)
class ShareLeft(Event):
    """An exhibitor shares no longer, or would not; with `by_lead` the first one did not want it. The subject is who is out."""

    share_id: UUID
    lead_application_id: UUID
    by_lead: bool = False


@dataclass(frozen=True)
class ShareDissolved(Event):
    """A group shares no longer. The subject is the first one's application."""

    share_id: UUID
    members: tuple[UUID, ...]


@dataclass(frozen=True)
class ChoiceRuleSet(Event):
    """The organiser has said how points for the order of choice are counted. The subject is the fair."""

    unanswered: ClassVar[str | None] = "It stands on the page of the order of choice, and counts only when it is drawn."


@dataclass(frozen=True)
class DrawPromised(Event):
    """The seed of a drawing is fixed and its hash is public. The subject is the fair."""

    unanswered: ClassVar[str | None] = "The page of the order of choice shows the hash; nothing is decided yet."

    number: int


@dataclass(frozen=True)
class OrderDrawn(Event):
    """The order of choice has been drawn. The subject is the fair."""

    draw_id: UUID
    number: int
