"""Who may keep net-price sheets and read them. Pure: asks no database."""

from __future__ import annotations

from uuid import UUID

from service.accounts import Actor, Role

MOST_SHEETS = 100


def may_keep_sheets(actor: Actor | None) -> bool:
    """Whether the actor's organisation keeps sheets at all: those that supply do. Everybody may calculate."""
    return actor is not None and actor.role is Role.SUPPLIER and actor.organisation_id is not None


def may_read_sheet(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may see a sheet: everyone of its organisation, viewers too, and nobody else, whatever she is."""
    return actor is not None and may_keep_sheets(actor) and actor.organisation_id == organisation_id


def may_write_sheet(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may change a sheet."""
    return actor is not None and may_read_sheet(actor, organisation_id) and actor.may_write
