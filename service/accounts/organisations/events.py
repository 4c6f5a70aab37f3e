"""What happens to memberships, invitations, tokens, grants and personal data; each subject is an organisation or a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event


@dataclass(frozen=True)
class OrganisationChosen(Event):
    """The person that is the subject acts for this organisation from now on; an office is named when it is on its behalf."""

    organisation_id: UUID

    unanswered: ClassVar[str | None] = "It is kept so that everybody can see since when somebody acted for whom."


@dataclass(frozen=True)
class MemberRoleChanged(Event):
    """A member of the organisation may do more or less than before."""

    person_id: UUID

    unanswered: ClassVar[str | None] = "What she may do is asked at every page."


@dataclass(frozen=True)
class MemberRemoved(Event):
    """An owner has ended a member's place in the organisation."""

    person_id: UUID

    unanswered: ClassVar[str | None] = "What she may do is asked at every page, and her tokens die with her membership."


@dataclass(frozen=True)
class MemberLeft(Event):
    """A member has left the organisation."""

    person_id: UUID

    unanswered: ClassVar[str | None] = "What she may do is asked at every page, and her tokens die with her membership."


@dataclass(frozen=True)
class OwnershipHandedOver(Event):
    """An owner has made somebody else the owner in her own place."""

    to_person_id: UUID

    unanswered: ClassVar[str | None] = "Who owns the organisation is asked at every page."


@dataclass(frozen=True)
class InvitationSent(Event):
    """Somebody has been invited to the organisation; the journal does not hold the address."""

    invitation_id: UUID

    unanswered: ClassVar[str | None] = "The mail is queued by the invitation itself, which alone knows the link."


@dataclass(frozen=True)
class InvitationWithdrawn(Event):
    """An invitation opens nothing any more."""

    invitation_id: UUID

    unanswered: ClassVar[str | None] = "Whoever follows the link is told."


@dataclass(frozen=True)
class InvitationAccepted(Event):
    """An invited person has come; her membership is a fact of its own."""

    invitation_id: UUID
    person_id: UUID

    unanswered: ClassVar[str | None] = "The membership is told by MemberAdded."


@dataclass(frozen=True)
class TokenIssued(Event):
    """A program may work for the organisation."""

    token_id: UUID

    unanswered: ClassVar[str | None] = "The list of tokens shows it to every owner."


@dataclass(frozen=True)
class TokenRevoked(Event):
    """A program may not work for the organisation any more."""

    token_id: UUID

    unanswered: ClassVar[str | None] = "The token is refused from this moment."


@dataclass(frozen=True)
class GrantGiven(Event):
    """The organisation lets an office act for it until a day."""

    office_id: UUID

    unanswered: ClassVar[str | None] = "The office's people find the organisation in their list."


@dataclass(frozen=True)
class GrantRevoked(Event):
    """The organisation does not let the office act for it any more."""

    office_id: UUID

    unanswered: ClassVar[str | None] = "Whoever acts for it by the grant acts for nobody from her next page on."


@dataclass(frozen=True)
class ConsentGiven(Event):
    """The person that is the subject has agreed to a version of a text."""

    purpose: str
    version: str

    unanswered: ClassVar[str | None] = "Whoever needs the consent asks for it."


@dataclass(frozen=True)
class ConsentWithdrawn(Event):
    """The person that is the subject has taken a consent back."""

    purpose: str
    version: str

    unanswered: ClassVar[str | None] = "Whoever needs the consent asks for it."


@dataclass(frozen=True)
class PersonCorrected(Event):
    """The person that is the subject has corrected what is held about her; the values are in the change log."""

    unanswered: ClassVar[str | None] = "Names are read where they stand."


@dataclass(frozen=True)
class PersonErased(Event):
    """The person that is the subject has been erased: figures stay, names go. Answered by those who keep things for her."""
