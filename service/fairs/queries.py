"""Reads of fairs: the calendar, and what stands at the head of one fair. Which fair suits which product is in `advice`."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core import clock
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.i18n import _
from service.fairs import rules
from service.fairs.models import FairKind
from service.fairs.views import FairList, FairView

MOST = 100

SELECT = """
SELECT f.id, f.slug, f.name, f.name_en, f.kind, f.place, f.address, f.province_code, f.commune_code, f.starts_on, f.ends_on,
       f.date_precision, f.opening_hours, f.hosts, f.description, f.state, f.illustrative, f.source, f.version,
       f.organisation_id, (SELECT count(*) FROM fairs_buyer b WHERE b.fair_id = f.id) AS buyers, f.ends_on < :today AS over,
       f.co_hosts, f.call_opens_on, f.call_closes_on, f.call_words, f.call_needs, f.copied_from
  FROM fairs_fair f
"""
_SHOWN = "(f.state <> 'draft' OR f.organisation_id = :own)"
_ONE = text(f"{SELECT} WHERE f.slug = :slug")
_NAMED = text(f"{SELECT} WHERE f.id = ANY(:ids) ORDER BY f.starts_on, f.id")
_COMING = text(f"{SELECT} WHERE f.state = 'announced' AND f.ends_on >= :today ORDER BY f.starts_on, f.id LIMIT :most")


@dataclass(frozen=True, slots=True)
class FairSearch:
    """What the calendar is asked for."""

    kind: FairKind | None = None
    province: str | None = None
    past: bool = False
    cursor: str | None = None
    limit: int = 20


async def calendar(session: AsyncSession, search: FairSearch, actor: Actor | None = None) -> FairList:
    """The fairs to come, the next one first; or those that are over, the last one first: two statements."""
    today = clock.today()
    asked: dict[str, Any] = {"today": today, "own": actor.organisation_id if actor else None}
    on = [_SHOWN, "f.ends_on < :today" if search.past else "f.ends_on >= :today"]
    if search.kind is not None:
        asked["kind"] = search.kind.value
        on.append("f.kind = :kind")
    if search.province is not None:
        asked["province"] = search.province.replace("\0", "")
        on.append("f.province_code = :province")
    where = " AND ".join(on)
    limit = min(max(search.limit, 1), MOST)
    keyset = ""
    if search.cursor:
        asked["day"], asked["id"] = _opened(search.cursor)
        keyset = " AND (f.ends_on, f.id) < (:day, :id)" if search.past else " AND (f.starts_on, f.id) > (:day, :id)"
    order = "f.ends_on DESC, f.id DESC" if search.past else "f.starts_on, f.id"
    # The conditions are ours, chosen by name; the values are parameters.
    statement = text(f"{SELECT} WHERE {where}{keyset} ORDER BY {order} LIMIT :limit")
    found = (await session.execute(statement.bindparams(bindparam("own", type_=Uuid)), {**asked, "limit": limit + 1})).all()
    count = text(f"SELECT count(*) FROM fairs_fair f WHERE {where}").bindparams(bindparam("own", type_=Uuid))  # noqa: S608 - see above.
    total = await session.scalar(count, asked)
    items = [view(row) for row in found[:limit]]
    last = items[-1] if len(found) > limit else None
    after = _sealed(last.ends_on if search.past else last.starts_on, last.id) if last else None
    return FairList(items, total or 0, after)


async def fairs_named(session: AsyncSession, ids: Iterable[UUID]) -> list[FairView]:
    """These fairs, the next one first, whoever may see them: the caller has chosen them."""
    found = await session.execute(_NAMED, {"ids": list(ids), "today": clock.today()})
    return [view(row) for row in found.all()]


async def coming(session: AsyncSession, limit: int = 4) -> list[FairView]:
    """The next fairs, for the front page."""
    found = await session.execute(_COMING, {"today": clock.today(), "most": limit})
    return [view(row) for row in found.all()]


async def head(session: AsyncSession, slug: str, actor: Actor | None) -> FairView:
    """One fair as it stands at the head of all its pages. Raises NotFound where there is none for this reader."""
    row = (await session.execute(_ONE, {"slug": slug.replace("\0", ""), "today": clock.today()})).one_or_none()
    if row is None or not rules.may_see(actor, row.state, row.organisation_id):
        raise NotFound(_("Không tìm thấy hội chợ này."))
    return view(row)


async def own_head(session: AsyncSession, slug: str, actor: Actor | None) -> FairView:
    """The same for the one who holds the fair. Raises NotAllowed where it is somebody else's."""
    found = await head(session, slug, actor)
    if not rules.may_change(actor, found.organisation_id):
        raise NotAllowed(_("Chỉ ban tổ chức của hội chợ này mới làm được việc này."))
    return found


def view(row: Row[Any]) -> FairView:
    """A fair as `SELECT` reads it."""
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in row]
    return FairView(*values)


def _sealed(day: date, row_id: UUID) -> str:
    return base64.urlsafe_b64encode(json.dumps([day.isoformat(), row_id.hex]).encode()).decode().rstrip("=")


def _opened(cursor: str) -> tuple[date, UUID]:
    try:
        day, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return date.fromisoformat(day), UUID(row_id)
    except (binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise Invalid(
            _("Địa chỉ trang tiếp theo không còn dùng được. Hãy xem lại từ đầu danh sách."),
            {"cursor": _("Không đọc được.")},
        ) from error
