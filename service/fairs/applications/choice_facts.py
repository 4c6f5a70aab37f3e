"""What the order of choice counts of each applicant on the day: stars, earlier years, confirmed claims. Two statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.core import clock
from service.fairs.applications import choice
from service.fairs.applications.choice import Counted, Rule, Standing
from service.fairs.models import Fair

# Stars are those of a checked paper that holds today, of a product that is brought along and still published. Earlier years are
# those in which the supplier was accepted at a fair of the same organiser that is over; who is not on the market is known again
# by the name on its fascia.
_STANDINGS = text(
    """
WITH earlier AS (
  SELECT e.supplier_id, e.exhibitor, extract(year FROM f.starts_on) AS year
    FROM fairs_application e JOIN fairs_fair f ON f.id = e.fair_id
   WHERE f.organisation_id IS NOT DISTINCT FROM :organiser AND f.ends_on < :starts AND e.state = 'accepted'
     AND f.state = 'announced'
)
SELECT a.id, a.code, a.exhibitor, a.state, a.claims, a.claims_confirmed, coalesce(h.lead_id, a.id) AS lead_id,
       coalesce(s.stars, 0) AS stars, coalesce(y.years, n.years, 0) AS years
  FROM fairs_application a
  LEFT JOIN fairs_share_member m ON m.application_id = a.id AND m.state = 'agreed'
  LEFT JOIN fairs_share h ON h.id = m.share_id
  LEFT JOIN (SELECT i.application_id, max(c.stars) AS stars
               FROM (SELECT b.id AS application_id, unnest(b.product_ids) AS product_id FROM fairs_application b
                      WHERE b.fair_id = :fair) i
               JOIN catalogue_product p ON p.id = i.product_id AND p.state = 'published'
               JOIN catalogue_certificate c ON c.product_id = p.id AND c.state = 'checked'
                    AND coalesce(c.valid_to >= :today, true)
              GROUP BY i.application_id) s ON s.application_id = a.id
  LEFT JOIN (SELECT supplier_id, count(DISTINCT year) AS years FROM earlier WHERE supplier_id IS NOT NULL
              GROUP BY supplier_id) y ON y.supplier_id = a.supplier_id
  LEFT JOIN (SELECT core_fold(exhibitor) AS name, count(DISTINCT year) AS years FROM earlier WHERE supplier_id IS NULL
              GROUP BY 1) n ON a.supplier_id IS NULL AND n.name = core_fold(a.exhibitor)
 WHERE a.fair_id = :fair AND (a.state IN ('accepted', 'waiting') OR :every AND a.state = 'submitted'
       OR a.id = :only)
 ORDER BY a.code
"""
).bindparams(bindparam("organiser", type_=Uuid), bindparam("only", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One that draws: an exhibitor, or the first one of those who share; `applications` are all of them."""

    code: str
    exhibitor: str
    points: int
    parts: tuple[Counted, ...]
    applications: tuple[UUID, ...]
    state: str
    unconfirmed: tuple[str, ...] = ()  # Claims that nobody has seen proof of: they do not count.


async def candidates(session: AsyncSession, fair: Fair, rule: Rule, *, submitted_too: bool = False) -> list[Candidate]:
    """Everybody who draws, by code, with points; with `submitted_too` also those who wait for an answer (a preview)."""
    rows = await _rows(session, fair, every=submitted_too, only=None)
    there = {row.id for row in rows}
    groups: dict[UUID, list[UUID]] = {}
    for row in rows:
        groups.setdefault(row.lead_id if row.lead_id in there else row.id, []).append(row.id)
    return [_candidate(row, rule, tuple(groups[row.id])) for row in rows if row.id in groups]


async def points_of(session: AsyncSession, fair: Fair, rule: Rule, application_id: UUID) -> Candidate | None:
    """The points of one application as they would be today, for its own exhibitor."""
    rows = await _rows(session, fair, every=False, only=application_id)
    return next((_candidate(row, rule, (row.id,)) for row in rows if row.id == application_id), None)


async def _rows(session: AsyncSession, fair: Fair, *, every: bool, only: UUID | None) -> list[Any]:
    asked = {"fair": fair.id, "today": clock.today(), "organiser": fair.organisation_id, "starts": fair.starts_on,
             "every": every, "only": only}  # fmt: skip
    return list((await session.execute(_STANDINGS, asked)).all())


def _candidate(row: Any, rule: Rule, applications: tuple[UUID, ...]) -> Candidate:
    parts = choice.counted(rule, Standing(row.stars, row.years, tuple(row.claims_confirmed)))
    known = {each.code for each in rule.claims}
    unconfirmed = tuple(each for each in row.claims if each in known and each not in row.claims_confirmed)
    return Candidate(row.code, row.exhibitor, choice.points(parts), parts, applications, row.state, unconfirmed)
