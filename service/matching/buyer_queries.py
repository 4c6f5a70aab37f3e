"""Buyers' profiles as their own people and as officers see them: where they stand, and which wait to be verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import DateTime, Text, Uuid

from service.accounts import Actor
from service.core import clock, cursors, places
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.matching import buyers, rules
from service.matching.models import Buyer, BuyerState

MOST = 100
IN_AREA = "(cardinality(:area) = 0 OR b.province_code = ANY(:area))"
QUEUE = text(
    f"""
SELECT b.id, b.name, b.kind, b.province_code, b.submitted_at, b.submitted_by, p.name AS person
  FROM matching_buyer b LEFT JOIN accounts_person p ON p.id = b.submitted_by
 WHERE b.state = 'submitted' AND {IN_AREA} AND (:at IS NULL OR (b.submitted_at, b.id) > (:at, :id))
   AND (:but IS NULL OR b.submitted_by IS DISTINCT FROM :but)
 ORDER BY b.submitted_at, b.id LIMIT :limit
"""  # noqa: S608 - only our own constants are put in.
).bindparams(
    bindparam("area", type_=ARRAY(Text)), bindparam("at", type_=DateTime(timezone=True)), bindparam("id", type_=Uuid),
    bindparam("but", type_=Uuid),
)  # fmt: skip
COUNT = text(f"SELECT count(*) FROM matching_buyer b WHERE b.state = 'submitted' AND {IN_AREA}").bindparams(  # noqa: S608 - see above.
    bindparam("area", type_=ARRAY(Text))
)


@dataclass(frozen=True, slots=True)
class WaitingBuyer:
    """One profile in the queue."""

    id: UUID
    name: str
    kind: str
    province_code: str | None
    submitted_at: datetime
    submitted_by: UUID | None
    person: str | None

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return places.where(self.province_code, None)

    @property
    def days(self) -> int:
        """For how many days it has waited."""
        return max(0, (clock.today() - self.submitted_at.astimezone(clock.ZONE).date()).days)


@dataclass(frozen=True, slots=True)
class BuyerQueue:
    """A page of the profiles that wait, longest first."""

    items: list[WaitingBuyer]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True)
class BuyerProfilePage:
    """A buyer's profile with where it stands, for its own people and for officers."""

    id: UUID
    slug: str
    said: dict[str, Any]
    state: str
    verified_on: date | None
    submitted_at: datetime | None
    reasons: dict[str, str]
    note: str | None
    seen: str
    may_decide: bool
    why_not: str


async def buyers_waiting(
    session: AsyncSession, actor: Actor, *, area: Sequence[str] = (), cursor: str | None = None, limit: int = 20,
    others_only: bool = False,
) -> BuyerQueue:  # fmt: skip
    """The profiles that wait to be verified, longest first."""
    if not rules.may_see_profiles(actor):
        raise NotAllowed(_("Trang này dành cho cán bộ."))
    at, row_id = cursors.place(cursor, datetime.fromisoformat) if cursor else (None, None)
    limit = min(max(limit, 1), MOST)
    asked = {
        "area": list(area), "at": at, "id": row_id, "limit": limit + 1, "but": actor.person_id if others_only else None,
    }  # fmt: skip
    rows = (await session.execute(QUEUE, asked)).all()
    items = [WaitingBuyer(*row) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    total = await session.scalar(COUNT, {"area": list(area)}) or 0
    return BuyerQueue(items, total, cursors.sealed([last.submitted_at.isoformat(), last.id.hex]) if last else None)


async def buyer_profile(session: AsyncSession, actor: Actor, buyer_id: UUID) -> BuyerProfilePage:
    """One profile, for officers. Raises NotFound for everybody else."""
    buyer = await session.get(Buyer, buyer_id, populate_existing=True) if rules.may_see_profiles(actor) else None
    if buyer is None:
        raise NotFound(_("Không có nhà phân phối này đang chờ xác minh."))
    typists = await buyers.typed_by(session, buyer)
    return _page(
        buyer,
        may_decide=buyer.state == BuyerState.SUBMITTED and rules.may_verify(actor, buyer.organisation_id, typists),
        why_not=rules.why_not_verify(actor, buyer.organisation_id, typists),
    )


async def own_profile(session: AsyncSession, actor: Actor) -> BuyerProfilePage | None:
    """The profile of the organisation that the reader acts for; None when it has none yet."""
    found = await session.scalar(
        select(Buyer).where(Buyer.organisation_id == actor.organisation_id).execution_options(populate_existing=True)
    )
    return _page(found, may_decide=False, why_not="") if found is not None else None


def _page(buyer: Buyer, *, may_decide: bool, why_not: str) -> BuyerProfilePage:
    return BuyerProfilePage(
        id=buyer.id, slug=buyer.slug, said={name: getattr(buyer, name) for name in buyers.SHOWN}, state=buyer.state.value,
        verified_on=buyer.verified_on, submitted_at=buyer.submitted_at, reasons=dict(buyer.reasons), note=buyer.note,
        seen=buyers.fingerprint(buyer), may_decide=may_decide, why_not=why_not,
    )  # fmt: skip
