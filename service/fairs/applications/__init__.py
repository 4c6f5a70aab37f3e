"""Who wants to exhibit at a fair, with which goods and wishes, how it was answered, and who chooses first (F2 F6 F9).

A supplier has one *application* for a fair, kept as a draft, handed in while the call is open, returned, accepted, put on the
waiting list, rejected or withdrawn; the organiser types in those of exhibitors who are not on the market. Several who *share* a
booth, side by side or taking turns by days, are one *party*: what is placed. Parties stand in the *order of choice*: points by
the organiser's rule, ties by a lot that anybody can draw again.

Writing (each is allowed by `rules`, told to the journal, safe to repeat and for two at once):
    keep(session, actor, slug, ApplicationDraft(...), key=..., submit=False) -> Application    the exhibitor's own
    withdraw(session, actor, slug)
    answer(session, actor, slug, code, Answer(to=..., reason=..., faults={...}, version=n)) -> Application    the organiser
    answer_many(session, actor, slug, [(code, version)], Answer(to=...)) -> ManyAnswered
    confirm_claims(session, actor, slug, code, claims, version=n)
    put_applications(session, actor, slug, [TypedIn(key=..., exhibitor=..., ...)]) -> ids    from paper or a sheet, many at once
    revise_typed_in(session, actor, slug, code, TypedInRevision(...))
    open_share, invite, join, answer_share, leave_share       each (session, actor, slug, ...)
    set_rule(session, actor, slug, RuleDraft(...)), promise_draw(session, actor, slug, PromiseDraft(key=...)),
    draw_order(session, actor, slug, number, DrawDraft(called=...)) -> ChoiceDraw
Reading:
    parties(session, fair_id) -> [Party]                      accepted and waiting ones, in the order of choice
    application_of(session, fair_id, supplier_id), applications_named(session, ids), meant(session, fair_id, typed)
    own_applications(session, actor), open_calls(session, actor), own_application(session, slug, actor)
    application_list(session, slug, actor, ListSearch(...)), every_application(...), application_page(...)
    next_waiting(session, fair_id)                            who is called when a place becomes free
    choice_rule, preview, own_points, drawings, drawing_document; `choice` is the arithmetic of it
"""

from service.fairs.applications import choice
from service.fairs.applications import holdings as _holdings  # noqa: F401 - it tells accounts what names a person here.
from service.fairs.applications.answering import ManyAnswered, answer, answer_many, confirm_claims
from service.fairs.applications.applying import keep, withdraw
from service.fairs.applications.choice_facts import Candidate
from service.fairs.applications.choice_queries import (
    RuleView,
    choice_rule,
    drawing_document,
    drawings,
    order_of,
    own_points,
    preview,
)
from service.fairs.applications.drawing import draw_order, promise_draw, set_rule
from service.fairs.applications.goods import GoodsView
from service.fairs.applications.inputs import (
    MOST_CLAIMS,
    Answer,
    ApplicationDraft,
    ApplicationForm,
    ClaimDraft,
    DrawDraft,
    PromiseDraft,
    RuleDraft,
    ShareAnswer,
    ShareDraft,
    ShareWith,
    TypedIn,
    TypedInForm,
    TypedInRevision,
    Wishes,
)
from service.fairs.applications.lists import ListSearch, SheetLine, application_list, every_application, next_waiting
from service.fairs.applications.models import Application, ApplicationState, Goods, ShareKind, SharerState
from service.fairs.applications.own import (
    application_page,
    form_choices,
    goods_for,
    open_calls,
    own_application,
    own_applications,
)
from service.fairs.applications.parties import Party, Sharer
from service.fairs.applications.places import former_districts
from service.fairs.applications.queries import application_of, applications_named, parties
from service.fairs.applications.rules import ANSWERS, call_is_open, is_supplier, may_apply, may_revise, why_closed
from service.fairs.applications.sharing import answer_share, invite, join, leave_share, open_share
from service.fairs.applications.sheet import headings as sheet_headings
from service.fairs.applications.sheet import rows_in as sheet_rows
from service.fairs.applications.stored import Named, meant
from service.fairs.applications.typing_in import put_applications, revise_typed_in
from service.fairs.applications.views import (
    ApplicationLine,
    ApplicationList,
    ApplicationView,
    Choices,
    DrawView,
    OwnLine,
    ShareView,
    claim_name,
    field_names,
    goods_name,
    part_name,
    power_name,
    share_kind_name,
    sharer_state_name,
    state_name,
)
from service.fairs.layouts.models import Power

__all__ = [
    "ANSWERS",
    "MOST_CLAIMS",
    "Answer",
    "Application",
    "ApplicationDraft",
    "ApplicationForm",
    "ApplicationLine",
    "ApplicationList",
    "ApplicationState",
    "ApplicationView",
    "Candidate",
    "Choices",
    "ClaimDraft",
    "DrawDraft",
    "DrawView",
    "Goods",
    "GoodsView",
    "ListSearch",
    "ManyAnswered",
    "Named",
    "OwnLine",
    "Party",
    "Power",
    "PromiseDraft",
    "RuleDraft",
    "RuleView",
    "ShareAnswer",
    "ShareDraft",
    "ShareKind",
    "ShareView",
    "ShareWith",
    "Sharer",
    "SharerState",
    "SheetLine",
    "TypedIn",
    "TypedInForm",
    "TypedInRevision",
    "Wishes",
    "answer",
    "answer_many",
    "answer_share",
    "application_list",
    "application_of",
    "application_page",
    "applications_named",
    "call_is_open",
    "choice",
    "choice_rule",
    "claim_name",
    "confirm_claims",
    "draw_order",
    "drawing_document",
    "drawings",
    "every_application",
    "field_names",
    "form_choices",
    "former_districts",
    "goods_for",
    "goods_name",
    "invite",
    "is_supplier",
    "join",
    "keep",
    "leave_share",
    "may_apply",
    "may_revise",
    "meant",
    "next_waiting",
    "open_calls",
    "open_share",
    "order_of",
    "own_application",
    "own_applications",
    "own_points",
    "part_name",
    "parties",
    "power_name",
    "preview",
    "promise_draw",
    "put_applications",
    "revise_typed_in",
    "set_rule",
    "share_kind_name",
    "sharer_state_name",
    "sheet_headings",
    "sheet_rows",
    "state_name",
    "why_closed",
    "withdraw",
]
