"""Files on their way in: received, looked through, approved by their sender, stored; long ones by the worker.

    received = await receive(session, files, actor, upload, "hang.zip")     looked through at once if it is small
    await approve(session, files, actor, received.id)

A file waits in the store, never in the database or in memory. Whoever works at one holds a lock of its id, not of its row: how
far the work has come is written to that row meanwhile, by transactions of their own, and read by the page that waits.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor
from service.catalogue import rules
from service.catalogue.bulk.rows import Counts
from service.catalogue.sheets import archive, events, imports
from service.catalogue.sheets.archives import ArchiveReport, Tell, import_archive
from service.catalogue.sheets.columns import SheetKind
from service.catalogue.sheets.models import Import, ImportState
from service.catalogue.sheets.reading import MOST_BYTES
from service.core import clock
from service.core import files as core_files
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce, plain
from service.core.i18n import _, locale

if TYPE_CHECKING:
    from service.core.files import FileStore

AT_ONCE = 2 * 1024 * 1024  # A file of so many bytes is looked through while its sender waits: a second or two.
MOST_LISTED = 500
ROWS_SHOWN = 30
PIECE = 1024 * 1024
RAW = "raw"
FORGOTTEN_AFTER = timedelta(days=7)
GIVEN_UP_AFTER = timedelta(days=1)
ARCHIVE = "archive"

core_files.holders.append("SELECT f.id FROM core_file f JOIN catalogue_import i ON i.file_key = f.key")


async def receive(
    session: AsyncSession, files: FileStore, actor: Actor, upload: IO[bytes], filename: str, *,
    kind: SheetKind | None = None, dry_run: bool = False, straight: bool = False, key: UUID | None = None,
) -> Import:  # fmt: skip
    """Take a file in. `straight`: store it as soon as it is found right, without showing first what it would do.

    Without a kind a sheet is one of products; an archive says itself what it is. The same `key` twice is one import.
    """
    if actor.person_id is None or not rules.may_import_products(actor):
        raise NotAllowed(_("Bạn không được nhập tệp này. Cán bộ nhập được mọi thứ; nhà cung cấp nhập được hàng của mình."))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "upload"
        size, digest = await asyncio.to_thread(_kept, upload, source)
        sort = await asyncio.to_thread(_sort, source, size, kind)
        if sort != ARCHIVE:
            imports.permit(actor, cast("SheetKind", sort))
        there = await session.get(Import, key) if key is not None else None
        if there is not None and there.person_id == actor.person_id:
            return there
        row = Import(
            id=new_id() if there or key is None else key, person_id=actor.person_id, organisation_id=actor.organisation_id,
            kind=sort, filename=core_files.clean_name(filename) or "?", size=size, digest=digest, dry_run=dry_run,
            state=ImportState.APPROVED if straight and not dry_run else ImportState.WAITING, done=0, total=0,
        )  # fmt: skip
        session.add(row)
        if size <= AT_ONCE:
            await _work(session, files, actor, row, source)
        if size > AT_ONCE or row.state == ImportState.READY:
            await _put_away(session, files, actor, row, source)
        await session.flush()
        if size > AT_ONCE:
            fact = events.FileCameIn if row.state == ImportState.WAITING else events.ImportApproved
            await announce(session, fact(row.id, locale()), actor=actor, new={"file": row.filename, "size": size})
    return row


async def approve(session: AsyncSession, files: FileStore, actor: Actor, import_id: UUID) -> Import:
    """Go ahead with a file that has been found right. Doing it again changes nothing."""
    row = await _own(session, actor, import_id)
    if row.state in (ImportState.APPROVED, ImportState.SAVED):
        return row
    if row.state != ImportState.READY or row.file_key is None:
        raise Conflict(_("Lần nhập này không còn chờ đồng ý. Hãy gửi lại tệp."))
    row.state, row.done, row.total, row.stage = ImportState.APPROVED, 0, 0, None
    if row.size > AT_ONCE:
        await session.flush()
        await announce(session, events.ImportApproved(row.id, locale()), actor=actor, new={"file": row.filename})
        return row
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "upload"
        await files.fetch(f"{row.file_key}/{RAW}", source)
        await _work(session, files, actor, row, source)
    return row


async def drop(session: AsyncSession, actor: Actor, import_id: UUID) -> None:
    """Let a file go that has not been stored. Doing it again changes nothing."""
    row = await _own(session, actor, import_id)
    if row.state in (ImportState.READY, ImportState.WRONG):
        row.state = ImportState.DROPPED
        await _let_go(session, row)
    elif row.state != ImportState.DROPPED:
        raise Conflict(_("Lần nhập này đang chạy hoặc đã xong nên không bỏ được."))


async def work(session: AsyncSession, import_id: UUID) -> None:
    """Look a waiting file through, or store an approved one (the worker does this); done already, it does nothing."""
    await _alone(session, import_id)
    row = await session.get(Import, import_id, populate_existing=True)
    if row is None or row.file_key is None or row.state not in (ImportState.WAITING, ImportState.APPROVED):
        return
    actor = None
    if row.person_id is not None and row.organisation_id is not None:
        actor = await accounts.actor_for(session, row.person_id, row.organisation_id)
    if actor is None:
        row.state = ImportState.FAILED
        await _let_go(session, row)
        return
    files = core_files.of(session)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "upload"
        await files.fetch(f"{row.file_key}/{RAW}", source)
        await _work(session, files, actor, row, source, _teller(session, import_id))


async def forget(session: AsyncSession) -> None:
    """Let files go that nobody has approved for a week, and say of those that no worker could bring to an end."""
    now = clock.now()
    waiting = (ImportState.WAITING, ImportState.APPROVED)
    rows = await session.scalars(
        select(Import).where(
            (Import.state.in_(waiting) & (Import.updated_at < now - GIVEN_UP_AFTER))
            | ((Import.state == ImportState.READY) & (Import.updated_at < now - FORGOTTEN_AFTER))
        )
    )
    for row in rows:
        row.state = ImportState.FAILED if row.state in waiting else ImportState.DROPPED
        await _let_go(session, row)


async def _work(
    session: AsyncSession, files: FileStore, actor: Actor, row: Import, source: Path, tell: Tell | None = None
) -> None:
    look = row.state == ImportState.WAITING
    report: ArchiveReport | imports.Report
    if row.kind == ARCHIVE:
        report = await import_archive(session, files, source, row.filename, actor=actor, dry_run=look, tell=tell)
    else:
        data = await asyncio.to_thread(_head, source, MOST_BYTES + 1)
        kind = cast("SheetKind", row.kind)
        report = await imports.import_file(session, kind, data, row.filename, actor=actor, dry_run=look)
    row.report = plain(document(report))
    row.state = ImportState.WRONG if not report.ok else ImportState.READY if look else ImportState.SAVED
    if row.state == ImportState.SAVED:
        row.saved_at = clock.now()
        await announce(session, events.ImportSaved(row.id), actor=actor, new=row.report["counts"])
    if row.state != ImportState.READY:
        await _let_go(session, row)
    await session.flush()


def document(report: ArchiveReport | imports.Report) -> dict[str, Any]:
    """What a report says, as it is kept and as programs read it."""
    errors = report.errors
    more = report.more_errors + max(0, len(errors) - MOST_LISTED)
    if isinstance(report, imports.Report):
        sheets: Mapping[SheetKind, imports.Report] = {report.kind: report}
        counts = {str(kind): part.counts for kind, part in sheets.items()}
    else:
        sheets = report.sheets
        more += sum(part.more_errors for part in sheets.values())
        counts = {str(kind): part.counts for kind, part in sheets.items()} | {"photos": report.photos, "papers": report.papers}
    return {
        "errors": [asdict(problem) for problem in errors[:MOST_LISTED]],
        "more_errors": more,
        "notes": [note for part in sheets.values() for note in part.notes],
        "counts": {name: _counted(each) for name, each in counts.items()},
        "rows": [_row(kind, row) for kind, part in sheets.items() for row in part.rows[:ROWS_SHOWN]],
    }


def _counted(counts: Counts | None) -> list[int]:
    return [counts.new, counts.changed, counts.same] if counts is not None else [0, 0, 0]


def _row(kind: SheetKind, row: Any) -> dict[str, Any]:
    if kind == "suppliers":
        return {"kind": kind, "code": row.code, "name": row.name}
    return {"kind": kind, "code": f"{row.supplier_code} / {row.code}", "name": row.name}


async def _own(session: AsyncSession, actor: Actor, import_id: UUID) -> Import:
    """The sender's own import, with nobody else at work at it."""
    await _alone(session, import_id)
    row = await session.get(Import, import_id, populate_existing=True)
    if row is None or actor.person_id is None or row.person_id != actor.person_id:
        raise NotFound(_("Không có lần nhập này, hoặc không phải của bạn."))
    return row


async def _alone(session: AsyncSession, import_id: UUID) -> None:
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 7312))"), {"id": str(import_id)})


def _teller(session: AsyncSession, import_id: UUID) -> Tell | None:
    """A way to say how far the work has come while it is still going on: each word is a transaction of its own."""
    database = session.info.get("database")
    if not isinstance(database, Database):
        return None
    told = text("UPDATE catalogue_import SET stage = :stage, done = :done, total = :total, updated_at = now() WHERE id = :id")

    async def tell(stage: str, done: int, total: int) -> None:
        async with database.transaction() as other:
            await other.execute(told, {"stage": stage, "done": done, "total": total, "id": import_id})

    return tell


async def _put_away(session: AsyncSession, files: FileStore, actor: Actor, row: Import, source: Path) -> None:
    file = core_files.File(
        key=core_files.new_key(), media_type="application/octet-stream", size_bytes=row.size, sha256=bytes.fromhex(row.digest),
        name=row.filename, organisation_id=actor.organisation_id, uploaded_by=actor.person_id,
    )  # fmt: skip
    await files.put_file(f"{file.key}/{RAW}", source, file.media_type)
    session.add(file)
    row.file_key = file.key


async def _let_go(session: AsyncSession, row: Import) -> None:
    if row.file_key is not None:
        found = await session.scalar(select(core_files.File.id).where(core_files.File.key == row.file_key))
        if found is not None:
            await core_files.drop(session, found)
        row.file_key = None


def _kept(upload: IO[bytes], target: Path) -> tuple[int, str]:
    """Copy what was sent into a file of our own, counted and with its digest."""
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as out:
        while piece := upload.read(PIECE):
            size += len(piece)
            if size > archive.MOST_PACKED:
                raise Invalid(_("Tệp nặng quá 200 MB. Hãy chia thành nhiều tệp."))
            digest.update(piece)
            out.write(piece)
    if not size:
        raise Invalid(_("Tệp này trống."))
    return size, digest.hexdigest()


def _sort(source: Path, size: int, kind: SheetKind | None) -> str:
    if archive.is_archive(_head(source, 4)) and not archive.is_workbook(source):
        return ARCHIVE
    if size > MOST_BYTES:
        raise Invalid(_("Tệp này nặng quá 10 MB. Hãy chia thành nhiều tệp nhỏ hơn."))
    return kind or "products"


def _head(source: Path, size: int) -> bytes:
    with source.open("rb") as opened:
        return opened.read(size)
