"""The days of the fair and what came of them: check-in, leads, sales, returns, the report of results (F14-F17).

At the gate, by the fair's organiser:
    make_roster(session, actor, slug) -> int                      everybody who has a booth, each with a pass
    add_pass, revoke_pass; check_in(session, actor, slug, CheckInDraft(...)) -> Came; undo_check_in
At the booth, by the exhibitor's own people (safe to repeat by the key of the phone):
    take_lead, revise_lead, erase_lead                            known to them only; the organiser sees how many
    record_sale, correct_sale, withdraw_sale                      also by the organiser, from paper, with exhibitor_id
    sign_paper, withdraw_paper, say_own_facts                     memoranda and contracts; goods brought and left, own costs
By the organiser, for the report: say_visitors, keep_money, remove_money, note_complaint, settle_complaint, say_findings
Reading:
    gate, exhibitor_passes, all_passes, sales_of                  for the organiser
    board, leads, lead                                            for the exhibitor
    returns(session, fair_id) -> Returns; results, comparison, own_returns, report     what came of it (results.py)
    trace(session, supplier_id, buyer_id, at) -> Met | None       the fair that an order comes from: deals ask it
Pure: `returning.of(record)`, `returning.together(records)`: the measure itself.
"""

from __future__ import annotations

from service.fairs.onsite import codes
from service.fairs.onsite import holdings as _holdings  # noqa: F401 - it tells accounts what names a person here.
from service.fairs.onsite import returns as returning
from service.fairs.onsite.check_ins import Came, check_in, undo_check_in
from service.fairs.onsite.figures import Line, Returns
from service.fairs.onsite.inputs import (
    CheckInDraft,
    ComplaintDraft,
    FindingsDraft,
    LeadDraft,
    MoneyDraft,
    OwnFacts,
    PaperDraft,
    PassDraft,
    SaleDraft,
    Settling,
    VisitorsDraft,
)
from service.fairs.onsite.keeping import (
    keep_money,
    note_complaint,
    remove_money,
    say_findings,
    say_visitors,
    settle_complaint,
)
from service.fairs.onsite.leads import erase_lead, revise_lead, take_lead
from service.fairs.onsite.models import How, PaperKind, Side, Source
from service.fairs.onsite.papers import say_own_facts, sign_paper, withdraw_paper
from service.fairs.onsite.queries import all_passes, board, exhibitor_passes, gate, lead, leads, sales_of
from service.fairs.onsite.results import (
    Books,
    Compared,
    Group,
    OwnReturn,
    Report,
    Results,
    books,
    comparison,
    own_returns,
    report,
    results,
    returns,
)
from service.fairs.onsite.returns import Cost, Figure, Return
from service.fairs.onsite.roster import Standing, add_pass, make_roster, revoke_pass, who_stands
from service.fairs.onsite.sales import correct_sale, record_sale, withdraw_sale
from service.fairs.onsite.tracing import Met, Traced, met_at, trace
from service.fairs.onsite.views import (
    Board,
    Gate,
    GateLine,
    LeadView,
    PassView,
    SaleView,
    how_name,
    paper_kind_name,
    rating_name,
    side_name,
    source_name,
)

__all__ = [
    "Board",
    "Books",
    "Came",
    "CheckInDraft",
    "Compared",
    "ComplaintDraft",
    "Cost",
    "Figure",
    "FindingsDraft",
    "Gate",
    "GateLine",
    "Group",
    "How",
    "LeadDraft",
    "LeadView",
    "Line",
    "Met",
    "MoneyDraft",
    "OwnFacts",
    "OwnReturn",
    "PaperDraft",
    "PaperKind",
    "PassDraft",
    "PassView",
    "Report",
    "Results",
    "Return",
    "Returns",
    "SaleDraft",
    "SaleView",
    "Settling",
    "Side",
    "Source",
    "Standing",
    "Traced",
    "VisitorsDraft",
    "add_pass",
    "all_passes",
    "board",
    "books",
    "check_in",
    "codes",
    "comparison",
    "correct_sale",
    "erase_lead",
    "exhibitor_passes",
    "gate",
    "how_name",
    "keep_money",
    "lead",
    "leads",
    "make_roster",
    "met_at",
    "note_complaint",
    "own_returns",
    "paper_kind_name",
    "rating_name",
    "record_sale",
    "remove_money",
    "report",
    "results",
    "returning",
    "returns",
    "revise_lead",
    "revoke_pass",
    "sales_of",
    "say_findings",
    "say_own_facts",
    "say_visitors",
    "settle_complaint",
    "side_name",
    "sign_paper",
    "source_name",
    "take_lead",
    "trace",
    "undo_check_in",
    "who_stands",
    "withdraw_paper",
    "withdraw_sale",
]
