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
    SYSTEM = "system"
    NOBODY = "nobody"


ROLES = {
    OrganisationKind.SUPPLIER: Role.SUPPLIER,
    OrganisationKind.BUYER: Role.BUYER,
    OrganisationKind.ORGANISER: Role.ORGANISER,
    OrganisationKind.OFFICE: Role.OFFICER,
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

    @property
    def may_write(self) -> bool:
        """Whether she may change anything of her organisation at all: viewers only look."""
        return self.role is Role.SYSTEM or self.member_role in (MemberRole.OWNER, MemberRole.MEMBER)


SYSTEM = Actor(None, "Chợ Phiên", None, "Chợ Phiên", Role.SYSTEM)
NOBODY = Actor(None, "", None, "", Role.NOBODY)
