"""What happens around meetings. The subject is the fair; of a timetable the timetable, of a meeting the meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_READ = "Both sides read it on the page of the meetings."
_MAILED = "The mail is written in the same transaction."


@dataclass(frozen=True)
class _Read(Event):
    unanswered: ClassVar[str | None] = _READ


@dataclass(frozen=True)
class MeetingTermsSet(_Read):
    """The organiser has said what holds for all meetings of a fair."""


@dataclass(frozen=True)
class MeetingSessionSet(_Read):
    """A session was added, changed or taken away."""

    session_id: UUID


@dataclass(frozen=True)
class ParticipantJoined(_Read):
    """An organisation takes part in the meetings of a fair, or takes part again."""

    participant_id: UUID


@dataclass(frozen=True)
class ParticipantLeft(_Read):
    """It takes part no more."""

    participant_id: UUID


@dataclass(frozen=True)
class ParticipantFilled(_Read):
    """A participant has said when it can, how many meetings it wants, whom to ask for."""

    participant_id: UUID


@dataclass(frozen=True)
class ParticipantsReminded(Event):
    """The organiser has had those reminded who have entered nothing."""

    unanswered: ClassVar[str | None] = _MAILED


@dataclass(frozen=True)
class MeetingWished(_Read):
    """One participant wants to meet another, more or less than before, or no more."""

    participant_id: UUID
    other_id: UUID


@dataclass(frozen=True)
class MeetingAsked(Event):
    """One participant asks another for a meeting."""

    ask_id: UUID

    unanswered: ClassVar[str | None] = _MAILED


@dataclass(frozen=True)
class MeetingAnswered(Event):
    """A request for a meeting was accepted, declined or withdrawn."""

    ask_id: UUID

    unanswered: ClassVar[str | None] = _MAILED


@dataclass(frozen=True)
class MeetingAsksLapsed(_Read):
    """Requests for meetings that nobody answered in time have lapsed."""


@dataclass(frozen=True)
class TimetableAsked(Event):
    """The organiser wants a timetable; the worker looks for it. The subject is the timetable."""

    fair_id: UUID


@dataclass(frozen=True)
class TimetableEnded(_Read):
    """A timetable was found, could not be found, or was called off. The subject is the timetable."""

    fair_id: UUID


@dataclass(frozen=True)
class TimetableSetByHand(_Read):
    """The organiser has changed a timetable herself. The subject is the new version."""

    fair_id: UUID


@dataclass(frozen=True)
class TimetablePublished(Event):
    """A timetable holds from now on; those for whom something is new are written to. The subject is the timetable."""

    fair_id: UUID


@dataclass(frozen=True)
class MeetingCancelled(Event):
    """One meeting of the published timetable will not be held. The subject is the meeting."""

    fair_id: UUID

    unanswered: ClassVar[str | None] = _MAILED


@dataclass(frozen=True)
class AttendanceSaid(_Read):
    """One side has said whether a meeting was held. The subject is the meeting."""

    side: str


@dataclass(frozen=True)
class MeetingResultSaid(_Read):
    """One side has said what came of a meeting. The subject is the meeting."""

    side: str
    months: int


@dataclass(frozen=True)
class MeetingFeedMade(_Read):
    """An organisation has a calendar address, a new one in place of the old, or none any more. The subject is it."""
