"""Reads of invitations: a supplier's own, and those of a fair for its organiser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor, Role
from service.core import clock
from service.core.i18n import locale
from service.fairs import standing
from service.fairs.views import when

_OWN = text(
    """
SELECT i.id, f.slug, f.name, f.name_en, f.starts_on, f.ends_on, f.date_precision, f.place, i.state, i.words, i.reason,
       i.invited_at, f.illustrative,
       EXISTS (SELECT 1 FROM fairs_application a
                WHERE a.fair_id = f.id AND a.supplier_id = i.supplier_id AND a.state NOT IN ('draft', 'withdrawn')) AS applied
  FROM fairs_invitation i
  JOIN fairs_fair f ON f.id = i.fair_id
  JOIN catalogue_supplier s ON s.id = i.supplier_id
 WHERE s.organisation_id = :own AND f.state = 'announced' AND f.ends_on >= :today
 ORDER BY f.starts_on, i.id
"""
).bindparams(bindparam("own", type_=Uuid))
_OF_FAIR = text(
    """
SELECT i.id, i.supplier_id, s.slug, s.name, i.state, i.reason, i.invited_at, i.told_at,
       (SELECT a.state FROM fairs_application a
         WHERE a.fair_id = i.fair_id AND a.supplier_id = i.supplier_id AND a.state NOT IN ('draft', 'withdrawn')) AS applied
  FROM fairs_invitation i
  JOIN catalogue_supplier s ON s.id = i.supplier_id
 WHERE i.fair_id = :fair
 ORDER BY s.name, i.id
"""
).bindparams(bindparam("fair", type_=Uuid))


@dataclass(frozen=True, slots=True)
class InvitedView:
    """A fair to which a supplier was asked, as its people see it."""

    id: UUID
    slug: str
    title: str
    name_en: str | None
    starts_on: date
    ends_on: date
    date_precision: str
    place: str | None
    state: str
    words: str | None
    reason: str | None
    invited_at: datetime
    illustrative: bool
    applied: bool

    @property
    def fair(self) -> str:
        """The fair's name in the reader's language."""
        return (self.name_en or self.title) if locale() == "en" else self.title

    @property
    def when(self) -> str:
        """Its days."""
        return when(self.starts_on, self.ends_on, self.date_precision)

    @property
    def waits(self) -> bool:
        """Whether nobody has answered yet."""
        return self.state == "sent" and not self.applied


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """One that was asked, as the organiser sees it; `applied` is where its application stands."""

    id: UUID
    supplier_id: UUID
    slug: str
    name: str
    state: str
    reason: str | None
    invited_at: datetime
    told_at: datetime | None
    applied: str | None


async def own_invitations(session: AsyncSession, actor: Actor | None) -> list[InvitedView]:
    """The coming fairs to which the reader's own supplier was asked, the next one first."""
    if actor is None or actor.role is not Role.SUPPLIER or actor.organisation_id is None:
        return []
    found = await session.execute(_OWN, {"own": actor.organisation_id, "today": clock.today()})
    return [InvitedView(*row) for row in found]


async def invited(session: AsyncSession, slug: str, actor: Actor) -> list[InvitationLine]:
    """Everybody who was asked to a fair, for its organiser."""
    fair = await standing.own(session, slug, actor)
    found = await session.execute(_OF_FAIR, {"fair": fair.id})
    return [InvitationLine(*row) for row in found]
