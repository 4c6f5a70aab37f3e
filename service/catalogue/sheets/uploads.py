"""A sheet waits for the answer of the one who sent it: what it would do has been shown, and nothing of it is stored yet."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue.models import Upload
from service.catalogue.sheets.columns import SheetKind
from service.core import clock
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _

KEPT = timedelta(days=1)


async def keep_upload(session: AsyncSession, actor: Actor, kind: SheetKind, filename: str, data: bytes) -> UUID:
    """Let a sheet wait; the sender's earlier ones and everything older than a day go."""
    if actor.person_id is None:
        raise NotAllowed(_("Hãy đăng nhập để nhập bảng."))
    await session.execute(
        delete(Upload).where((Upload.person_id == actor.person_id) | (Upload.created_at < clock.now() - KEPT))
    )
    upload = Upload(person_id=actor.person_id, kind=kind, filename=filename[:200], data=data)
    session.add(upload)
    await session.flush()
    return upload.id


async def waiting_upload(session: AsyncSession, actor: Actor, upload_id: UUID) -> Upload:
    """The sender's own waiting sheet, locked, so that going ahead twice stores once."""
    upload = await session.scalar(
        select(Upload).where(Upload.id == upload_id, Upload.person_id == actor.person_id).with_for_update()
    )
    if upload is None:
        raise NotFound(_("Bảng này đã được lưu hoặc đã quá một ngày. Hãy gửi lại tệp."))
    return upload


async def drop_upload(session: AsyncSession, upload: Upload) -> None:
    """The sheet has been dealt with."""
    await session.delete(upload)
    await session.flush()
