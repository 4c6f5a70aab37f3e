"""Saying what a fair costs: terms of payment and rates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce, plain
from service.core.i18n import _
from service.fairs import standing
from service.fairs.charges.events import RateSaid, TermsSaid
from service.fairs.charges.inputs import RateDraft, TermsDraft
from service.fairs.charges.models import Rate, Terms
from service.fairs.models import Fair

MOST_RATES = 60
_CLASS = text("SELECT EXISTS (SELECT 1 FROM fairs_booth_class WHERE fair_id = :fair AND code = :code)")


def fingerprint(values: Iterable[Any]) -> str:
    """What a form was filled from, so that the second of two who changed the same line is told so."""
    return hashlib.sha256("\x1f".join(str(plain(value)) for value in values).encode()).hexdigest()[:16]


def rate_seen(rate: Rate) -> str:
    """The same for one rate."""
    return fingerprint(getattr(rate, name) for name in RateDraft.model_fields)


async def keep_terms(session: AsyncSession, actor: Actor, slug: str, draft: TermsDraft, *, version: int) -> Terms:
    """Say how the fair is paid for. `version` is the one that was read, 0 where nothing had been said yet."""
    fair = await standing.own(session, slug, actor, lock=True)
    row = await session.get(Terms, fair.id, populate_existing=True)
    values = draft.model_dump()
    if row is None:
        row = Terms(fair_id=fair.id, **values)
        session.add(row)
        await session.flush()
        await announce(session, TermsSaid(fair.id), actor=actor, new=values)
        return row
    old = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if value != old[name]}
    if not changed:
        return row
    if row.version != version:
        raise Conflict(_("Người khác vừa sửa điều kiện thanh toán. Hãy xem lại bản mới rồi sửa tiếp."))
    for name, value in changed.items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    await session.flush()
    await announce(session, TermsSaid(fair.id), actor=actor, old={name: old[name] for name in changed}, new=changed)
    return row


async def add_rate(session: AsyncSession, actor: Actor, slug: str, draft: RateDraft, *, key: UUID) -> Rate:
    """Say one more rate. The same key again is the same rate."""
    fair = await standing.own(session, slug, actor, lock=True)
    there = list(await session.scalars(select(Rate).where(Rate.fair_id == fair.id)))
    same = next((each for each in there if each.key == key), None)
    if same is not None:
        return same
    if len(there) >= MOST_RATES:
        raise Conflict(_("Một hội chợ có nhiều nhất %(n)s mức giá.", n=MOST_RATES))
    await _check(session, fair, draft)
    values = _values(draft)
    made = Rate(fair_id=fair.id, key=key, **values)
    session.add(made)
    await session.flush()
    await announce(session, RateSaid(fair.id, made.id), actor=actor, new=values)
    return made


async def change_rate(
    session: AsyncSession, actor: Actor, slug: str, rate_id: UUID, draft: RateDraft, *, seen: str | None = None
) -> Rate:
    """Change a rate; `seen` is what the form was filled from."""
    fair = await standing.own(session, slug, actor, lock=True)
    row = await _rate(session, fair, rate_id)
    await _check(session, fair, draft)
    values = _values(draft)
    old = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if value != old[name]}
    if not changed:
        return row
    if seen is not None and seen != rate_seen(row):
        raise Conflict(_("Người khác vừa sửa mức giá này. Hãy xem lại bản mới rồi sửa tiếp."))
    for name, value in changed.items():
        setattr(row, name, value)
    await session.flush()
    await announce(session, RateSaid(fair.id, row.id), actor=actor, old={name: old[name] for name in changed}, new=changed)
    return row


async def remove_rate(session: AsyncSession, actor: Actor, slug: str, rate_id: UUID) -> None:
    """Take a rate away. One that is gone already stays gone."""
    fair = await standing.own(session, slug, actor, lock=True)
    row = await session.scalar(select(Rate).where(Rate.id == rate_id, Rate.fair_id == fair.id))
    if row is None:
        return
    await session.delete(row)
    await session.flush()
    await announce(session, RateSaid(fair.id, rate_id), actor=actor, old={"name": row.name, "kind": row.kind})


async def _rate(session: AsyncSession, fair: Fair, rate_id: UUID) -> Rate:
    row: Rate | None = await session.scalar(
        select(Rate).where(Rate.id == rate_id, Rate.fair_id == fair.id).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(_("Không tìm thấy mức giá này."))
    return row


def _values(draft: RateDraft) -> dict[str, Any]:
    return {**draft.model_dump(), "legal_forms": list(draft.legal_forms), "province_codes": list(draft.province_codes)}


async def _check(session: AsyncSession, fair: Fair, draft: RateDraft) -> None:
    if draft.class_code is not None and not await session.scalar(_CLASS, {"fair": fair.id, "code": draft.class_code}):
        why = _("Hội chợ không có hạng gian “%(code)s”.", code=draft.class_code[:40])
        raise Invalid(why, {"class_code": why})
