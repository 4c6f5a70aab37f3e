"""How often a visitor may try: counted for her address and for whom she means, in a transaction of its own.

A count that is taken inside the request's transaction would be undone with it, which is just when it is needed.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from math import ceil

from starlette.requests import Request

from service.core import limits
from service.core.errors import TooOften
from service.core.i18n import _
from service.web.deps import database, settings

FIVE_MINUTES = timedelta(minutes=5)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TRIES = 10


def address_of(request: Request) -> str:
    """Whose address it is: the connection's, or what a trusted proxy says. An IPv6 customer has a whole /64."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host or "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
    return str(address)


async def take(request: Request, name: str, who: str, times: int = TRIES, per: timedelta = FIVE_MINUTES) -> None:
    """Count one more; raises TooOften, saying when to come again, when they are used up."""
    async with database(request).transaction() as session:
        waiting = await limits.wait(session, name, who, times, per)
    if waiting > limits.NOTHING:
        raise too_often(waiting)


async def give_back(request: Request, name: str, who: str, times: int = TRIES, per: timedelta = FIVE_MINUTES) -> None:
    """Put back the one that was taken: it was no failure."""
    async with database(request).transaction() as session:
        await limits.give_back(session, name, who, times, per)


async def take_search(request: Request) -> None:
    """Count one search or call of the API for this address. Most are counted in memory (`limits.Leases`)."""
    times = settings(request).searches_a_minute
    if times == 0:
        return
    state = request.app.state
    leases: limits.Leases | None = getattr(state, "search_leases", None)
    if leases is None:
        leases = state.search_leases = limits.Leases("search", times, MINUTE)
    waiting = await leases.wait(address_of(request), database(request).transaction)
    if waiting > limits.NOTHING:
        raise too_often(waiting)


def too_often(waiting: timedelta) -> TooOften:
    """The refusal that says how long to wait."""
    seconds = max(1, ceil(waiting.total_seconds()))
    if seconds < 60:
        return TooOften(_("Nhiều lần quá trong một lúc. Hãy thử lại sau %(n)s giây.", n=seconds), seconds)
    return TooOften(_("Nhiều lần quá trong một lúc. Hãy thử lại sau %(n)s phút.", n=ceil(seconds / 60)), seconds)
