"""Where suppliers meet buyers: fairs, product weeks and supply–demand conferences.

A fair has a place, days, hosts and halls, and buyers who have said that they will be there. From the season and stock of a
product, the days of a fair and the buyers there follows which fair suits which product, with the reasons.

Writing (each is allowed by `rules`, told to the journal, and safe to repeat):
    announce_fair(session, actor, FairDraft(...), organisation_id=None) -> Fair      the same slug again: brought up to date
    draft_fair(session, actor, FairDraft(...), key=UUID) -> Fair   prepared: nobody else sees it; the same key is the same fair
    publish_fair(session, actor, slug, version=n) -> Fair          on the calendar, for everybody
    revise_fair(session, actor, slug, FairDraft(...), version=n) -> Fair    what the draft leaves out stays as it is
    set_hours(session, actor, slug, [DayHours(day, opens, closes)], version=n) -> Fair
    cancel_fair(session, actor, slug) -> Fair
    expect_buyer(session, actor, slug, Expected(buyer_id=..., looking_for=..., commodities=("mien-dong",))) -> FairBuyer
Reading:
    calendar(session, FairSearch(...), actor) -> FairList       those to come, or those that are over
    head(session, slug, actor), own_head(session, slug, actor) -> FairView   what stands at the head of every page of a fair
    coming(session, limit) -> [FairView]                        the next ones: name, href, when, where
    fair_page(session, slug, actor) -> FairPage                 hours, halls, buyers there, products that suit it
    hours(session, fair_id) -> [DayView]                        the days of which the hours are known
    fairs_for_product(session, slug, actor) -> [SuitView]       the coming fairs for one product, best first
An event of which only the month or the year is known carries `date_precision="month"` or `"year"`.

What makes a fair has faces of its own, each described where it is: `fairs.layouts` (halls and booths), `fairs.applications`,
`fairs.charges` (rates, services, fees), `fairs.bookings` (who has which booth when), `fairs.plans` (the allocation),
`fairs.meetings`, `fairs.onsite` (the days themselves, and what came of them), `fairs.advice` (which fair for which product),
`fairs.desk` (the organiser's desk, above all of them).
"""

from service.fairs import advice, applications, bookings, charges, desk, layouts, meetings, onsite, papers, plans
from service.fairs.advice import fair_page, fairs_for_product
from service.fairs.fairs import announce_fair, cancel_fair, draft_fair, expect_buyer, publish_fair, revise_fair
from service.fairs.hours import hours, set_hours
from service.fairs.inputs import DayHours, Expected, FairDraft, FairForm, HallDraft
from service.fairs.models import DatePrecision, Fair, FairKind, FairState
from service.fairs.queries import FairSearch, calendar, coming, head, own_head
from service.fairs.rules import may_announce, may_change, why_not_announce
from service.fairs.views import Call, DayView, ExpectedView, FairList, FairPage, FairView, HallView, SuitView, kind_name

__all__ = [
    "Call",
    "DatePrecision",
    "DayHours",
    "DayView",
    "Expected",
    "ExpectedView",
    "Fair",
    "FairDraft",
    "FairForm",
    "FairKind",
    "FairList",
    "FairPage",
    "FairSearch",
    "FairState",
    "FairView",
    "HallDraft",
    "HallView",
    "SuitView",
    "advice",
    "announce_fair",
    "applications",
    "bookings",
    "calendar",
    "cancel_fair",
    "charges",
    "coming",
    "desk",
    "draft_fair",
    "expect_buyer",
    "fair_page",
    "fairs_for_product",
    "head",
    "hours",
    "kind_name",
    "layouts",
    "may_announce",
    "may_change",
    "meetings",
    "onsite",
    "own_head",
    "papers",
    "plans",
    "publish_fair",
    "revise_fair",
    "set_hours",
    "why_not_announce",
]
