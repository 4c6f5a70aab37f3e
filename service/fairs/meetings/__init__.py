"""Meetings at a fair: sessions, wishes, a timetable without clashes, agendas, attendance, outcomes (B1-B8).

The organiser sets terms (tables or the exhibitors' booths, caps for each side) and sessions, from which the slots follow.
Exhibitors, accepted applicants, buyers who will be there and participants of a matching round of the fair take part: they say
when they cannot, whom they want to meet, ask each other and answer. The worker makes a timetable out of it, with a proof of how
good it is; the organiser may change it by hand before the same judge, and publishes it. A meeting keeps its id through every
change; only those hear of a change whom it concerns. On the day both sides say whether they met, and later what came of it.

Writing (each is allowed by `rules`, told to the journal, and safe to repeat):
    set_terms, add_session, revise_session, drop_session(session, actor, slug, ...)              the organiser
    invite_all, invite_one, remove_part, remind_silent(session, actor, slug, ...)                the organiser
    save_part, leave_meetings(session, actor, slug, ...), wish, unwish, take_over, ask, answer_ask   a participant
    ask_timetable, stop_timetable, change_by_hand, keep_whole, publish(session, actor, slug, ...)    the organiser
    cancel_meeting(session, actor, meeting_id)                                                   either side, the organiser
    say_attendance(session, actor, meeting_id, Attended(...)), say_result(..., ResultSaid(...))  either side
    make_feed(session, actor), drop_feed(session, actor)                                         the secret calendar address
Reading (each for one reader):
    terms_and_sessions, counts, participant_list, timetable_list, timetable_page, all_meetings           the organiser
    own_part, own_entry, own_wishes, own_asks, others, suggested, own_meetings, meeting_page, results_of, fairs_to_meet_at
    meetings(session, fair_id) -> [MeetingOutcome]      every meeting with what became of it, for the report of results
    feed_of(session, secret, token), meetings_of(session, organisation_id), calendar_of(lines, name=..., base=...)
The pure part (`Problem`, `violations`) knows no database; the solver is loaded by the worker and the command line only.
"""

from service.fairs.meetings import holdings as _holdings  # noqa: F401 - it tells accounts what names a person here.
from service.fairs.meetings.asks import answer_ask, ask, lapse
from service.fairs.meetings.attendance import OwnMeeting, own_meeting, say_attendance
from service.fairs.meetings.by_hand import Judged, change_by_hand, judge_by_hand, keep_whole
from service.fairs.meetings.calendar import calendar_of
from service.fairs.meetings.feeds import drop_feed, feed_of, feed_token, make_feed
from service.fairs.meetings.freezing import freeze
from service.fairs.meetings.frozen import Frozen, Pair, Person
from service.fairs.meetings.inputs import (
    AskAnswer,
    AskDraft,
    Attended,
    HandChange,
    Inviting,
    Other,
    ParticipantDraft,
    ResultSaid,
    SessionDraft,
    SessionForm,
    Taking,
    TermsDraft,
    TermsForm,
    TimetableWish,
    WishDraft,
)
from service.fairs.meetings.models import AskState, MeetingState, Result, Said, Seats, Side, TimetableState
from service.fairs.meetings.names import (
    called_off_name,
    left_out_reason,
    level_name,
    level_value,
    months_name,
    result_name,
    seats_name,
    side_name,
    violation,
)
from service.fairs.meetings.own_queries import (
    FairToMeetAt,
    fairs_to_meet_at,
    others,
    own_asks,
    own_entry,
    own_feed,
    own_wishes,
)
from service.fairs.meetings.participants import (
    Own,
    invite_all,
    invite_one,
    leave_meetings,
    may_join,
    own_head,
    own_part,
    part_of,
    remind_silent,
    remove_part,
    save_part,
    side_of,
)
from service.fairs.meetings.problem import Problem, Timetable, Violation
from service.fairs.meetings.publishing import cancel_meeting, publish, tell_changes
from service.fairs.meetings.queries import (
    all_meetings,
    counts,
    meeting_page,
    meetings,
    meetings_of,
    own_meetings,
    participant_list,
    results_of,
    session_page,
    terms_and_sessions,
)
from service.fairs.meetings.results import MONTHS, ask_results, due_months, say_result
from service.fairs.meetings.rules import may_act_as, may_take_part, may_tell, takes_wishes
from service.fairs.meetings.sessions import add_session, drop_session, revise_session, set_terms, slots_at
from service.fairs.meetings.slots import Slot, slots_of
from service.fairs.meetings.suggestions import Suggestion, suggested, take_over
from service.fairs.meetings.timetable_queries import (
    LevelView,
    Planned,
    TimetablePage,
    TimetableView,
    names_in,
    published_number,
    timetable_list,
    timetable_page,
)
from service.fairs.meetings.timetables import ask_timetable, stop_timetable
from service.fairs.meetings.views import (
    AskView,
    Counts,
    MeetingLine,
    MeetingOutcome,
    OwnPart,
    Page,
    ParticipantLine,
    ResultView,
    SessionView,
    TermsView,
    WishView,
)
from service.fairs.meetings.violations import violations
from service.fairs.meetings.wishes import unwish, wish

__all__ = [
    "MONTHS",
    "AskAnswer",
    "AskDraft",
    "AskState",
    "AskView",
    "Attended",
    "Counts",
    "FairToMeetAt",
    "Frozen",
    "HandChange",
    "Inviting",
    "Judged",
    "LevelView",
    "MeetingLine",
    "MeetingOutcome",
    "MeetingState",
    "Other",
    "Own",
    "OwnMeeting",
    "OwnPart",
    "Page",
    "Pair",
    "ParticipantDraft",
    "ParticipantLine",
    "Person",
    "Planned",
    "Problem",
    "Result",
    "ResultSaid",
    "ResultView",
    "Said",
    "Seats",
    "SessionDraft",
    "SessionForm",
    "SessionView",
    "Side",
    "Slot",
    "Suggestion",
    "Taking",
    "TermsDraft",
    "TermsForm",
    "TermsView",
    "Timetable",
    "TimetablePage",
    "TimetableState",
    "TimetableView",
    "TimetableWish",
    "Violation",
    "WishDraft",
    "WishView",
    "add_session",
    "all_meetings",
    "answer_ask",
    "ask",
    "ask_results",
    "ask_timetable",
    "calendar_of",
    "called_off_name",
    "cancel_meeting",
    "change_by_hand",
    "counts",
    "drop_feed",
    "drop_session",
    "due_months",
    "fairs_to_meet_at",
    "feed_of",
    "feed_token",
    "freeze",
    "invite_all",
    "invite_one",
    "judge_by_hand",
    "keep_whole",
    "lapse",
    "leave_meetings",
    "left_out_reason",
    "level_name",
    "level_value",
    "make_feed",
    "may_act_as",
    "may_join",
    "may_take_part",
    "may_tell",
    "meeting_page",
    "meetings",
    "meetings_of",
    "months_name",
    "names_in",
    "others",
    "own_asks",
    "own_entry",
    "own_feed",
    "own_head",
    "own_meeting",
    "own_meetings",
    "own_part",
    "own_wishes",
    "part_of",
    "participant_list",
    "publish",
    "published_number",
    "remind_silent",
    "remove_part",
    "result_name",
    "results_of",
    "revise_session",
    "save_part",
    "say_attendance",
    "say_result",
    "seats_name",
    "session_page",
    "set_terms",
    "side_name",
    "side_of",
    "slots_at",
    "slots_of",
    "stop_timetable",
    "suggested",
    "take_over",
    "takes_wishes",
    "tell_changes",
    "terms_and_sessions",
    "timetable_list",
    "timetable_page",
    "unwish",
    "violation",
    "violations",
    "wish",
]
