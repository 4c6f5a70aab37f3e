"""An officer who checks what waits: for tests of everything else, which want things to be published."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor, MemberRole, Role
from service.catalogue.models import Certificate, Product, Supplier
from service.catalogue.reviews.decisions import fingerprint, holder_of
from service.catalogue.reviews.models import Review
from service.core.db import new_id

KINDS = {"certificate": Certificate, "supplier": Supplier, "product": Product}


def officer(**said: object) -> Actor:
    """Somebody of an office, who has typed nothing and belongs to no supplier."""
    lan = Actor(new_id(), "Cán bộ", new_id(), "Sở", Role.OFFICER, MemberRole.MEMBER)
    return replace(lan, **said)  # type: ignore[arg-type] # The fields of an actor.


async def waiting(session: AsyncSession) -> list[Review]:
    """What waits: papers first, then suppliers, then products, as one decision needs the one before it."""
    found = await session.scalars(select(Review).where(Review.state == "waiting").order_by(Review.submitted_at, Review.id))
    return sorted(found, key=lambda review: list(KINDS).index(review.kind))


async def seen(session: AsyncSession, review: Review) -> str:
    """The fingerprint that the officer's page shows."""
    record = await session.get(KINDS[review.kind], review.subject, populate_existing=True)
    await session.refresh(review)
    assert record is not None
    assert holder_of(record)
    return fingerprint(review, record)


async def decide(session: AsyncSession, review: Review, actor: Actor | None = None, **said: object) -> Review:
    """Approve, or with `approve=False` return."""
    decision = {"approve": True, "seen": await seen(session, review), **said}
    return await catalogue.decide(session, actor or officer(), review.id, catalogue.Decision.model_validate(decision))


async def approve_everything(session: AsyncSession, actor: Actor | None = None) -> None:
    """Let an officer approve all that waits."""
    await session.flush()
    for review in await waiting(session):
        await decide(session, review, actor)
