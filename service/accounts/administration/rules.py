"""What who runs the market may do with people and organisations. Pure: asks no database.

Administrators look after accounts and offices. They approve no record, and see no more of the trade than everybody.
"""

from __future__ import annotations

from uuid import UUID

from service.accounts.actors import Actor, Role
from service.accounts.models import OrganisationKind

# Kinds that nobody founds by herself; who runs the market enters them and invites their first people.
ENTERED = frozenset({OrganisationKind.OFFICE, OrganisationKind.ORGANISER})
# Kinds whose people the administrator may invite: those that she enters, and her own.
INVITED = ENTERED | {OrganisationKind.OPERATOR}


def may_look(actor: Actor | None) -> bool:
    """Whether the actor may see the people and organisations of the market: an administrator in her own session."""
    return actor is not None and (
        actor.role is Role.SYSTEM or (actor.role is Role.ADMINISTRATOR and actor.scopes is None and actor.on_behalf_of is None)
    )


def may_administer(actor: Actor | None) -> bool:
    """Whether the actor may change accounts and offices: an administrator who does not only look."""
    return actor is not None and may_look(actor) and actor.may_write


def may_lock(actor: Actor | None, person_id: UUID) -> bool:
    """Whether the actor may keep that person out, or end her sessions: anybody's but her own."""
    return actor is not None and may_administer(actor) and actor.person_id != person_id


def has_duty(kind: OrganisationKind) -> bool:
    """Whether organisations of that kind have an area of duty."""
    return kind is OrganisationKind.OFFICE
