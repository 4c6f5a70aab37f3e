"""Who may write checklists and answers, and who reads what. Pure: asks no database."""

from __future__ import annotations

from uuid import UUID

from service.accounts import Actor, Role
from service.matching.models import BuyerState


def may_keep_checklist(actor: Actor | None) -> bool:
    """Whether the actor's organisation has a checklist at all: those that buy do."""
    return actor is not None and actor.role is Role.BUYER and actor.organisation_id is not None


def may_write_checklist(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may change the checklist of that buyer."""
    if actor is None:
        return False
    return actor.role is Role.SYSTEM or (
        may_keep_checklist(actor) and actor.organisation_id == organisation_id and actor.may_write
    )


def shows_checklist(state: str) -> bool:
    """Whether others than the buyer itself see its checklist: a verified buyer's only, like its requests (V6)."""
    return state == BuyerState.VERIFIED


def reads_before_shown(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor sees a checklist that is not shown to others yet: the buyer's own people."""
    return actor is not None and (actor.role is Role.SYSTEM or actor.organisation_id == organisation_id)


def may_answer(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may answer for products of that supplier."""
    if actor is None:
        return False
    return actor.role is Role.SYSTEM or (
        actor.role is Role.SUPPLIER and actor.may_write and actor.organisation_id == organisation_id
    )


def may_read_answers(actor: Actor | None, supplier_organisation: UUID, buyer_organisation: UUID) -> bool:
    """Whether the actor may see what a supplier has answered a buyer: it stays between the two."""
    if actor is None:
        return False
    return actor.role is Role.SYSTEM or actor.organisation_id in (supplier_organisation, buyer_organisation)
