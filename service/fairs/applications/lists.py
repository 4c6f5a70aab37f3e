"""The organiser's list of applications: filtered, paged, counted, exported. The same number of statements for any length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Integer, Text, Uuid

from service.accounts import Actor
from service.core import cursors
from service.core.text import fold
from service.fairs import standing
from service.fairs.applications.models import ApplicationState, Goods
from service.fairs.applications.views import ApplicationLine, ApplicationList
from service.fairs.layouts.models import Power

PAGE = 50
EVERY = 10_000  # So many fit into a sheet.
LAST = 2**31 - 1  # Where those stand who have no place in the order of choice yet.

_LINE = """
SELECT a.id, a.code, a.exhibitor, s.slug AS supplier_slug, a.province_code, a.state, a.goods, a.goods_words,
       cardinality(a.product_ids) AS products, a.booths, a.class_codes, a.zone_codes, a.power, a.starts_on, a.ends_on,
       a.points, a.place,
       (SELECT count(*) FROM fairs_share_member m JOIN fairs_share_member o ON o.share_id = m.share_id
         WHERE m.application_id = a.id AND m.state = 'agreed' AND o.state = 'agreed' AND o.application_id <> a.id) AS sharing,
       a.submitted_at, a.typed_in, a.illustrative, a.version, a.contact
  FROM fairs_application a LEFT JOIN catalogue_supplier s ON s.id = a.supplier_id
"""
# In the order of choice, those without a place after those with one, in the order in which they came.
_FOUND = text(
    f"""{_LINE}
 WHERE a.fair_id = :fair AND a.state <> 'draft'
   AND (CAST(:state AS text) IS NULL OR a.state = :state)
   AND (CAST(:zone AS text) IS NULL OR :zone = ANY(a.zone_codes) OR a.pavilion_code = :zone)
   AND (CAST(:klass AS text) IS NULL OR :klass = ANY(a.class_codes))
   AND (CAST(:like AS text) IS NULL OR core_fold(a.exhibitor) LIKE :like OR a.code = :code
        OR core_fold(coalesce(a.goods_words, '')) LIKE :like)
   AND (CAST(:place AS int) IS NULL OR (coalesce(a.place, {LAST}), a.id) > (:place, :after))
 ORDER BY coalesce(a.place, {LAST}), a.id LIMIT :limit
"""
).bindparams(
    *(bindparam(name, type_=Text) for name in ("state", "zone", "klass", "like", "code")),
    bindparam("after", type_=Uuid), bindparam("place", type_=Integer),
)  # fmt: skip
_COUNTS = text(
    "SELECT state, count(*) AS number, sum(booths) AS booths FROM fairs_application"
    " WHERE fair_id = :fair AND state <> 'draft' GROUP BY state"
)
_NEXT = text(
    f"{_LINE} WHERE a.fair_id = :fair AND a.state = 'waiting' ORDER BY coalesce(a.place, {LAST}), a.submitted_at, a.id LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class ListSearch:
    """What the list is asked for."""

    state: ApplicationState | None = None
    zone: str | None = None
    class_code: str | None = None
    q: str | None = None
    cursor: str | None = None
    limit: int = PAGE


async def application_list(session: AsyncSession, slug: str, actor: Actor, search: ListSearch) -> ApplicationList:
    """The applications of a fair for the one who holds it: four statements, however many there are."""
    fair = await standing.own(session, slug, actor)
    asked = _asked(fair.id, search)
    limit = min(max(search.limit, 1), EVERY)
    found = (await session.execute(_FOUND, {**asked, "limit": limit + 1})).mappings().all()
    items = [_line(row) for row in found[:limit]]
    more = len(found) > limit
    counts, booths = {}, {}
    for row in await session.execute(_COUNTS, {"fair": fair.id}):
        counts[row.state], booths[row.state] = row.number, row.booths
    waiting = (await session.execute(_NEXT, {"fair": fair.id})).mappings().one_or_none() if counts.get("waiting") else None
    after = cursors.sealed([items[-1].place or LAST, items[-1].id.hex]) if more else None
    return ApplicationList(items, counts, booths, after, _line(waiting) if waiting is not None else None)


async def next_waiting(session: AsyncSession, fair_id: UUID) -> ApplicationLine | None:
    """Who is first on the waiting list, by the order of choice and then by the day on which it was handed in."""
    row = (await session.execute(_NEXT, {"fair": fair_id})).mappings().one_or_none()
    return _line(row) if row is not None else None


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One application in the sheet that the organiser takes out, its contact included."""

    line: ApplicationLine
    contact: str | None


async def every_application(session: AsyncSession, slug: str, actor: Actor, search: ListSearch) -> list[SheetLine]:
    """All of them for a sheet, with the contact that the organiser alone sees."""
    fair = await standing.own(session, slug, actor)
    found = (await session.execute(_FOUND, {**_asked(fair.id, search), "limit": EVERY})).mappings().all()
    return [SheetLine(_line(row), row["contact"]) for row in found]


def _asked(fair_id: UUID, search: ListSearch) -> dict[str, Any]:
    words = fold((search.q or "").replace("\0", ""))[:100].strip()
    place, after = cursors.place(search.cursor, int) if search.cursor else (None, None)
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" if words else None
    return {
        "fair": fair_id, "state": search.state.value if search.state else None, "zone": _code(search.zone),
        "klass": _code(search.class_code), "like": pattern, "code": (search.q or "").replace("\0", "").strip().upper()[:20],
        "place": min(max(place, 0), LAST) if place is not None else None, "after": after,
    }  # fmt: skip


def _code(typed: str | None) -> str | None:
    return (typed or "").replace("\0", "")[:100] or None


def _line(row: RowMapping) -> ApplicationLine:
    kept = {name: row[name] for name in ApplicationLine.__dataclass_fields__}
    return ApplicationLine(
        **{**kept, "state": ApplicationState(row["state"]), "goods": Goods(row["goods"]), "power": Power(row["power"]),
           "class_codes": tuple(row["class_codes"]), "zone_codes": tuple(row["zone_codes"])}
    )  # fmt: skip
