"""What a booth and its services cost: rate plans, orders, fee statements, totals for the contractor (F3 F12).

Writing, by whoever holds the fair (each safe to repeat):
    keep_terms(session, actor, slug, TermsDraft(...), version=n) -> Terms      VAT, deposit, where to pay
    add_rate(session, actor, slug, RateDraft(...), key=UUID), change_rate(..., rate_id, ..., seen=...), remove_rate(...)
    add_service(session, actor, slug, ServiceDraft(...)), change_service(..., service_id, ..., seen=...)
    note_payment(session, actor, application_id, PaymentDraft(key=..., amount_vnd=..., paid_on=...)) -> Payment
    strike_payment(session, actor, application_id, payment_id, why) -> Payment  a mistake; it stays, struck out
    copy_charges(session, actor, from_fair_id, to_fair_id) -> int               an earlier fair's, its days moved along
By an exhibitor, or by the holder of the fair for her:
    order(session, actor, application_id, [Wanted(service_id, quantity)], seen=...) -> {service: quantity}
Reading:
    terms(session, fair_id) -> TermsView; rates(session, fair_id) -> [RateView]; services(session, fair_id) -> [ServiceView]
    statement(session, actor, application_id) -> Statement        for the exhibitor herself and the holder of the fair
    statements(session, actor, slug, cursor=None, owing=False) -> StatementList; every_statement(session, actor, slug)
    subsidies(session, fair_id), costs(session, fair_id) -> {application: đồng}
    totals(session, actor, slug) -> [HallTotals]                  what the contractor brings where, and the load of the power
    order_form(session, actor, application_id), own_account(session, actor, slug), kept_account(session, actor, slug, code)
Pure: `fees.charges(exhibitors, tariffs, first_day, last_day)`, the rules by which all of it is reckoned.
"""

from __future__ import annotations

from service.fairs.charges import fees, quota_places
from service.fairs.charges import holdings as _holdings  # noqa: F401 - it tells accounts what names a person here.
from service.fairs.charges.accounts import LIVE, Account
from service.fairs.charges.copying import copy_charges
from service.fairs.charges.fees import ChargeKind, Instalment
from service.fairs.charges.inputs import (
    PaymentDraft,
    RateDraft,
    RateForm,
    ServiceDraft,
    ServiceForm,
    Striking,
    TermsDraft,
    TermsForm,
    Wanted,
)
from service.fairs.charges.models import Phase, QuotaPer, RateKind, ServiceKind
from service.fairs.charges.ordering import add_service, change_service, order
from service.fairs.charges.payments import note_payment, strike_payment
from service.fairs.charges.queries import (
    costs,
    every_statement,
    kept_account,
    order_form,
    own_account,
    rates,
    readable,
    services,
    statement,
    statements,
    subsidies,
    terms,
    totals,
)
from service.fairs.charges.rules import takes_orders
from service.fairs.charges.tariffs import add_rate, change_rate, keep_terms, remove_rate
from service.fairs.charges.views import (
    HallTotals,
    LineView,
    RateView,
    ServiceView,
    Statement,
    StatementList,
    TermsView,
    phase_name,
    quota_per_name,
    rate_kind_name,
    service_kind_name,
)

__all__ = [
    "LIVE",
    "Account",
    "ChargeKind",
    "HallTotals",
    "Instalment",
    "LineView",
    "PaymentDraft",
    "Phase",
    "QuotaPer",
    "RateDraft",
    "RateForm",
    "RateKind",
    "RateView",
    "ServiceDraft",
    "ServiceForm",
    "ServiceKind",
    "ServiceView",
    "Statement",
    "StatementList",
    "Striking",
    "TermsDraft",
    "TermsForm",
    "TermsView",
    "Wanted",
    "add_rate",
    "add_service",
    "change_rate",
    "change_service",
    "copy_charges",
    "costs",
    "every_statement",
    "fees",
    "keep_terms",
    "kept_account",
    "note_payment",
    "order",
    "order_form",
    "own_account",
    "phase_name",
    "quota_per_name",
    "quota_places",
    "rate_kind_name",
    "rates",
    "readable",
    "remove_rate",
    "service_kind_name",
    "services",
    "statement",
    "statements",
    "strike_payment",
    "subsidies",
    "takes_orders",
    "terms",
    "totals",
]
