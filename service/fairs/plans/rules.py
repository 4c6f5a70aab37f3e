"""Who may do what with allocations. Pure: asks no database.

An allocation is the organiser's until it is published: wishes, points and refusals of others are nobody else's business.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.accounts import Actor
from service.fairs import rules
from service.fairs.models import FairState
from service.fairs.plans.models import READY


def may_plan(actor: Actor | None, organisation_id: UUID | None, state: str, ends_on: date, today: date) -> bool:
    """Whether the actor may give out the booths of a fair: its organiser, until it is over or called off."""
    return rules.may_change(actor, organisation_id) and state != FairState.CANCELLED and ends_on >= today


def may_publish(actor: Actor | None, organisation_id: UUID | None, state: str, ends_on: date, today: date, plan: str) -> bool:
    """Whether the actor may publish a version: one that was found or set by hand, of a fair that people can see."""
    return may_plan(actor, organisation_id, state, ends_on, today) and state == FairState.ANNOUNCED and plan in READY
