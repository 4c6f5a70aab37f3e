"""What buyers look for, and who could supply it.

A distributor posts a *request*: which goods, how many kilograms in which months, at most at what price, with which
papers, where to. Every published product is judged against it when the page is read, so a ranking is never stale: who
fits, why, who nearly does and what would let it in. A request is a *draft* (its owner's own), *open*, or *closed*; it is
seen by everyone, by suppliers that fit, or by everyone without the buyer's name.

Writing (each is allowed by `rules`, told to the journal, and safe to repeat):
    found_buyer(session, actor, organisation_id, BuyerProfile(...)) -> Buyer
    submit_buyer(session, actor, buyer_id), decide_buyer(session, actor, buyer_id, BuyerDecision(...)) -> Buyer
    open_request(session, actor, buyer_id, RequestDraft(...), key=UUID, keep_as_draft=False) -> SourcingRequest
    revise_request(session, actor, code, RequestDraft(...), version=n, publish=False) -> SourcingRequest
    close_request(session, actor, code, Closing(reason=..., version=n)) -> SourcingRequest
    copy_request(session, actor, code, key=UUID) -> SourcingRequest    a draft that asks for the same in the year to come
Reading (each for one reader; what she may not know is left out):
    ranked(session, code, Weights(...), actor=None, limit=20) -> RankedView     the page, the API, `chophien match`
    open_requests(session, RequestSearch(...), actor) -> RequestList
    requests_for_supplier(session, actor) -> FitList
    requests_for_product(session, slug, actor) -> FitList
    compare(session, slugs, actor) -> Comparison                two to four products side by side
    waiting(session, actor) -> WaitList                         what waits for the reader's organisation, the most urgent first
    version_pages(session, code, actor) -> (RequestView, [VersionView])    what each change of a published request changed

`RequestDraft.months` is a tuple of (any day of the month, kilograms); `commodity` is a slug or a name; with a `key`
that stays the same, the same request twice is one request with one code.

What follows a request has faces of its own, each described where it is: `matching.invitations`, `matching.quotes`,
`matching.pooling`, `matching.rounds`, `matching.demand`, `matching.gaps`, `matching.netprice`, `matching.checklists`,
`matching.weights`.
"""

from service.matching import checklists, demand, gaps, invitations, netprice, pooling, quotes, rounds, weights
from service.matching import holdings as _holdings  # noqa: F401 - it tells accounts what names a person here.
from service.matching.buyer_queries import BuyerProfilePage, BuyerQueue, buyer_profile, buyers_waiting, own_profile
from service.matching.buyers import decide_buyer, found_buyer, submit_buyer
from service.matching.comparison import MOST as MOST_COMPARED
from service.matching.comparison import Compared, Comparison, compare
from service.matching.copies import copy_request
from service.matching.evidence import factor_name
from service.matching.inputs import BuyerDecision, BuyerProfile, BuyerWords, Closing, RequestDraft, RequestForm
from service.matching.judging import (
    FitList,
    RequestFit,
    ranked,
    request_page,
    requests_for_product,
    requests_for_supplier,
)
from service.matching.lists.inputs import ItemMove, ItemNote, SearchWish, ShortlistName
from service.matching.lists.models import Frequency, SavedSearch, SearchState, Shortlist, ShortlistItem
from service.matching.lists.queries import (
    ItemView,
    SavedSearchView,
    ShortlistLine,
    ShortlistView,
    own_search,
    own_searches,
    own_shortlist,
    own_shortlists,
    search_to_stop,
    whole_shortlist,
)
from service.matching.lists.rules import may_keep_lists, may_save_search
from service.matching.lists.saved_searches import (
    change_search,
    drop_search,
    note_new_products,
    save_search,
    stop_search,
    tell_of_finds,
)
from service.matching.lists.shortlists import (
    drop_shortlist,
    list_product,
    list_supplier,
    make_shortlist,
    move_item,
    note_item,
    remove_item,
    rename_shortlist,
)
from service.matching.models import Buyer, BuyerKind, BuyerState, CloseReason, RequestState, SourcingRequest, Visibility
from service.matching.queries import (
    RequestList,
    RequestSearch,
    buyer_of,
    open_by_buyer,
    open_requests,
    own_requests,
    wanted_by,
)
from service.matching.ranking import FACTORS, Weights
from service.matching.reasons import Reason
from service.matching.requests import close_request, open_request, revise_request
from service.matching.rules import may_act_for, may_ask_publicly, may_close, may_revise
from service.matching.tabs import Tabs, request_tabs
from service.matching.versions import Changed, VersionView, version_pages
from service.matching.views import (
    BuyerView,
    CandidateView,
    RankedView,
    RequestView,
    buyer_kind_name,
    close_reason_name,
    visibility_name,
)
from service.matching.waiting import Wait, WaitList, Waits, waiting

__all__ = [
    "FACTORS",
    "MOST_COMPARED",
    "Buyer",
    "BuyerDecision",
    "BuyerKind",
    "BuyerProfile",
    "BuyerProfilePage",
    "BuyerQueue",
    "BuyerState",
    "BuyerView",
    "BuyerWords",
    "CandidateView",
    "Changed",
    "CloseReason",
    "Closing",
    "Compared",
    "Comparison",
    "FitList",
    "Frequency",
    "ItemMove",
    "ItemNote",
    "ItemView",
    "RankedView",
    "Reason",
    "RequestDraft",
    "RequestFit",
    "RequestForm",
    "RequestList",
    "RequestSearch",
    "RequestState",
    "RequestView",
    "SavedSearch",
    "SavedSearchView",
    "SearchState",
    "SearchWish",
    "Shortlist",
    "ShortlistItem",
    "ShortlistLine",
    "ShortlistName",
    "ShortlistView",
    "SourcingRequest",
    "Tabs",
    "VersionView",
    "Visibility",
    "Wait",
    "WaitList",
    "Waits",
    "Weights",
    "buyer_kind_name",
    "buyer_of",
    "buyer_profile",
    "buyers_waiting",
    "change_search",
    "checklists",
    "close_reason_name",
    "close_request",
    "compare",
    "copy_request",
    "decide_buyer",
    "demand",
    "drop_search",
    "drop_shortlist",
    "factor_name",
    "found_buyer",
    "gaps",
    "invitations",
    "list_product",
    "list_supplier",
    "make_shortlist",
    "may_act_for",
    "may_ask_publicly",
    "may_close",
    "may_keep_lists",
    "may_revise",
    "may_save_search",
    "move_item",
    "netprice",
    "note_item",
    "note_new_products",
    "open_by_buyer",
    "open_request",
    "open_requests",
    "own_profile",
    "own_requests",
    "own_search",
    "own_searches",
    "own_shortlist",
    "own_shortlists",
    "pooling",
    "quotes",
    "ranked",
    "remove_item",
    "rename_shortlist",
    "request_page",
    "request_tabs",
    "requests_for_product",
    "requests_for_supplier",
    "revise_request",
    "rounds",
    "save_search",
    "search_to_stop",
    "stop_search",
    "submit_buyer",
    "tell_of_finds",
    "version_pages",
    "visibility_name",
    "waiting",
    "wanted_by",
    "weights",
    "whole_shortlist",
]
