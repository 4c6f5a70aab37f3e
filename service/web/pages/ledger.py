"""The capacity ledger on its supplier's desk: what each month yields, what is kept back, and to whom what is promised.

/ban-hang/nang-luc                           desk/supplies.html   every product with its months and promises
/ban-hang/san-pham/{slug}/nang-luc           desk/capacity.html   ?nam=2026: one product, to be declared
/ban-hang/san-pham/{slug}/giu-lai (POST)     what is kept back of every month
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import catalogue
from service.core import clock
from service.core.errors import Invalid
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt, only_suppliers, only_writers, own_product, stored_text, version_of
from service.web.pages.render import here
from service.web.pages.waiting import all_waiting

router = APIRouter()
Years = dict[int, dict[int, Any]]


@router.get("/ban-hang/nang-luc")
async def supplies(
    request: Request, page: Page, me: Signed, reader: Reader, session: Session, cursor: str | None = None
) -> Response:
    """Every product of the own supplier, a page at a time."""
    only_suppliers(me)
    found = await catalogue.ledger.own_supplies(reader, me, cursor=cursor)
    return page.show(
        "desk/supplies.html",
        waits=await all_waiting(session, me),
        supplies=found.items,
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
        may_edit=me.may_write,
        state_of=catalogue.state_name,
    )


@router.get("/ban-hang/san-pham/{slug}/nang-luc")
async def capacity(
    slug: str, page: Page, me: Signed, reader: Reader, nam: Annotated[int | None, Query(ge=2000, le=2100)] = None
) -> Response:
    """The twelve months of a year on the strip, ready to be changed."""
    only_writers(me)
    product = await own_product(reader, me, slug)
    years = await catalogue.declared(reader, product.id)
    year = nam or clock.today().year
    # A year that nobody has declared yet starts from the newest one: most of it stays as it was.
    start = year if year in years or not years else max(years)
    form = _capacity_form(years, start, product.version)
    return await _capacity_page(page, reader, product, form, years, year, copied=start if start != year else None)


@router.post("/ban-hang/san-pham/{slug}/nang-luc")
async def keep_capacity(slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep the twelve months; not below what is promised."""
    product = await own_product(reader, me, slug)
    years = await catalogue.declared(reader, product.id)
    form = await forms.read(request, catalogue.CapacityInput)
    if form.value is None:
        return await _capacity_page(page, reader, product, form, years, _typed_year(form), status=422)
    value, version = form.value, version_of(form)
    refusal = await attempt(session, lambda: catalogue.declare_capacity(session, me, product.id, version, value))
    if refusal is None:
        return page.redirect(f"/ban-hang/san-pham/{slug}", _("Đã lưu năng lực năm %(year)s.", year=value.year))
    product, years = await own_product(reader, me, slug), await catalogue.declared(reader, product.id)  # As they are now.
    form.errors["form"] = refusal.message
    if isinstance(refusal, Invalid):
        form.errors.update(refusal.errors)
        return await _capacity_page(page, reader, product, form, years, value.year, status=422)
    now = _capacity_form(years, value.year, product.version).typed
    moved = [
        (_("Tháng %(n)s", n=month), form.typed.get(name, ""), now.get(name, ""))
        for month in range(1, 13)
        if form.typed.get(name := f"capacity_{month:02d}", "") != now.get(name, "")
    ]
    form.typed["version"] = str(product.version)
    return await _capacity_page(page, reader, product, form, years, value.year, status=409, moved=moved)


@router.post("/ban-hang/san-pham/{slug}/giu-lai")
async def keep_reserve(slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep how much of every month is not sold here; what is promised stays promised."""
    product = await own_product(reader, me, slug)
    form = await forms.read(request, catalogue.ReserveInput)
    status = 422
    if form.value is not None:
        value, version = form.value, version_of(form)
        refusal = await attempt(session, lambda: catalogue.keep_back(session, me, product.id, version, value))
        if refusal is None:
            return page.redirect(f"/ban-hang/san-pham/{slug}/nang-luc#giu-lai", _("Đã lưu phần giữ lại."))
        product = await own_product(reader, me, slug)  # As it is now.
        form.errors["reserve_kg"] = refusal.message
        form.typed["version"] = str(product.version)
        status = 422 if isinstance(refusal, Invalid) else 409
    years, year = await catalogue.declared(reader, product.id), clock.today().year
    start = year if year in years or not years else max(years)
    stored = _capacity_form(years, start, product.version)
    return await _capacity_page(page, reader, product, stored, years, year, status=status, reserve=form)


def _capacity_form(years: Years, year: int, version: int) -> forms.Form[Any]:
    months = years.get(year, {})
    values = {f"capacity_{month:02d}": stored_text(months.get(month)) for month in range(1, 13)}
    return forms.filled({**values, "year": year, "version": version})


def _typed_year(form: forms.Form[Any]) -> int:
    """The year of a form that could not be read, where at least that could; else this year."""
    typed = form.typed.get("year", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else clock.today().year


async def _capacity_page(
    page: PageMaker, reader: Any, product: catalogue.ProductPage, form: forms.Form[Any], years: Years, year: int, *,
    status: int = 200, moved: list[tuple[str, str, str]] | None = None, copied: int | None = None,
    reserve: forms.Form[Any] | None = None,
) -> Response:  # fmt: skip
    values = {month: form.typed.get(f"capacity_{month:02d}", "") for month in range(1, 13)}
    supply = await catalogue.ledger.supply_of(reader, product.slug, page.me, ever=True)
    return page.show(
        "desk/capacity.html",
        status=status,
        product=product,
        form=form,
        values=values,
        year=year,
        years=sorted({*years, clock.today().year, clock.today().year + 1, year}),
        moved=moved or [],
        copied=copied,
        supply=supply,
        reserve=reserve
        or forms.filled(
            {"reserve_kg": stored_text(supply.reserve_kg) if supply.reserve_kg else "", "version": product.version}
        ),
    )
