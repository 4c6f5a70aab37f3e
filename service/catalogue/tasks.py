"""What the worker does for the catalogue: sizes of pictures that only came in, files that nobody holds, and reminders."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue import events
from service.catalogue.bulk import pictures
from service.catalogue.papers import photos, reminders, scans
from service.catalogue.sheets import events as import_events
from service.catalogue.sheets import jobs
from service.core import clock, files
from service.core.events import every, on
from service.core.i18n import speaking

WAKING = (7, 20)  # Hours of the day in which a mail may arrive.


@on(events.PhotoReceived)
async def make_sizes_of_photo(session: AsyncSession, fact: events.PhotoReceived) -> None:
    """Make the sizes that pages show."""
    await photos.make_sizes(session, files.of(session), fact.photo_id)


@on(events.ScanReceived)
async def make_page_of_scan(session: AsyncSession, fact: events.ScanReceived) -> None:
    """Make the page that officers look at."""
    await scans.make_page(session, files.of(session), fact.scan_id)


@on(import_events.FileCameIn)
async def look_through_file(session: AsyncSession, fact: import_events.FileCameIn) -> None:
    """Say what a large file would do, in its sender's language."""
    with speaking(fact.language):
        await jobs.work(session, fact.subject)


@on(import_events.ImportApproved)
async def store_import(session: AsyncSession, fact: import_events.ImportApproved) -> None:
    """Store a large file."""
    with speaking(fact.language):
        await jobs.work(session, fact.subject)


@on(import_events.PicturesCameIn)
async def make_sizes_of_many(session: AsyncSession, _fact: import_events.PicturesCameIn) -> None:
    """Make the sizes of a few of many pictures, and leave the rest to the next job."""
    await pictures.make_some(session, files.of(session))


@every("50 3 * * *")
async def forget_imports(session: AsyncSession) -> None:
    """Let files go that nobody has gone ahead with."""
    await jobs.forget(session)


@every("*/5 * * * *")
async def delete_dropped_files(session: AsyncSession) -> None:
    """Delete what has been dropped."""
    await files.delete_dropped(session)


@every("25 * * * *")
async def remind_of_papers(session: AsyncSession) -> None:
    """Remind of papers that run out: asked every hour, so that nothing is missed by a worker that slept, and told by day."""
    if WAKING[0] <= clock.now().astimezone(clock.ZONE).hour < WAKING[1]:
        await reminders.remind(session)


@every("40 3 * * *")
async def sweep_files(session: AsyncSession) -> None:
    """Take away what failed transactions and removed papers have left behind."""
    await files.sweep(session)
