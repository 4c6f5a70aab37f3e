"""The one who acts: a person for an organisation, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
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

    @property
    def may_write(self) -> bool:
        """Whether she may change anything of her organisation at all: viewers only look."""
        return self.role is Role.SYSTEM or self.member_role in (MemberRole.OWNER, MemberRole.MEMBER)

    @property
    def owns(self) -> bool:
        """Whether she may decide about the organisation itself: its members, its tokens, its end."""
        return self.role is Role.SYSTEM or self.member_role is MemberRole.OWNER

    def belongs_to(self, organisation_id: UUID) -> bool:
        """Whether she is one of that organisation's people, whichever organisation she acts for now."""
        return organisation_id == self.organisation_id or organisation_id in self.memberships


SYSTEM = Actor(None, "Chợ Phiên", None, "Chợ Phiên", Role.SYSTEM)
NOBODY = Actor(None, "", None, "", Role.NOBODY)
