"""What happens to people and organisations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event


@dataclass(frozen=True)
class OrganisationFounded(Event):
    """An organisation has come to the market."""

    kind: str

    unanswered: ClassVar[str | None] = "The record itself is all that follows; registration with review will answer it."


@dataclass(frozen=True)
class OrganisationRenamed(Event):
    """An organisation goes by another name now."""

    unanswered: ClassVar[str | None] = "Names are read where they stand."


@dataclass(frozen=True)
class OrganisationVerified(Event):
    """An officer has found that the organisation is who it says it is, or has taken that back."""

    unanswered: ClassVar[str | None] = "What it may see from now on is asked at every page."


@dataclass(frozen=True)
class PersonAdded(Event):
    """A person can sign in."""

    unanswered: ClassVar[str | None] = "Whoever enters her tells her, or she has come by herself."


@dataclass(frozen=True)
class MemberAdded(Event):
    """A person may act for the organisation that is the subject."""

    person_id: UUID
    role: str

    unanswered: ClassVar[str | None] = "The person finds the organisation when she signs in."


@dataclass(frozen=True)
class SignedIn(Event):
    """The person that is the subject has opened a session; `device` is what her browser calls itself."""

    device: str = ""

    unanswered: ClassVar[str | None] = "It is kept for her own list of sessions and for audits."


@dataclass(frozen=True)
class SignedOut(Event):
    """The person that is the subject has ended a session."""

    unanswered: ClassVar[str | None] = "It is kept for her own list of sessions and for audits."
