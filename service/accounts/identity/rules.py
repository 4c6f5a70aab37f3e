"""Who may help somebody else with her account. Pure: asks no database."""

from __future__ import annotations

from collections.abc import Collection

from service.accounts.actors import Actor, Role
from service.accounts.models import OrganisationKind

# People whose account opens other people's records: only who runs the market may touch theirs.
TRUSTED = frozenset({OrganisationKind.OFFICE, OrganisationKind.OPERATOR})


def must_have_second_factor(actor: Actor) -> bool:
    """Whether the actor reaches nothing without a second factor, where the settings ask for one.

    Officers and administrators do, and officers who act on behalf of somebody else.
    """
    return actor.role in (Role.OFFICER, Role.ADMINISTRATOR) or actor.on_behalf_of is not None


def lacks_second_factor(actor: Actor) -> bool:
    """Whether the actor must have a second factor and has not shown one in this session. A token was issued by who had."""
    return must_have_second_factor(actor) and not actor.second_factor and actor.scopes is None


def may_help(actor: Actor, person_id: object, kinds: Collection[OrganisationKind]) -> bool:
    """Whether the actor may confirm the person's number or read out a code for a new password.

    `kinds` are those of all organisations she belongs to. An officer helps suppliers and buyers; nobody helps herself, and
    no program and nobody who acts on behalf of another helps anyone.
    """
    if actor.role is Role.SYSTEM:
        return True
    if not actor.may_write or actor.scopes is not None or actor.on_behalf_of is not None or actor.person_id == person_id:
        return False
    if actor.role is Role.ADMINISTRATOR:
        return True
    return actor.role is Role.OFFICER and not TRUSTED & set(kinds)
