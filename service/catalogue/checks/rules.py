"""Who may draw, visit and complain (V11), and who may type for somebody else (C3). Pure: no database, no clock."""

from __future__ import annotations

from uuid import UUID

from service.accounts import Actor, Role


def may_draw(actor: Actor | None) -> bool:
    """Whether the actor may draw which suppliers are visited next."""
    return actor is not None and (actor.role is Role.SYSTEM or (actor.role is Role.OFFICER and actor.may_write))


def may_visit(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may write down what she found at a supplier: never one that she belongs to herself."""
    return actor is not None and may_draw(actor) and not actor.belongs_to(organisation_id)


def may_complain(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may note a complaint: buyers and officers who may write, about others than their own."""
    if actor is None or actor.belongs_to(organisation_id):
        return False
    return actor.role in (Role.BUYER, Role.OFFICER) and actor.may_write


def may_read_findings(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may read the officer's note and see the photos: officers and the supplier's own people."""
    return actor is not None and (actor.role in (Role.SYSTEM, Role.OFFICER) or actor.belongs_to(organisation_id))


def may_assist(actor: Actor | None) -> bool:
    """Whether the actor may type a supplier for somebody who has yet to agree to it: officers who may write."""
    return may_draw(actor)


def may_agree(actor: Actor, typed_by: UUID | None) -> bool:
    """Whether somebody who has signed in may agree to what was typed for a supplier: anybody but the one who typed it."""
    return actor.person_id is not None and actor.person_id != typed_by


def may_list_mark_users(actor: Actor | None) -> bool:
    """Whether the actor may write down who uses a protected name: officers who may write."""
    return may_draw(actor)
