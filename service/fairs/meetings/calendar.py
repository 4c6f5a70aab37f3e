"""An agenda as iCalendar: whoever has fetched it once sees a moved meeting move, and a cancelled one go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta

import icalendar

from service.core import clock
from service.core.i18n import _
from service.fairs.meetings.models import MeetingState
from service.fairs.meetings.views import MeetingLine

MADE_BY = "-//Cho Phien//Cuoc gap//VI"
REFRESH = timedelta(hours=1)


def calendar_of(lines: Iterable[MeetingLine], *, name: str, base: str) -> bytes:
    """The meetings as a calendar. Nothing in it depends on the moment of reading, so the same meetings give the same bytes.

    A meeting's UID is its id; SEQUENCE is raised by every change of time, place or state; cancelled ones stay, as CANCELLED.
    """
    made = icalendar.Calendar()
    made.add("prodid", MADE_BY)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", clock.ZONE.key)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for line in sorted(lines, key=lambda one: (one.starts_at, str(one.id))):
        made.add_component(_event(line, base))
    made.add_missing_timezones()
    written: bytes = made.to_ical()
    return written


def _event(line: MeetingLine, base: str) -> icalendar.Event:
    cancelled = line.state is MeetingState.CANCELLED
    changed = line.changed_at.astimezone(UTC)
    event = icalendar.Event()
    event.add("uid", f"{line.id}@chophien")
    event.add("sequence", line.sequence)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", line.starts_at.astimezone(clock.ZONE))
    event.add("dtend", line.ends_at.astimezone(clock.ZONE))
    event.add("summary", _("Gặp %(who)s", who=line.other))
    event.add("location", ", ".join(part for part in (line.seat, line.fair_place) if part))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    about = [line.fair_name, *([line.goods] if line.goods else [])]
    event.add("description", "\n".join(about))
    event.add("url", f"{base.rstrip('/')}/cuoc-gap/{line.id}")
    return event
