"""Slots follow from sessions: so many minutes for a meeting, so many between two, and none in a break. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Protocol
from uuid import UUID

from service.core import clock


class Sitting(Protocol):
    """Whatever is a session: the table's row, or the page's."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def day(self) -> date:
        """Its day."""

    @property
    def starts(self) -> time:
        """When its first meeting begins."""

    @property
    def ends(self) -> time:
        """When its last meeting has ended."""

    @property
    def slot_minutes(self) -> int:
        """Minutes for one meeting."""

    @property
    def pause_minutes(self) -> int:
        """Minutes to walk to the next."""

    @property
    def breaks(self) -> Sequence[Sequence[str]]:
        """Pairs of times, as text, in which nobody meets."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time for one meeting, counted from 1 over all sessions of a fair."""

    number: int
    session_id: UUID
    session: str
    starts_at: datetime
    ends_at: datetime
    after_pause: bool = False  # A long pause lies before it: no gap spans it.

    @property
    def code(self) -> str:
        """How a form names it: by its beginning, which stays right when other sessions change."""
        return self.starts_at.strftime("%Y-%m-%dT%H:%M")

    @property
    def clock(self) -> str:
        """Its times on the wall: 08:00–08:15."""
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


def slots_of(sessions: Iterable[Sitting]) -> tuple[Slot, ...]:
    """The slots of all sessions, in the order of time."""
    found: list[Slot] = []
    for each in sorted(sessions, key=lambda one: (one.day, one.starts, str(one.id))):
        before: datetime | None = None
        for start, end in _times(each):
            long = before is None or start - before > timedelta(minutes=each.pause_minutes)
            found.append(Slot(len(found) + 1, each.id, each.name, start, end, bool(found) and long))
            before = end
    return tuple(found)


def _times(sitting: Sitting) -> list[tuple[datetime, datetime]]:
    def at(moment: time) -> datetime:
        return datetime.combine(sitting.day, moment, clock.ZONE)

    end, length = at(sitting.ends), timedelta(minutes=sitting.slot_minutes)
    breaks = sorted((at(time.fromisoformat(first)), at(time.fromisoformat(last))) for first, last in sitting.breaks)
    found, start = [], at(sitting.starts)
    while start + length <= end:
        closed = [last for first, last in breaks if first < start + length and start < last]
        if closed:
            start = max(closed)
            continue
        found.append((start, start + length))
        start += length + timedelta(minutes=sitting.pause_minutes)
    return found


def overlapping(sessions: Iterable[Sitting]) -> bool:
    """Whether two of the sessions run at the same time: somebody would be in two places."""
    found = sorted((one.day, one.starts, one.ends) for one in sessions)
    return any(a[0] == b[0] and b[1] < a[2] for a, b in pairwise(found))


def closed_to(slots: Sequence[Slot], away: Iterable[tuple[datetime, datetime]]) -> frozenset[int]:
    """The slots that lie, wholly or partly, in the times at which somebody is away."""
    times = list(away)
    return frozenset(
        each.number for each in slots if any(first < each.ends_at and each.starts_at < last for first, last in times)
    )
