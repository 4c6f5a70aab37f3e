"""Who may decide about an organisation: its people, its tokens, who may act for it. Pure: asks no database.

Owners decide about the organisation itself; members work for it; viewers look. A person in her own session is asked for her
role; a program that comes with a token never decides about people, tokens or grants unless its scopes say so (the web asks
them), and somebody who acts on behalf is a member there, never an owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from service.accounts.actors import Actor, Role
from service.accounts.models import MemberRole, OrganisationKind

# Kinds that anybody may found; organisers, offices and who runs the market are entered by the administrator.
FOUNDED_BY_ANYBODY = frozenset({OrganisationKind.SUPPLIER, OrganisationKind.BUYER})
# Kinds that may let an office act for them.
LETS_ACT = frozenset({OrganisationKind.SUPPLIER, OrganisationKind.BUYER})


@dataclass(frozen=True)
class Standing:
    """How a person stands in an organisation: her role there, and how many owners it has."""

    role: MemberRole
    owners: int

    @property
    def last_owner(self) -> bool:
        """Whether the organisation would have no owner without her."""
        return self.role is MemberRole.OWNER and self.owners == 1


def may_see_organisation(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may see who belongs to the organisation: its own people in any role, not an office that acts for it."""
    return actor is not None and (
        actor.role is Role.SYSTEM or (actor.organisation_id == organisation_id and actor.on_behalf_of is None)
    )


def may_manage_members(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may invite people, change their roles and remove them: the organisation's owners."""
    return actor is not None and actor.owns and may_see_organisation(actor, organisation_id)


def may_leave(standing: Standing) -> bool:
    """Whether a person may leave, be removed, or get a lesser role: the last owner hands over first."""
    return not standing.last_owner


def may_leave_by(actor: Actor | None) -> bool:
    """Whether it is the person herself who asks to leave, in her own session and not by a program."""
    return actor is not None and actor.person_id is not None and actor.scopes is None


def may_hand_over(actor: Actor | None, organisation_id: UUID, to: MemberRole | None) -> bool:
    """Whether the actor may make that member an owner in her own place (`to`: the member's role, None for a stranger)."""
    return may_manage_members(actor, organisation_id) and to is not None


def may_issue_token(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may issue and revoke the organisation's API tokens: its owners, and never a token itself."""
    return actor is not None and actor.scopes is None and may_manage_members(actor, organisation_id)


def may_let_act(actor: Actor | None, organisation_id: UUID, kind: OrganisationKind) -> bool:
    """Whether the actor may let an office act for the organisation, or take that back."""
    return kind in LETS_ACT and may_manage_members(actor, organisation_id)


def may_found(actor: Actor | None, kind: OrganisationKind) -> bool:
    """Whether the actor may enter an organisation of that kind as its first owner."""
    return actor is not None and actor.person_id is not None and actor.scopes is None and kind in FOUNDED_BY_ANYBODY


def open_to(now: datetime, expires_at: datetime, accepted_at: datetime | None, withdrawn_at: datetime | None) -> bool:
    """Whether an invitation can still be accepted."""
    return accepted_at is None and withdrawn_at is None and now < expires_at


def token_works(today: date, valid_to: date | None, revoked_at: datetime | None) -> bool:
    """Whether a token still opens anything: not revoked, and its last day not over."""
    return revoked_at is None and (valid_to is None or valid_to >= today)


def may_use(actor: Actor | None, area: str, method: str) -> bool:
    """Whether what the actor came with lets her use that part of the API: a token by its scopes, a person anyway.

    To read needs `area:read` or `area:write`; to change anything needs `area:write`.
    """
    if actor is None or actor.scopes is None:
        return True
    write = f"{area}:write" in actor.scopes
    return write or (method in ("GET", "HEAD", "OPTIONS") and f"{area}:read" in actor.scopes)


def may_erase(standings: Iterable[Standing], others: Iterable[int]) -> bool:
    """Whether a person may be erased, by how she stands in each organisation and how many other people each has.

    The last owner hands over first; an organisation in which nobody else is left has nobody to hand it to.
    """
    return all(may_leave(standing) or alone == 0 for standing, alone in zip(standings, others, strict=True))
