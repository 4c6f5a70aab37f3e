"""The front page: what the market is, what is in season, who is looking for goods, and when the next fairs are.

What it says of the market is the same for everybody and changes by the day, so each process reads it once a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from time import monotonic

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import catalogue, fairs, matching
from service.core import clock
from service.web.deps import Page, database

router = APIRouter()
FRESH_SECONDS = 60
REQUESTS_SHOWN = 6
FAIRS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Front:
    """What the front page shows, with the day it was read for and when it grows stale."""

    day: date
    until: float
    market: catalogue.Overview
    requests: matching.RequestList
    fairs: list[fairs.FairView]


async def front(request: Request) -> Front:
    """The market at a glance, not older than a minute nor of another day."""
    kept: Front | None = getattr(request.app.state, "front", None)
    today = clock.today()
    if kept is not None and kept.day == today and monotonic() < kept.until:
        return kept
    async with database(request).reading() as reader:
        market = await catalogue.overview(reader, today.month)
    async with database(request).transaction() as session:
        requests = await matching.open_requests(session, matching.RequestSearch(limit=REQUESTS_SHOWN))
        soon = await fairs.coming(session, FAIRS_SHOWN)
    read = Front(today, monotonic() + FRESH_SECONDS, market, requests, soon)
    if market.products:  # An empty market is read again: it is just being filled.
        request.app.state.front = read
    return read


@router.get("/")
async def home(request: Request, page: Page) -> Response:
    """The front page of the market."""
    shown = await front(request)
    return page.show("home/index.html", market=shown.market, month=shown.day.month, requests=shown.requests, fairs=shown.fairs)
