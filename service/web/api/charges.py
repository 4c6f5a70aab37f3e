"""Rates, services, statements and payments: for the organiser of a fair, and for an exhibitor her own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from pydantic import Field
from starlette.responses import Response

from service import fairs
from service.core.inputs import Text
from service.web.api import problems
from service.web.api.fair_shapes import Cursor, In, Slug, checked
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Me, Session, Signed

charges = fairs.charges
router = APIRouter(tags=["fairs"])
SCOPE = "fairs"
READS = problems.described(401, 403, 404)
WRITES = problems.described(401, 403, 404, 409)
Code = Annotated[Text, InPath(max_length=40)]


class TermsIn(In):
    """How a fair is paid for; `version` is the one that was read, 0 where nothing had been said."""

    vat_percent: float | None = None
    deposit_percent: int = 0
    rest_days: int = 0
    pay_to: str | None = None
    version: int = Field(default=0, ge=0, le=2**31 - 1)


class RateIn(In):
    """A rate: a price of its own, or per cent off; a supported one says who pays the support."""

    kind: charges.RateKind
    name: str
    name_en: str | None = None
    position: int = 0
    class_code: str | None = None
    price_vnd: int | None = None
    percent_off: float | None = None
    until_day: date | None = None
    quota: int | None = None
    quota_per: charges.QuotaPer = charges.QuotaPer.FAIR
    quota_places: Annotated[dict[str, int], Field(default_factory=dict, description="Another quota for some places, by code.")]
    legal_forms: Annotated[list[str], Field(default_factory=list)]
    province_codes: Annotated[list[str], Field(default_factory=list)]
    source: str | None = None


class NewRateIn(RateIn):
    """A new rate; the same key again is the same rate."""

    key: UUID


class ChangedRateIn(RateIn):
    """A rate that changes; `seen` is what was read with it."""

    seen: str


class ServiceIn(In):
    """A service that exhibitors can order."""

    kind: charges.ServiceKind
    name: str
    name_en: str | None = None
    about: str | None = None
    unit: str
    price_vnd: int
    stock: int | None = None
    order_by: date | None = None
    kw: float | None = None
    phase: charges.Phase | None = None
    offered: bool = True
    position: int = 0


class ChangedServiceIn(ServiceIn):
    """A service that changes; `seen` is what was read with it."""

    seen: str


class WantedIn(In):
    """So much of one service; none takes the order back."""

    service_id: UUID
    quantity: int
    note: str | None = None


class OrderIn(In):
    """Quantities in place of those before; a service that is not named stays."""

    services: Annotated[list[WantedIn], Field(max_length=100)]


class PaymentIn(In):
    """Money that came in, or was paid back; the same key again is the same payment."""

    key: UUID
    amount_vnd: int
    paid_on: date
    reference: str | None = None


class StrikeIn(In):
    """Why a payment was noted wrongly."""

    why: str


class TermsOut(Out):
    """How a fair is paid for."""

    vat_percent: Decimal | None
    deposit_percent: int
    rest_days: int
    pay_to: str | None
    version: int


class RateOut(Out):
    """One rate."""

    id: UUID
    position: int
    name: str = Field(validation_alias="title")
    name_en: str | None
    kind: str
    class_code: str | None
    price_vnd: int | None
    percent_off: Decimal | None
    until_day: date | None
    quota: int | None
    quota_per: str
    quota_places: dict[str, int]
    legal_forms: list[str]
    province_codes: list[str]
    source: str | None
    seen: str


class RatesOut(Out):
    """The rates of a fair, and how it is paid for."""

    items: list[RateOut]
    terms: TermsOut


class ServiceOut(Out):
    """One service."""

    id: UUID
    position: int
    kind: str
    name: str = Field(validation_alias="title")
    name_en: str | None
    about: str | None
    unit: str
    price_vnd: int
    stock: int | None
    taken: int
    left: int | None
    order_by: date | None
    kw: Decimal | None
    phase: str | None
    offered: bool
    seen: str


class ServicesOut(Out):
    """The services of a fair."""

    items: list[ServiceOut]


class PortionOut(Out):
    """How much goes to one booth."""

    booth: str
    exhibitor: str
    quantity: int
    note: str | None
    elsewhere: str | None = Field(description="Other halls in which the exhibitor has booths; an order says nothing of them.")


class TotalLineOut(Out):
    """How much of a service a hall needs."""

    kind: str
    name: str
    unit: str
    quantity: int
    amount_vnd: int
    portions: list[PortionOut]


class HallTotalsOut(Out):
    """What the contractor brings into one hall."""

    hall: str = Field(description="Empty for exhibitors without a booth yet.")
    kw_single: Decimal
    kw_three: Decimal
    lines: list[TotalLineOut]


class TotalsOut(Out):
    """The same for every hall."""

    items: list[HallTotalsOut]


class LineOut(Out):
    """One line of a statement."""

    kind: str = Field(description="booth, early, support, service or vat.")
    words: str
    detail: str
    amount_vnd: int
    source: str | None = Field(description="Who pays, of support.")


class InstalmentOut(Out):
    """What is due when."""

    deposit: bool
    amount_vnd: int
    due_on: date | None
    paid_vnd: int
    open_vnd: int


class PaymentOut(Out):
    """A payment as it was noted."""

    id: UUID
    amount_vnd: int
    paid_on: date
    reference: str | None
    struck: bool
    struck_why: str | None


class StatementOut(Out):
    """What an exhibitor owes for a fair."""

    code: str
    exhibitor: str
    state: str
    booths: list[str]
    estimated: bool = Field(description="No booth has been given yet.")
    lines: list[LineOut]
    total_vnd: int
    support_vnd: int
    paid_vnd: int
    due_vnd: int
    instalments: list[InstalmentOut]
    payments: list[PaymentOut]
    illustrative: bool


class StatementsOut(Out):
    """A page of statements."""

    items: list[StatementOut]
    next: str | None


class OwingParameters(Cursor):
    """Which statements."""

    owing: bool = Field(default=False, description="Only of those who still owe something.")


@router.get("/fairs/{slug}/rates", responses=problems.described(401, 404))
async def rates(slug: Slug, me: Me, session: Session, asked: Annotated[Parameters, Query()]) -> RatesOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The rates of a fair, and how it is paid for."""
    f = await fairs.head(session, slug, me)
    items = [RateOut.model_validate(each) for each in await charges.rates(session, f.id)]
    return RatesOut(items=items, terms=TermsOut.model_validate(await charges.terms(session, f.id)))


@router.put("/fairs/{slug}/payment-terms", responses=WRITES)
async def keep_terms(slug: Slug, me: Acting, session: Session, body: TermsIn) -> TermsOut:
    """Say how the fair is paid for."""
    draft = checked(charges.TermsDraft, _plain(body, "version"))
    return TermsOut.model_validate(await charges.keep_terms(session, me, slug, draft, version=body.version))


@router.post("/fairs/{slug}/rates", status_code=201, responses=WRITES)
async def add_rate(slug: Slug, me: Acting, session: Session, body: NewRateIn) -> RateOut:
    """Say one more rate."""
    made = await charges.add_rate(session, me, slug, checked(charges.RateDraft, _plain(body, "key")), key=body.key)
    return await _rate(session, slug, me, made.id)


@router.put("/fairs/{slug}/rates/{rate_id}", responses=WRITES)
async def change_rate(slug: Slug, rate_id: UUID, me: Acting, session: Session, body: ChangedRateIn) -> RateOut:
    """Change a rate."""
    await charges.change_rate(session, me, slug, rate_id, checked(charges.RateDraft, _plain(body, "seen")), seen=body.seen)
    return await _rate(session, slug, me, rate_id)


@router.delete("/fairs/{slug}/rates/{rate_id}", status_code=204, response_class=Response, responses=WRITES)
async def remove_rate(slug: Slug, rate_id: UUID, me: Acting, session: Session) -> Response:
    """Take a rate away; one that is gone stays gone."""
    await charges.remove_rate(session, me, slug, rate_id)
    return Response(status_code=204)


@router.get("/fairs/{slug}/services", responses=problems.described(401, 404))
async def services(slug: Slug, me: Me, session: Session, asked: Annotated[Parameters, Query()]) -> ServicesOut:  # noqa: ARG001 - it refuses unknown parameters.
    """What exhibitors can order."""
    f = await fairs.head(session, slug, me)
    return ServicesOut(items=[ServiceOut.model_validate(each) for each in await charges.services(session, f.id, offered=True)])


@router.post("/fairs/{slug}/services", status_code=201, responses=WRITES)
async def add_service(slug: Slug, me: Acting, session: Session, body: ServiceIn) -> ServiceOut:
    """Offer one more service."""
    made = await charges.add_service(session, me, slug, checked(charges.ServiceDraft, _plain(body)))
    return await _service(session, slug, me, made.id)


@router.put("/fairs/{slug}/services/{service_id}", responses=WRITES)
async def change_service(slug: Slug, service_id: UUID, me: Acting, session: Session, body: ChangedServiceIn) -> ServiceOut:
    """Change a service; what is ordered keeps its price."""
    draft = checked(charges.ServiceDraft, _plain(body, "seen"))
    await charges.change_service(session, me, slug, service_id, draft, seen=body.seen)
    return await _service(session, slug, me, service_id)


@router.get("/fairs/{slug}/service-totals", responses=READS)
async def totals(slug: Slug, me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> TotalsOut:  # noqa: ARG001 - it refuses unknown parameters.
    """What has been ordered, hall by hall, for the contractor."""
    return TotalsOut(items=[HallTotalsOut.model_validate(each) for each in await charges.totals(session, me, slug)])


@router.get("/fairs/{slug}/statements", responses=READS)
async def statements(slug: Slug, me: Signed, session: Session, asked: Annotated[OwingParameters, Query()]) -> StatementsOut:
    """Every statement of a fair, for its organiser."""
    found = await charges.statements(session, me, slug, cursor=asked.cursor, owing=asked.owing)
    return StatementsOut(items=[StatementOut.model_validate(each) for each in found.items], next=found.next)


@router.get("/fairs/{slug}/statements/{code}", responses=READS)
async def statement(
    slug: Slug, code: Code, me: Signed, session: Session, asked: Annotated[Parameters, Query()]  # noqa: ARG001 - it refuses unknown parameters.
) -> StatementOut:  # fmt: skip
    """One statement, for the organiser."""
    _fair, account = await charges.kept_account(session, me, slug, code)
    return StatementOut.model_validate(await charges.statement(session, me, account.application_id))


@router.post("/fairs/{slug}/statements/{code}/payments", status_code=201, responses=WRITES)
async def note_payment(slug: Slug, code: Code, me: Acting, session: Session, body: PaymentIn) -> StatementOut:
    """Note a payment; gives back the statement."""
    _fair, account = await charges.kept_account(session, me, slug, code)
    await charges.note_payment(session, me, account.application_id, checked(charges.PaymentDraft, body.model_dump()))
    return StatementOut.model_validate(await charges.statement(session, me, account.application_id))


@router.post("/fairs/{slug}/statements/{code}/payments/{payment_id}/strike", responses=WRITES)
async def strike_payment(
    slug: Slug, code: Code, payment_id: UUID, me: Acting, session: Session, body: StrikeIn
) -> StatementOut:
    """Strike out a payment that was noted by mistake."""
    _fair, account = await charges.kept_account(session, me, slug, code)
    why = checked(charges.Striking, body.model_dump()).why
    await charges.strike_payment(session, me, account.application_id, payment_id, why)
    return StatementOut.model_validate(await charges.statement(session, me, account.application_id))


@router.put("/fairs/{slug}/statements/{code}/services", responses=WRITES)
async def order_for(slug: Slug, code: Code, me: Acting, session: Session, body: OrderIn) -> StatementOut:
    """Order services for an exhibitor, as the organiser."""
    _fair, account = await charges.kept_account(session, me, slug, code)
    return await _order(session, me, account, body)


@router.get("/fairs/{slug}/own-statement", responses=READS)
async def own_statement(slug: Slug, me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> StatementOut:  # noqa: ARG001 - it refuses unknown parameters.
    """What the caller's own organisation owes."""
    account = await charges.own_account(session, me, slug)
    return StatementOut.model_validate(await charges.statement(session, me, account.application_id))


@router.put("/fairs/{slug}/own-services", responses=WRITES)
async def order(slug: Slug, me: Acting, session: Session, body: OrderIn) -> StatementOut:
    """Order services for the caller's own booth."""
    return await _order(session, me, await charges.own_account(session, me, slug), body)


async def _order(session: Session, me: Acting, account: charges.Account, body: OrderIn) -> StatementOut:
    wanted = [checked(charges.Wanted, each.model_dump()) for each in body.services]
    await charges.order(session, me, account.application_id, wanted)
    return StatementOut.model_validate(await charges.statement(session, me, account.application_id))


def _plain(body: In, *besides: str) -> dict[str, object]:
    """The values of the body; a number with a fraction is taken as it is written."""
    values = body.model_dump(exclude=set(besides))
    return {name: Decimal(str(value)) if isinstance(value, float) else value for name, value in values.items()}


async def _rate(session: Session, slug: str, me: Acting, rate_id: UUID) -> RateOut:
    f = await fairs.own_head(session, slug, me)
    return RateOut.model_validate(next(each for each in await charges.rates(session, f.id) if each.id == rate_id))


async def _service(session: Session, slug: str, me: Acting, service_id: UUID) -> ServiceOut:
    f = await fairs.own_head(session, slug, me)
    return ServiceOut.model_validate(next(each for each in await charges.services(session, f.id) if each.id == service_id))
