"""The parts of a product on its supplier's desk: sizes, wholesale prices, stock. Each is one small form. Months: ledger.py.

/ban-hang/san-pham/{slug}/quy-cach    desk/packs.html
/ban-hang/san-pham/{slug}/gia-si      desk/prices.html
/ban-hang/san-pham/{slug}/ton-kho     desk/stock.html
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import catalogue
from service.core import clock
from service.core.errors import Conflict, Invalid
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt, filled_rows, only_writers, own_product, read_rows, stored_text, version_of

router = APIRouter(prefix="/ban-hang/san-pham/{slug}")
PACK = ("name", "net_weight_g", "retail_price_vnd", "per_carton", "gtin", "min_packs", "multiple_packs")
TIER = ("from_kg", "price_vnd_per_kg")
MOST_ROWS = 20
SPARE_ROWS = 2


@router.get("/quy-cach")
async def packs(slug: str, page: Page, me: Signed, reader: Reader) -> Response:
    """The sizes as they are stored, with room for more."""
    only_writers(me)
    product = await own_product(reader, me, slug)
    return _rows_page(page, "desk/packs.html", product, _packs_form(product), len(product.packs))


@router.post("/quy-cach")
async def keep_packs(slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep the sizes."""
    product = await own_product(reader, me, slug)
    form, values, count = await read_rows(request, catalogue.PackInput, PACK, MOST_ROWS)
    if form.errors:
        return _rows_page(page, "desk/packs.html", product, form, count, status=422)
    version = version_of(form)
    refusal = await attempt(session, lambda: catalogue.set_packs(session, me, product.id, version, values))
    if refusal is None:
        return page.redirect(f"/ban-hang/san-pham/{slug}", _("Đã lưu quy cách."))
    product = await own_product(reader, me, slug)  # As it is now.
    return _rows_refused(page, "desk/packs.html", product, form, count, refusal, _packs_form(product))


@router.get("/gia-si")
async def prices(slug: str, page: Page, me: Signed, reader: Reader) -> Response:
    """The wholesale prices as they are stored, with room for more."""
    only_writers(me)
    product = await own_product(reader, me, slug)
    return _rows_page(page, "desk/prices.html", product, _prices_form(product), len(product.tiers))


@router.post("/gia-si")
async def keep_prices(slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep the wholesale prices."""
    product = await own_product(reader, me, slug)
    form, values, count = await read_rows(request, catalogue.TierInput, TIER, MOST_ROWS)
    if form.errors:
        return _rows_page(page, "desk/prices.html", product, form, count, status=422)
    version = version_of(form)
    refusal = await attempt(session, lambda: catalogue.set_prices(session, me, product.id, version, values))
    if refusal is None:
        return page.redirect(f"/ban-hang/san-pham/{slug}", _("Đã lưu giá sỉ."))
    product = await own_product(reader, me, slug)  # As it is now.
    return _rows_refused(page, "desk/prices.html", product, form, count, refusal, _prices_form(product))


@router.get("/ton-kho")
async def stock(slug: str, page: Page, me: Signed, reader: Reader) -> Response:
    """What lies in store, ready to be counted again."""
    only_writers(me)
    product = await own_product(reader, me, slug)
    return page.show("desk/stock.html", product=product, form=_stock_form(product), moved=[])


@router.post("/ton-kho")
async def keep_stock(slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep what lies in store."""
    product = await own_product(reader, me, slug)
    form = await forms.read(request, catalogue.StockInput)
    if form.value is None:
        return page.show("desk/stock.html", status=422, product=product, form=form, moved=[])
    value, version = form.value, version_of(form)
    refusal = await attempt(session, lambda: catalogue.count_stock(session, me, product.id, version, value))
    if refusal is None:
        return page.redirect(f"/ban-hang/san-pham/{slug}", _("Đã lưu tồn kho."))
    product = await own_product(reader, me, slug)  # As it is now.
    now = _stock_form(product).typed
    moved = [(_("Tồn kho (kg)"), form.typed.get("stock_kg", ""), now["stock_kg"])]
    form.typed["version"] = str(product.version)
    form.errors["form"] = refusal.message
    return page.show("desk/stock.html", status=409, product=product, form=form, moved=moved)


def _packs_form(product: catalogue.ProductPage) -> forms.Form[Any]:
    return filled_rows([{name: getattr(pack, name) for name in PACK} for pack in product.packs], product.version)


def _prices_form(product: catalogue.ProductPage) -> forms.Form[Any]:
    return filled_rows([{name: getattr(tier, name) for name in TIER} for tier in product.tiers], product.version)


def _stock_form(product: catalogue.ProductPage) -> forms.Form[Any]:
    today = stored_text(product.stock_on or clock.today())
    return forms.filled({"stock_kg": stored_text(product.stock_kg), "stock_on": today, "version": product.version})


def _rows_page(
    page: PageMaker, template: str, product: catalogue.ProductPage, form: forms.Form[Any], count: int, *, status: int = 200,
    moved: list[tuple[str, str, str]] | None = None,
) -> Response:  # fmt: skip
    rows = min(count + SPARE_ROWS, MOST_ROWS)
    return page.show(template, status=status, product=product, form=form, rows=rows, moved=moved or [])


def _rows_refused(
    page: PageMaker, template: str, product: catalogue.ProductPage, form: forms.Form[Any], count: int,
    refusal: Invalid | Conflict, now: forms.Form[Any],
) -> Response:  # fmt: skip
    if isinstance(refusal, Invalid):
        form.add(refusal.errors)
        return _rows_page(page, template, product, form, count, status=422)
    names = PACK if template == "desk/packs.html" else TIER
    moved = []
    for n in range(MOST_ROWS):
        typed = " · ".join(value for name in names if (value := form.typed.get(f"{name}_{n}", "").strip()))
        stored = " · ".join(value for name in names if (value := now.typed.get(f"{name}_{n}", "").strip()))
        if typed != stored:
            moved.append((_("Dòng %(n)s", n=n + 1), typed, stored))
    form.typed["version"] = str(product.version)
    form.errors["form"] = refusal.message
    return _rows_page(page, template, product, form, count, status=409, moved=moved)
