"""Who may do what with booths. Pure: asks no database."""

from __future__ import annotations

from service.accounts import Actor, Role


def may_read_own(actor: Actor | None) -> bool:
    """Whether the actor has booths of its own to read about: the people of suppliers."""
    return actor is not None and actor.role is Role.SUPPLIER and actor.organisation_id is not None


def may_book(actor: Actor | None) -> bool:
    """Whether the actor may book a booth at all: a supplier's people who may write. The application says for what."""
    return actor is not None and actor.role is Role.SUPPLIER and actor.may_write and actor.organisation_id is not None
