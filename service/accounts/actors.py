"""The one who acts: a person for an organisation, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from service.accounts.models import MemberRole, OrganisationKind


class Role(StrEnum):
    """What somebody is on the market; it follows from the kind of the organisation she acts for."""

    SUPPLIER = "supplier"
    BUYER = "buyer"
    ORGANISER = "organiser"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    NOBODY = "nobody"


ROLES = {
    OrganisationKind.SUPPLIER: Role.SUPPLIER,
    OrganisationKind.BUYER: Role.BUYER,
    OrganisationKind.ORGANISER: Role.ORGANISER,
    OrganisationKind.OFFICE: Role.OFFICER,
    OrganisationKind.OPERATOR: Role.ADMINISTRATOR,
}


class Choice(NamedTuple):
    """An organisation that a person may act for: one of her own, or one that lets an office of hers."""

    id: UUID
    name: str
    office: str | None = None  # The office through which she would act on its behalf.


@dataclass(frozen=True)
class Actor:
    """Who acts and for whom. Rules look at nothing else of a person."""

    person_id: UUID | None
    name: str
    organisation_id: UUID | None
    organisation_name: str
    role: Role
    member_role: MemberRole | None = None
    verified: bool = False  # Whether an officer has verified the organisation she acts for.
    memberships: frozenset[UUID] = frozenset()  # Every organisation she belongs to, whichever she acts for now.
    on_behalf_of: UUID | None = None  # The office she belongs to, when she acts for an organisation that lets it.
    duty: tuple[str, ...] = ()  # An officer's area of duty: codes of provinces and communes; empty means everywhere.
    scopes: frozenset[str] | None = None  # What an API token may do; None for a person in her own session.
    second_factor: bool = False  # Whether the second step was passed in this session.
    unconfirmed: str = ""  # Which address of hers nobody has confirmed: "email", or "phone" where she has nothing else.
    choices: tuple[Choice, ...] = ()  # Every organisation she may act for, her own first: the menu of the page shows them.

    @property
    def may_write(self) -> bool:
        """Whether she may change anything of her organisation at all: viewers only look."""
        return self.role is Role.SYSTEM or self.member_role in (MemberRole.OWNER, MemberRole.MEMBER)

    @property
    def owns(self) -> bool:
        """Whether she may decide about the organisation itself: its members, its tokens, its end."""
        return self.role is Role.SYSTEM or self.member_role is MemberRole.OWNER

    @property
    def office_name(self) -> str | None:
        """The office that she acts through, when it is on behalf of an organisation that lets it."""
        if self.on_behalf_of is None:
            return None
        return next((choice.office for choice in self.choices if choice.id == self.organisation_id), None)

    def belongs_to(self, organisation_id: UUID) -> bool:
        """Whether she is one of that organisation's people, whichever organisation she acts for now."""
        return organisation_id == self.organisation_id or organisation_id in self.memberships


SYSTEM = Actor(None, "Chợ Phiên", None, "Chợ Phiên", Role.SYSTEM)
NOBODY = Actor(None, "", None, "", Role.NOBODY)
