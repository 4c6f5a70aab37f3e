"""Finding a fair for somebody: what everybody may see, and what its organiser alone may touch."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.fairs import rules
from service.fairs.models import DatePrecision, Fair


async def visible(session: AsyncSession, slug: str, actor: Actor | None) -> Fair:
    """The fair at this address. Raises NotFound where there is none for this reader."""
    fair = await session.scalar(select(Fair).where(Fair.slug == slug.replace("\0", "")))
    if fair is None or not rules.may_see(actor, fair.state, fair.organisation_id):
        raise NotFound(_("Không tìm thấy hội chợ này."))
    return fair


async def own(session: AsyncSession, slug: str, actor: Actor | None, *, lock: bool = False) -> Fair:
    """The fair for the one who holds it; with `lock`, nobody else changes it until this transaction ends.

    Raises NotFound where there is none for this reader, NotAllowed where it is somebody else's.
    """
    fair = await visible(session, slug, actor)
    if not rules.may_change(actor, fair.organisation_id):
        raise NotAllowed(_("Chỉ ban tổ chức của hội chợ này mới làm được việc này."))
    if lock:
        await session.refresh(fair, with_for_update=True)
    return fair


def days(fair: Fair) -> list[date]:
    """The days of a fair whose days are known, the first one first; of any other none."""
    if fair.date_precision != DatePrecision.DAY:
        return []
    return [fair.starts_on + timedelta(days=n) for n in range((fair.ends_on - fair.starts_on).days + 1)]
