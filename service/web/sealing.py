"""Keeps facet counts cheap: after a page was served, what changed is taken into the bitmaps in the background.

Counts are exact without it; it only spares the next reader the counting of changed rows one by one. A process that serves
nobody does nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from fastapi import FastAPI

from service import catalogue
from service.core.db import Database

log = structlog.get_logger("search")
EVERY_SECONDS = 2.0

_wanted: asyncio.Event | None = None


def seal_soon() -> None:
    """Say that a page was served; where no process keeps house (in tests), this does nothing."""
    if _wanted is not None:
        _wanted.set()


@asynccontextmanager
async def keeping_house(app: FastAPI) -> AsyncIterator[None]:
    """As long as the web process lives, seal what changed, at most every two seconds."""
    global _wanted  # noqa: PLW0603 - one house for the process.
    _wanted = asyncio.Event()
    task = asyncio.create_task(_keep(app.state.database, _wanted))
    yield
    _wanted = None
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _keep(database: Database, wanted: asyncio.Event) -> None:
    while True:
        await wanted.wait()
        wanted.clear()
        try:
            async with database.transaction() as session:
                await catalogue.seal_search(session)
        except Exception as error:  # noqa: BLE001 - pages are served without it; the next one tries again.
            log.warning("search not sealed", reason=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
