"""Who may keep lists and read them. Pure: asks no database."""

from __future__ import annotations

from uuid import UUID

from service.accounts import Actor, Role

MOST_LISTS = 100
MOST_ITEMS = 500
MOST_SEARCHES = 50


def may_keep_lists(actor: Actor | None) -> bool:
    """Whether the actor's organisation keeps lists at all: those that buy do."""
    return actor is not None and actor.role is Role.BUYER and actor.organisation_id is not None


def may_read_list(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may see a list: everyone of its organisation, viewers too, and nobody else, whatever she is."""
    return actor is not None and may_keep_lists(actor) and actor.organisation_id == organisation_id


def may_write_list(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may change a list."""
    return actor is not None and may_read_list(actor, organisation_id) and actor.may_write


def may_save_search(actor: Actor | None) -> bool:
    """Whether the actor may have searches kept: every person may, for herself, and no program in her name."""
    return actor is not None and actor.person_id is not None


def may_touch_search(actor: Actor | None, person_id: UUID) -> bool:
    """Whether a saved search is the actor's own."""
    return actor is not None and actor.person_id == person_id
