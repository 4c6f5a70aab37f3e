"""Who may do what with a lot, and which moves it may make. Pure.

draft → open ⇄ closed, open | closed → recalled (for good)
"""

from __future__ import annotations

from uuid import UUID

from service.accounts import Actor, Role
from service.catalogue import rules
from service.catalogue.lots.models import LotState
from service.catalogue.models import State

MOVES = {
    LotState.OPEN: frozenset({LotState.DRAFT, LotState.CLOSED}),
    LotState.CLOSED: frozenset({LotState.OPEN}),
    LotState.RECALLED: frozenset({LotState.OPEN, LotState.CLOSED}),
}


def may_see_lot(actor: Actor | None, organisation_id: UUID, state: str) -> bool:
    """Whether the actor may see a lot: everybody once it has been open, before that its own people and officers."""
    return state != LotState.DRAFT or rules.belongs(actor, organisation_id) or rules.may_see_reviews(actor)


def may_keep_lots(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may write down and correct lots of that supplier; the system does for the demo and the command line."""
    return rules.may_edit(actor, organisation_id) or (actor is not None and actor.role is Role.SYSTEM)


def may_recall(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may call a lot back: its own people, and officers."""
    return may_keep_lots(actor, organisation_id) or rules.may_import(actor)


def may_correct(state: str) -> bool:
    """Whether what is said of a lot in this state may still change."""
    return state in (LotState.DRAFT, LotState.OPEN)


def may_move(state: str, to: LotState) -> bool:
    """Whether a lot in this state may go to the other one."""
    return LotState(state) in MOVES.get(to, frozenset())


def may_open(product_state: str, supplier_state: str) -> bool:
    """Whether a lot of such a product may be shown: what is not on the market has no page to be scanned."""
    return product_state == State.PUBLISHED and supplier_state == State.PUBLISHED
