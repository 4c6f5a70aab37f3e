"""What a supplier's past says of its next promise: one number from 0 to 1, and what it stands on. PURE.

Two things are known of the past, and each counts by itself:

* **deliveries**, of all kilograms whose month is over: the share that came in its month counts two parts, the share that came
  at all one part;
* **answers**, of all invitations that are answered or whose last day went by: the share that was answered in time, drawn a
  little towards one half while there are few (one invitation is no habit), and half of it by how soon the answers come.

Deliveries weigh twice as much as answers. Of which nothing is known counts as one half; where nothing at all is known, the
whole is unknown and not a half of anything.
"""

from __future__ import annotations

from dataclasses import dataclass

DELIVERIES, ANSWERS = 2.0, 1.0
ON_TIME, IN_FULL = 2.0, 1.0
EVEN_HOURS = 48.0  # An answer after two days counts half as soon as one at once.
UNKNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Record:
    """A supplier's past: of `promised` kilograms whose month is over so many came on time, so many at all; and its answers."""

    promised: float = 0.0
    on_time: float = 0.0
    delivered: float = 0.0
    answered: int = 0
    silent: int = 0
    hours: float | None = None  # From an invitation to the first word, in the middle.

    @property
    def asked(self) -> int:
        """The invitations of which something is known."""
        return self.answered + self.silent


def reliability(record: Record | None) -> float | None:
    """How far the past speaks for a supplier, from 0 to 1; None where it says nothing."""
    if record is None:
        return None
    delivered, answering = deliveries(record), answers(record)
    if delivered is None and answering is None:
        return None
    parts = DELIVERIES * (UNKNOWN if delivered is None else delivered) + ANSWERS * (UNKNOWN if answering is None else answering)
    return parts / (DELIVERIES + ANSWERS)


def deliveries(record: Record) -> float | None:
    """How much of what was promised came, and came in its month; None where no month with a promise is over."""
    if record.promised <= 0:
        return None
    on_time, at_all = (max(0.0, min(1.0, each / record.promised)) for each in (record.on_time, record.delivered))
    return (ON_TIME * on_time + IN_FULL * at_all) / (ON_TIME + IN_FULL)


def answers(record: Record) -> float | None:
    """How often and how soon it answers; None where it was never asked."""
    if record.asked <= 0:
        return None
    often = (record.answered + 1) / (record.asked + 2)
    soon = 0.0 if record.hours is None else EVEN_HOURS / (EVEN_HOURS + max(0.0, record.hours))
    return often * (1 + soon) / 2
