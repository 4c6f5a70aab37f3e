"""Who may do what with pooled lots. Pure: asks no database.

A lot is the buyer's: nobody else sees its plan or prices. A supplier sees its own share, the months of the whole lot and who
leads it; the lead sees everybody's kilograms, never their prices.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol
from uuid import UUID

from service.accounts import Actor, Role
from service.matching import rules
from service.matching.models import RequestState
from service.matching.pooling.models import JOINED, PoolState, ShareState


class Lot(Protocol):
    """Whatever is a lot: the table's row, or the page's."""

    @property
    def state(self) -> str:
        """Where it stands."""


class Share(Protocol):
    """Whatever is a share."""

    @property
    def state(self) -> str:
        """What became of it."""

    @property
    def answer_by(self) -> date:
        """The last day for an answer."""


def may_see_pools(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may read the lots of a request: its buyer's own people, viewers too."""
    return actor is not None and (
        actor.role is Role.SYSTEM or (actor.role is Role.BUYER and rules.owns(actor, organisation_id))
    )


def may_pool(actor: Actor | None, request: rules.Asked, organisation_id: UUID) -> bool:
    """Whether the actor may have a lot put together for a request: its owner, until it is closed."""
    return request.state != RequestState.CLOSED and rules.may_act_for(actor, organisation_id)


def may_send(actor: Actor | None, request: rules.Asked, organisation_id: UUID, lot: Lot, today: date) -> bool:
    """Whether the actor may ask the suppliers of a lot that was found: a verified buyer, while its request takes answers."""
    return (
        may_pool(actor, request, organisation_id)
        and rules.may_ask_publicly(actor)
        and rules.answerable(request, today)
        and lot.state == PoolState.FOUND
    )


def may_dissolve(actor: Actor | None, organisation_id: UUID, lot: Lot) -> bool:
    """Whether the actor may let a lot go whose suppliers were asked."""
    return lot.state in JOINED and rules.may_act_for(actor, organisation_id)


def may_see_share(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may read a share: the supplier's own people, viewers too."""
    return actor is not None and actor.role is Role.SUPPLIER and actor.organisation_id == organisation_id


def may_answer(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may accept or decline a share, or send the lot's quote where her organisation leads it."""
    if actor is None:
        return False
    return actor.role is Role.SYSTEM or (may_see_share(actor, organisation_id) and actor.may_write)


def answerable(share: Share, today: date) -> bool:
    """Whether a share still waits for an answer that counts."""
    return share.state == ShareState.ASKED and share.answer_by >= today
