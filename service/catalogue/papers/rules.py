"""Who may add and see photos and scans, and which reminder of a paper that runs out is due. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.accounts import Actor, Role
from service.catalogue import rules
from service.catalogue.models import CertificateState
from service.catalogue.papers.models import Holder

MOST_PHOTOS = 8
MOST_SCANS = 6


@dataclass(frozen=True, slots=True)
class ScanHolder:
    """What the rules need to know of the certificate that a scan belongs to."""

    organisation_id: UUID
    state: str
    published: bool  # Its supplier and its product are shown to everyone, and nothing of the paper waits for a check.


def may_keep_photos(actor: Actor | None, holder: Holder, organisation_id: UUID) -> bool:
    """Whether the actor may add, order and remove photos: of what is the supplier's its own people and who brings in sheets,
    of what an officer saw the officers.
    """
    if holder is Holder.CHECK:
        return rules.may_publish(actor) or (rules.may_review(actor) and rules.is_officer(actor))
    return rules.may_edit(actor, organisation_id) or rules.may_import(actor)


def may_see_photo(actor: Actor | None, organisation_id: UUID, *, public: bool) -> bool:
    """Whether the actor may see a photo: everyone where its holder is shown to everyone, else its people and officers."""
    return public or rules.sees_unchecked(actor, organisation_id)


def may_see_scan(actor: Actor | None, scan: ScanHolder) -> bool:
    """Whether the actor may see a scan: its people, officers, and verified buyers where the paper is checked and shown."""
    if rules.sees_unchecked(actor, scan.organisation_id):
        return True
    return scan.published and scan.state == CertificateState.CHECKED and buys(actor)


def buys(actor: Actor | None) -> bool:
    """Whether the actor is a verified buyer, who may look at what proves a paper that counts."""
    return actor is not None and actor.role is Role.BUYER and actor.verified


def may_keep_scans(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may add and remove the scans of a supplier's papers."""
    return rules.may_edit(actor, organisation_id) or rules.may_import(actor)


def may_move_renewal(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may say how far the renewal of a paper has come: the supplier's own people, and officers."""
    return rules.may_edit(actor, organisation_id) or (rules.may_review(actor) and rules.is_officer(actor))


def due_reminder(valid_to: date, today: date, sent: Collection[int]) -> int | None:
    """Of the reminders that are due, the most urgent one, unless it or a more urgent one has been sent; None for none.

    So somebody whose worker slept for weeks is told once, and what she missed is not told afterwards.
    """
    left = (valid_to - today).days
    if left < 0:
        return None
    due = min((days for days in rules.REMINDED_AT if left <= days), default=None)
    return None if due is None or any(days <= due for days in sent) else due
