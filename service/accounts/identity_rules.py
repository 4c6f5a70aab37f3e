"""Who may help somebody else with her account. Pure: asks no database."""

from __future__ import annotations

from collections.abc import Collection

from service.accounts.actors import Actor, Role
from service.accounts.models import OrganisationKind

# People whose account opens other people's records: only who runs the market may touch theirs.
TRUSTED = frozenset({OrganisationKind.OFFICE, OrganisationKind.OPERATOR})


def must_have_second_factor(role: Role) -> bool:
    """Whether people in that role reach nothing without a second factor, where the settings ask for one."""
    return role in (Role.OFFICER, Role.ADMINISTRATOR)


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
