"""Who may do what with matching rounds. Pure: asks no database."""

from __future__ import annotations

from datetime import date
from typing import Protocol
from uuid import UUID

from service.accounts import Actor, Role
from service.core.i18n import _
from service.matching.rounds.models import ClearingState, RoundState

# How a round goes on. It comes back from clearing when a clearing was stopped, and from cleared when more is to be collected.
MOVES: dict[RoundState, frozenset[RoundState]] = {
    RoundState.DRAFT: frozenset({RoundState.COLLECTING, RoundState.CLOSED}),
    RoundState.COLLECTING: frozenset({RoundState.CLEARING, RoundState.CLOSED}),
    RoundState.CLEARING: frozenset({RoundState.CLEARED, RoundState.COLLECTING}),
    RoundState.CLEARED: frozenset({RoundState.COLLECTING, RoundState.CLEARING, RoundState.PUBLISHED, RoundState.CLOSED}),
    RoundState.PUBLISHED: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset(),
}
RUNNING = (ClearingState.WAITING, ClearingState.WORKING)


class Held(Protocol):
    """Whatever is a round: the table's row, or the page's."""

    @property
    def state(self) -> RoundState:
        """Where it stands."""

    @property
    def organisation_id(self) -> UUID:
        """Who holds it."""

    @property
    def requests_until(self) -> date:
        """The last day for requests."""

    @property
    def suppliers_until(self) -> date:
        """The last day for suppliers."""


def may_open(actor: Actor | None) -> bool:
    """Whether the actor may hold rounds: verified organisers, and the system for what is known elsewhere."""
    if actor is None or not actor.may_write:
        return False
    return actor.role is Role.SYSTEM or (actor.role is Role.ORGANISER and actor.verified and actor.organisation_id is not None)


def may_run(actor: Actor | None, held: Held) -> bool:
    """Whether the actor may change a round, clear and publish it: its organiser's people, viewers excepted."""
    if actor is None or not may_open(actor):
        return False
    return actor.role is Role.SYSTEM or actor.organisation_id == held.organisation_id


def may_read_all(actor: Actor | None, held: Held) -> bool:
    """Whether the actor may read both sides and every clearing: its organiser's people, officers, the system."""
    if actor is None:
        return False
    if actor.role in (Role.OFFICER, Role.SYSTEM):
        return True
    return actor.role is Role.ORGANISER and actor.organisation_id == held.organisation_id


def may_see(actor: Actor | None, held: Held) -> bool:
    """Whether the actor may know of a round: everyone once it collects, its organiser before."""
    return held.state is not RoundState.DRAFT or may_read_all(actor, held)


def may_revise(actor: Actor | None, held: Held) -> bool:
    """Whether the actor may change what a round says of itself: its organiser, until both sides have been told."""
    return may_run(actor, held) and held.state not in (RoundState.PUBLISHED, RoundState.CLOSED)


def may_ask_otherwise(actor: Actor | None, held: Held) -> bool:
    """Whether the actor may change the questions of a round: as long as answers may still be given."""
    return may_run(actor, held) and held.state in (RoundState.DRAFT, RoundState.COLLECTING)


def may_move(actor: Actor | None, held: Held, to: RoundState) -> bool:
    """Whether the actor may let a round go on to that state."""
    return may_run(actor, held) and to in MOVES[held.state]


def may_clear(actor: Actor | None, held: Held) -> bool:
    """Whether the actor may have a round cleared, for the first time or once more."""
    return may_run(actor, held) and held.state in (RoundState.COLLECTING, RoundState.CLEARED)


def takes_requests(held: Held, today: date) -> bool:
    """Whether requests may be brought to a round."""
    return held.state is RoundState.COLLECTING and today <= held.requests_until


def takes_suppliers(held: Held, today: date) -> bool:
    """Whether suppliers may join a round."""
    return held.state is RoundState.COLLECTING and today <= held.suppliers_until


def may_join(actor: Actor | None) -> bool:
    """Whether the actor acts for a supplier that may take part: its people, viewers excepted."""
    return actor is not None and actor.role is Role.SUPPLIER and actor.may_write and actor.organisation_id is not None


def may_act_for(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may say what one side of a proposal wishes: the people of that side, viewers excepted."""
    return actor is not None and actor.may_write and actor.organisation_id == organisation_id


def why_not_open(actor: Actor | None) -> str:
    """Why the actor may hold no rounds."""
    if actor is not None and actor.role is Role.ORGANISER and actor.may_write and not actor.verified:
        return _("Ban tổ chức chưa được xác minh nên chưa mở được phiên kết nối. Cán bộ sẽ xác minh tổ chức của bạn.")
    return _("Chỉ ban tổ chức đã được xác minh mới mở được phiên kết nối.")
