"""What time it is on the market: dates are those of Việt Nam, wherever the server stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The present moment, with its zone."""
    return _frozen.get() or datetime.now(ZONE)


def today() -> date:
    """The present date in Việt Nam."""
    return now().astimezone(ZONE).date()


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


@contextmanager
def freeze(moment: date | datetime) -> Iterator[None]:
    """Let it be that moment inside the block (used by tests and by the demo)."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 9, 0, tzinfo=ZONE)
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
