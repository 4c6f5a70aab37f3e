"""Net prices for programs: a stateless calculation for everybody, and a supplier's own sheets."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, ValidationError
from starlette.responses import Response

from service import matching
from service.core.errors import Invalid
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Session, Signed
from service.web.pages.forms import words_for

router = APIRouter(tags=["net prices"])
SCOPE = "requests"
netprice = matching.netprice
READS = problems.described(401, 403)
WRITES = problems.described(401, 403, 409)


class AssumptionsIn(Parameters):
    """What is assumed. What is left out is what the market assumes; null means that nobody has said."""

    product: str | None = Field(default=None, max_length=200, description="The slug of one's own product.")
    place: str | None = Field(default=None, max_length=10, description="The code of the commune that the goods leave from.")
    price: int = Field(ge=1, le=10**9, description="List price, đồng a kilogram.")
    vat: float = Field(default=0, ge=0, le=100)
    vat_included: bool = False
    discount: float = Field(default=15, ge=0, le=100, description="Per cent of the price.")
    promotion: float = Field(default=30, ge=0, le=100, description="Per cent off while a promotion runs.")
    promotion_share: float = Field(default=20, ge=0, le=100, description="Per cent of the goods sold in promotions.")
    promotion_vnd: int | None = Field(default=None, ge=0, le=10**9, description="In place of both: đồng on every kilogram.")
    returns: float = Field(default=2, ge=0, le=100)
    credit_days: int = Field(default=45, ge=0, le=365)
    rate: float = Field(default=9, ge=0, le=100, description="Yearly rate of the money tied up in credit, per cent.")
    km_hanoi: int | None = Field(default=None, ge=0, le=10_000, description="Null: estimated from the place.")
    km_hcm: int | None = Field(default=None, ge=0, le=10_000)
    rate_hanoi: int = Field(default=matching.netprice.LARGE_LORRY, ge=0, le=10**9, description="Đồng a tonne-kilometre.")
    rate_hcm: int = Field(default=matching.netprice.LONG_HAUL, ge=0, le=10**9)
    load: float = Field(default=80, ge=1, le=100, description="How full the lorry is, per cent.")
    freight_hanoi: int | None = Field(default=None, ge=0, le=10**9, description="In place of the estimate: đồng a kilogram.")
    freight_hcm: int | None = Field(default=None, ge=0, le=10**9)
    packaging: int = Field(default=0, ge=0, le=10**9)
    listing_fee: int = Field(default=0, ge=0, le=10**12, description="Đồng a year for the item.")
    kg: float = Field(default=500, ge=1, le=10**8, description="Kilograms sold a month.")
    production: int | None = Field(default=None, ge=0, le=10**9, description="Cost of producing a kilogram.")
    fixed: int = Field(default=0, ge=0, le=10**12, description="Đồng a month.")


class SheetIn(AssumptionsIn):
    """Assumptions with a name, to be kept."""

    name: str = Field(min_length=1, max_length=100)
    key: UUID | None = Field(default=None, description="Names the act of saving: the same key twice keeps one sheet.")
    version: int | None = Field(default=None, ge=0, le=2**31 - 1)


class AssumptionsOut(Out):
    """What is assumed."""

    product: str | None
    place: str | None
    price: int | None
    vat: float
    vat_included: bool
    discount: float
    promotion: float
    promotion_share: float
    promotion_vnd: int | None
    returns: float
    credit_days: int
    rate: float
    km_hanoi: int | None
    km_hcm: int | None
    rate_hanoi: int
    rate_hcm: int
    load: float
    freight_hanoi: int | None
    freight_hcm: int | None
    packaging: int
    listing_fee: int
    kg: float
    production: int | None
    fixed: int


class StepOut(Out):
    """One step down from the list price."""

    part: str = Field(description="vat, discount, promotion, returns, credit, freight, packaging or listing.")
    amount: int
    left: int


class ProfitOut(Out):
    """What a month brings at one discount."""

    discount_percent: float
    profit: int


class VolumeOut(Out):
    """One volume against several discounts."""

    kg_per_month: float
    cells: list[ProfitOut]


class CityOut(Out):
    """What is left in one city; everything behind the net price is null where the cost of production is not known."""

    city: str
    name: str
    line: str
    km: int
    freight_vnd_per_kg: float
    steps: list[StepOut]
    net: int
    margin: int | None
    profit_a_month: int | None
    break_even_kg_a_month: int | None = Field(description="Null with a known margin: no volume ever pays.")
    break_even_kg_a_year: int | None
    highest_discount: float | None = Field(description="Null with a known margin: not even without any discount.")
    table: list[VolumeOut]


class NetPriceOut(Out):
    """Both cities side by side, and what the figures rest on."""

    assumptions: AssumptionsOut
    cities: list[CityOut]


class SheetOut(NetPriceOut):
    """A kept sheet."""

    id: UUID
    name: str
    version: int
    updated_at: datetime


class SheetsOut(Out):
    """Every sheet of the caller's organisation, the one that was changed last first."""

    items: list[SheetOut]


@router.post("/net-price")
async def calculate(body: AssumptionsIn) -> NetPriceOut:
    """From a list price to what is left of it in Hà Nội and TP. Hồ Chí Minh; nothing is kept."""
    return _answer(_words(body, netprice.NetPriceWords))


@router.get("/net-price-sheets", responses=READS)
async def sheets(me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> SheetsOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The sheets of the caller's organisation."""
    return SheetsOut(items=[_sheet(each) for each in await netprice.own_sheets(session, me)])


@router.post("/net-price-sheets", status_code=201, responses=WRITES)
async def save_sheet(me: Acting, session: Session, body: SheetIn) -> SheetOut:
    """Keep assumptions under a name."""
    made = await netprice.save_sheet(session, me, _words(body, netprice.NetPriceKept), key=body.key)
    return _sheet(await netprice.own_sheet(session, me, made.id))


@router.get("/net-price-sheets/{sheet_id}", responses=READS)
async def sheet(sheet_id: UUID, me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> SheetOut:  # noqa: ARG001 - as above.
    """One sheet of the caller's organisation."""
    return _sheet(await netprice.own_sheet(session, me, sheet_id))


@router.put("/net-price-sheets/{sheet_id}", responses=WRITES)
async def change_sheet(sheet_id: UUID, me: Acting, session: Session, body: SheetIn) -> SheetOut:
    """Keep other assumptions in the sheet."""
    await netprice.change_sheet(session, me, sheet_id, _words(body, netprice.NetPriceKept), version=body.version)
    return _sheet(await netprice.own_sheet(session, me, sheet_id))


@router.delete("/net-price-sheets/{sheet_id}", status_code=204, response_class=Response, responses=WRITES)
async def drop_sheet(sheet_id: UUID, me: Acting, session: Session) -> Response:
    """Throw a sheet away."""
    await netprice.drop_sheet(session, me, sheet_id)
    return Response(status_code=204)


def _words(body: AssumptionsIn, model: Any) -> Any:
    # A figure of JSON is a binary one; with more places than are counted it is meant to be the nearest one that is.
    said = {name: _exact(value) for name, value in body.model_dump().items() if name in model.model_fields}
    try:
        return model.model_validate(said)
    except ValidationError as error:
        message = _("Có tham số chưa đúng; xem từng mục trong “errors”.")
        raise Invalid(message, words_for(error)) from error


def _exact(value: Any) -> Any:
    return Decimal(str(round(value, 3))) if isinstance(value, float) else value


def _answer(words: netprice.NetPriceWords) -> NetPriceOut:
    return NetPriceOut(assumptions=AssumptionsOut.model_validate(words), cities=_cities(netprice.reckon(words)))


def _sheet(kept: netprice.SheetView) -> SheetOut:
    return SheetOut(
        id=kept.id, name=kept.name, version=kept.version, updated_at=kept.updated_at,
        assumptions=AssumptionsOut.model_validate(kept.words), cities=_cities(kept.cities),
    )  # fmt: skip


def _cities(cities: list[netprice.CityResult]) -> list[CityOut]:
    return [
        CityOut(
            city=each.code, name=each.name, line=each.line, km=each.said.freight.km,
            freight_vnd_per_kg=round(float(each.said.freight.per_kg), 2),
            steps=[StepOut.model_validate(step) for step in each.result.steps],
            net=each.result.net, margin=each.result.margin, profit_a_month=each.result.profit_a_month,
            break_even_kg_a_month=each.result.break_even_kg_a_month, break_even_kg_a_year=each.result.break_even_kg_a_year,
            highest_discount=None if each.result.highest_discount is None else float(each.result.highest_discount),
            table=[VolumeOut.model_validate(line) for line in each.result.table],
        )
        for each in cities
    ]  # fmt: skip
