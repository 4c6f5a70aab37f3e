"""Who may do what with money and services. Pure: asks no database."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.accounts import Actor, Role
from service.fairs import rules as fair_rules


def may_keep(actor: Actor | None, organiser_id: UUID | None) -> bool:
    """Whether the actor may say rates and services and note payments: whoever holds the fair."""
    return fair_rules.may_change(actor, organiser_id)


def may_read(actor: Actor | None, organiser_id: UUID | None, exhibitor_id: UUID | None) -> bool:
    """Whether the actor may read the statement of an exhibitor: her own people, and whoever holds the fair."""
    if actor is None:
        return False
    own = exhibitor_id is not None and actor.role is Role.SUPPLIER and actor.organisation_id == exhibitor_id
    return own or may_keep(actor, organiser_id)


def may_order(actor: Actor | None, organiser_id: UUID | None, exhibitor_id: UUID | None) -> bool:
    """Whether the actor may order services for an exhibitor."""
    return may_read(actor, organiser_id, exhibitor_id) and actor is not None and actor.may_write


def takes_orders(order_by: date | None, starts_on: date, today: date) -> bool:
    """Whether exhibitors may still order, and change what they have ordered: until its day, else until the fair opens."""
    return today <= (order_by or starts_on)
