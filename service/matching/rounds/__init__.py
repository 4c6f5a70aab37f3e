"""A matching round: all requests of a conference cleared against all capacity at once (M2, M16).

A verified organiser prepares a round: days, place, last days for both sides, and questions that it asks of every request
besides the usual ones. While it *collects*, buyers bring their requests and suppliers join with their products; those of an
earlier round can be taken over. A *clearing* shares out whole kilograms so that everybody reaches a floor where possible and
the rest goes where it fits best; the worker does it, with a proof of how good it is and what other degrees of fairness would
give. The organiser *publishes* one: each side reads its own proposals and says whether it wants to meet. A proposal promises
nobody anything: that is for quotes and awards.

Writing (each is allowed by `rules`, told to the journal, and safe to repeat):
    open_round(session, actor, RoundDraft(...), key=UUID) -> Round
    revise_round(session, actor, code, RoundDraft(...), version=n), add_field, remove_field, move_round
    bring_request(session, actor, code, request_code, typed), take_back_request(session, actor, code, request_code)
    join(session, actor, code, Joining(...)), leave(session, actor, code), take_over(session, actor, code, earlier_code)
    ask_clearing(session, actor, code, ClearingWish(...)), stop_clearing, publish_clearing(session, actor, code, number)
    say_wish(session, actor, proposal_id, Wish.MEET), send_invitations(session, actor, code)
Reading (each for one reader):
    round_list, round_page, open_rounds, round_requests, round_suppliers, own_requests, own_products, earlier_rounds
    clearing_list, clearing_page, clearing_needs, clearing_suppliers, proposal_list, every_proposal,
    own_lines (what one side got of its own, and why not more)
For the form of a request: `open_rounds(session)` says where it may be brought, `fields_for(session, round_id)` what is asked
there, `read_extra(fields, typed)` reads the answers (`x_name` in a form), and `bring_request` keeps them. The template
`rounds/_extra_fields.html` shows the questions.
"""

from service.matching.rounds.clearing import (
    FAIRNESS,
    USUAL,
    Fairness,
    Need,
    Pairs,
    Plan,
    Problem,
    Supply,
    Worth,
    violations,
    worth,
)
from service.matching.rounds.clearing_queries import (
    clearing_list,
    clearing_needs,
    clearing_page,
    clearing_suppliers,
    every_proposal,
    own_lines,
    proposal_list,
)
from service.matching.rounds.clearing_views import (
    ClearingView,
    GotLine,
    NeedLine,
    ProposalList,
    ProposalView,
    TradeoffView,
    shown_at_once,
)
from service.matching.rounds.clearings import ask_clearing, clear_here, outcome_of, publish_clearing, stop_clearing, work
from service.matching.rounds.fields import Extra, Field, answers, read_extra, typed_extra
from service.matching.rounds.inputs import Bringing, ClearingWish, FieldDraft, Joining, RoundDraft, RoundForm, Saying
from service.matching.rounds.material import Material, material
from service.matching.rounds.models import (
    Clearing,
    ClearingState,
    FieldKind,
    Proposal,
    Round,
    RoundField,
    RoundState,
    Wish,
)
from service.matching.rounds.opening import add_field, move_round, open_round, remove_field, revise_round
from service.matching.rounds.participants import bring_request, join, leave, take_back_request, take_over
from service.matching.rounds.proposals import say_wish, send_invitations, tell_both_sides
from service.matching.rounds.queries import (
    earlier_rounds,
    fields_for,
    open_rounds,
    own_products,
    own_requests,
    round_list,
    round_page,
    round_requests,
    round_suppliers,
    round_to_run,
)
from service.matching.rounds.rules import MOVES, may_join, may_open, may_revise, why_not_open
from service.matching.rounds.scoring import Scored, score_all
from service.matching.rounds.views import OwnProduct, OwnRequest, Page, RequestLine, RoundList, RoundView, SupplierLine
from service.matching.rounds.words import fairness_name, field_kind_name, state_name, wish_name

__all__ = [
    "FAIRNESS",
    "MOVES",
    "USUAL",
    "Bringing",
    "Clearing",
    "ClearingState",
    "ClearingView",
    "ClearingWish",
    "Extra",
    "Fairness",
    "Field",
    "FieldDraft",
    "FieldKind",
    "GotLine",
    "Joining",
    "Material",
    "Need",
    "NeedLine",
    "OwnProduct",
    "OwnRequest",
    "Page",
    "Pairs",
    "Plan",
    "Problem",
    "Proposal",
    "ProposalList",
    "ProposalView",
    "RequestLine",
    "Round",
    "RoundDraft",
    "RoundField",
    "RoundForm",
    "RoundList",
    "RoundState",
    "RoundView",
    "Saying",
    "Scored",
    "SupplierLine",
    "Supply",
    "TradeoffView",
    "Wish",
    "Worth",
    "add_field",
    "answers",
    "ask_clearing",
    "bring_request",
    "clear_here",
    "clearing_list",
    "clearing_needs",
    "clearing_page",
    "clearing_suppliers",
    "earlier_rounds",
    "every_proposal",
    "fairness_name",
    "field_kind_name",
    "fields_for",
    "join",
    "leave",
    "material",
    "may_join",
    "may_open",
    "may_revise",
    "move_round",
    "open_round",
    "open_rounds",
    "outcome_of",
    "own_lines",
    "own_products",
    "own_requests",
    "proposal_list",
    "publish_clearing",
    "read_extra",
    "remove_field",
    "revise_round",
    "round_list",
    "round_page",
    "round_requests",
    "round_suppliers",
    "round_to_run",
    "say_wish",
    "score_all",
    "send_invitations",
    "shown_at_once",
    "state_name",
    "stop_clearing",
    "take_back_request",
    "take_over",
    "tell_both_sides",
    "typed_extra",
    "violations",
    "why_not_open",
    "wish_name",
    "work",
    "worth",
]
