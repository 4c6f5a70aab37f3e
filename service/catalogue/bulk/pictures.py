"""Pictures that came in by thousands are made ready a few at a time, so that no job is long and other work gets its turn."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM
from service.catalogue.papers import photos, scans
from service.catalogue.sheets.events import PicturesCameIn
from service.core.events import announce
from service.core.files import FileMissing, FileStore
from service.core.i18n import _

AT_ONCE = 25
PHOTOS = text("SELECT id FROM catalogue_photo WHERE width IS NULL AND trouble IS NULL ORDER BY id LIMIT :most")
SCANS = text("SELECT id FROM catalogue_scan WHERE NOT ready AND trouble IS NULL ORDER BY id LIMIT :most")
GONE = {
    "photo": text("UPDATE catalogue_photo SET trouble = :why WHERE id = :id"),
    "scan": text("UPDATE catalogue_scan SET trouble = :why WHERE id = :id"),
}


async def make_some(session: AsyncSession, files: FileStore) -> int:
    """Make a few photos and pages; while there may be more, the fact is told again, and answered by the next job."""
    asked = {"most": AT_ONCE}
    waiting: list[tuple[str, UUID]] = [("photo", each) for each in await session.scalars(PHOTOS, asked)]
    waiting += [("scan", each) for each in await session.scalars(SCANS, asked)]
    for what, row_id in waiting:
        try:
            await (photos.make_sizes if what == "photo" else scans.make_page)(session, files, row_id)
        except FileMissing:  # One that is lost must not hold up those behind it.
            await session.execute(GONE[what], {"id": row_id, "why": _("Tệp này không còn trong kho. Hãy gửi lại.")})
    if len(waiting) >= AT_ONCE:
        await announce(session, PicturesCameIn(waiting[0][1]), actor=SYSTEM)
    return len(waiting)
