"""What waits to be checked: a record is handed in, a change of what is published is put aside, and either is taken back.

A record has at most one submission that waits. Whoever comes here holds the lock on the record itself, so that two people
never open two submissions of one record; the index on the waiting ones would refuse the second all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events
from service.catalogue.models import LegalForm
from service.catalogue.reviews.models import Review, ReviewKind, ReviewState
from service.core import clock
from service.core.events import Event, announce, plain


async def waiting(session: AsyncSession, subject: UUID) -> Review | None:
    """The submission of this record that waits, locked."""
    found: Review | None = await session.scalar(
        select(Review)
        .where(Review.subject == subject, Review.state == ReviewState.WAITING)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


async def hand_in(
    session: AsyncSession, actor: Actor, kind: ReviewKind, subject: UUID, supplier_id: UUID, holder: UUID
) -> Review:
    """Let a record wait for its check; one that waits already goes on waiting. `holder`: whose history tells it."""
    review = await waiting(session, subject)
    if review is not None:
        return review
    review = _new(actor, kind, subject, supplier_id)
    session.add(review)
    await session.flush()
    await announce(session, events.HandedIn(holder, record=subject, review_id=review.id), actor=actor)
    return review


async def propose(
    session: AsyncSession, actor: Actor, kind: ReviewKind, subject: UUID, supplier_id: UUID, holder: UUID,
    stored: Mapping[str, Any], held: Mapping[str, Any],
) -> bool:  # fmt: skip
    """Put the held values of a published record aside until they are checked; gives back whether anything changed.

    Held values are the whole of what is wished: the same again changes nothing, none at all takes the earlier wish back.
    """
    review = await waiting(session, subject)
    proposed, based_on = plain(held), plain({name: stored[name] for name in held})
    if (review.proposed if review is not None else {}) == proposed:
        return False
    if not proposed:
        assert review is not None  # noqa: S101 - else both were empty.
        await take_back(session, actor, review, holder)
        return True
    earlier = None
    if review is None:
        review = _new(actor, kind, subject, supplier_id)
        session.add(review)
    else:
        earlier = review.proposed
        review.submitted_by, review.submitted_for = actor.person_id, actor.organisation_id
    review.is_revision, review.proposed, review.based_on = True, proposed, based_on
    await session.flush()
    fact = events.ChangeProposed(holder, record=subject, review_id=review.id)
    await announce(session, fact, actor=actor, old=based_on if earlier is None else earlier, new=proposed)
    return True


async def take_back(session: AsyncSession, actor: Actor, review: Review, holder: UUID) -> None:
    """Let a submission wait no longer, undecided."""
    review.state, review.decided_at = ReviewState.WITHDRAWN, clock.now()
    await session.flush()
    fact = events.SubmissionWithdrawn(holder, record=review.subject, review_id=review.id)
    await announce(session, fact, actor=actor, old=review.proposed or None)


async def decided(session: AsyncSession, actor: Actor, review: Review, holder: UUID, *, approved: bool) -> None:
    """Write down what became of a submission; its reasons have been set before."""
    review.state = ReviewState.APPROVED if approved else ReviewState.RETURNED
    review.decided_by, review.decided_at = actor.person_id, clock.now()
    await session.flush()
    fact: Event = (events.Approved if approved else events.Returned)(holder, record=review.subject, review_id=review.id)
    told = {name: value for name, value in (*review.reasons.items(), ("note", review.note)) if value}
    await announce(session, fact, actor=actor, old=review.based_on or None, new={**review.proposed, **told} or None)


def revived(proposed: Mapping[str, Any]) -> dict[str, Any]:
    """Proposed values as the record holds them: ids, dates and words instead of their text."""
    return {name: _revived(name, value) for name, value in proposed.items()}


def _revived(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "commodity_id":
        return UUID(value)
    if name in ("issued_on", "valid_to"):
        return date.fromisoformat(value)
    return LegalForm(value) if name == "legal_form" else value


def _new(actor: Actor, kind: ReviewKind, subject: UUID, supplier_id: UUID) -> Review:
    return Review(
        kind=kind, subject=subject, supplier_id=supplier_id, is_revision=False, proposed={}, based_on={}, reasons={},
        submitted_by=actor.person_id, submitted_for=actor.organisation_id, submitted_at=clock.now(), state=ReviewState.WAITING,
    )  # fmt: skip
