"""The organiser's desk, above all parts of a fair: her fairs with what waits, and a new fair from an earlier one (A4).

desk_list(session, actor, cursor=None) -> DeskList        drafts, running, to come, over; with what waits at each
overview(session, slug, actor) -> Overview                one fair: what stands, what is next, what waits, its history
copy_fair(session, actor, slug, CopyDraft(...), key=UUID) -> Fair     a draft from an earlier fair (A4); days move along
sources(session, actor, slug) -> [SourceView]             earlier fairs and rounds whose participants can be taken over
candidates(session, actor, slug, Source(...)) -> [Candidate]
ask(session, actor, slug, Asking(...)) -> (suppliers, buyers)         invites them by one press; nobody is asked twice
fair_waiting(session, actor) -> FairWaitList              what of all fairs waits for a supplier or a buyer, most urgent first
"""

from __future__ import annotations

from service.fairs.desk.asking import ask, candidates, sources
from service.fairs.desk.copying import copy_fair
from service.fairs.desk.inputs import Asking, CopyDraft, CopyForm, Source, SourceKind
from service.fairs.desk.queries import desk_list, fact_words, may_hold, overview
from service.fairs.desk.views import Candidate, Chore, Counts, DeskLine, DeskList, Overview, SourceView, call_words
from service.fairs.desk.waiting import FairWait, FairWaitList, FairWaits, fair_waiting

__all__ = [
    "Asking",
    "Candidate",
    "Chore",
    "CopyDraft",
    "CopyForm",
    "Counts",
    "DeskLine",
    "DeskList",
    "FairWait",
    "FairWaitList",
    "FairWaits",
    "Overview",
    "Source",
    "SourceKind",
    "SourceView",
    "ask",
    "call_words",
    "candidates",
    "copy_fair",
    "desk_list",
    "fact_words",
    "fair_waiting",
    "may_hold",
    "overview",
    "sources",
]
