"""Who may do what with buyers and requests. Pure: asks no database.

A request belongs to its buyer's organisation. A draft is seen by its owner only. A request to matched suppliers is seen
by its owner, by officers, and by suppliers of which some product fits it or nearly does. The buyer of an anonymous
request is known to its owner only.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol
from uuid import UUID

from service.accounts import Actor, Role
from service.matching.models import RequestState, Visibility


class Asked(Protocol):
    """Whatever is a request: the table's row, or the page's."""

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def visibility(self) -> str:
        """Who may see it."""

    @property
    def deadline(self) -> date | None:
        """The last day for answers."""


def owns(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor acts for the buyer's own organisation."""
    return actor is not None and actor.organisation_id == organisation_id


def may_act_for(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may open, revise and close requests of that organisation, or change its profile."""
    if actor is None:
        return False
    return actor.role is Role.SYSTEM or (actor.role is Role.BUYER and actor.may_write and owns(actor, organisation_id))


def may_verify(actor: Actor | None) -> bool:
    """Whether the actor may say that a buyer is who it claims to be."""
    return actor is not None and (actor.role is Role.SYSTEM or (actor.role is Role.OFFICER and actor.may_write))


def may_see(actor: Actor | None, request: Asked, organisation_id: UUID, *, fits: bool = False) -> bool:
    """Whether the actor may see a request; `fits` says that a product of hers fits it or nearly does."""
    if owns(actor, organisation_id) or (actor is not None and actor.role is Role.SYSTEM):
        return True
    if request.state == RequestState.DRAFT:
        return False
    if request.visibility != Visibility.MATCHED:
        return True
    return actor is not None and (actor.role is Role.OFFICER or (actor.role is Role.SUPPLIER and fits))


def may_see_buyer(actor: Actor | None, request: Asked, organisation_id: UUID) -> bool:
    """Whether the actor may know whose request it is."""
    if request.visibility != Visibility.ANONYMOUS:
        return True
    return owns(actor, organisation_id) or (actor is not None and actor.role is Role.SYSTEM)


def may_revise(actor: Actor | None, request: Asked, organisation_id: UUID) -> bool:
    """Whether the actor may change what a request asks for: its owner, until it is closed."""
    return request.state != RequestState.CLOSED and may_act_for(actor, organisation_id)


def may_close(actor: Actor | None, request: Asked, organisation_id: UUID) -> bool:
    """Whether the actor may end a request: its owner, once."""
    return may_revise(actor, request, organisation_id)


def answerable(request: Asked, today: date) -> bool:
    """Whether a request still takes answers: open, and its last day not over."""
    return request.state == RequestState.OPEN and (request.deadline is None or request.deadline >= today)
