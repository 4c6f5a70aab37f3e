"""What is left of a list price: everybody may calculate, a supplier keeps its sheets.

/ban-hang/gia-thuc-nhan              net_price/sheet.html   the address holds the assumptions; htmx: net_price/_result.html
/ban-hang/gia-thuc-nhan (POST)       the same assumptions, kept under a name
/ban-hang/gia-thuc-nhan/{sheet_id}   net_price/sheet.html   a kept sheet; POST changes it, …/xoa throws it away
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from service import catalogue, matching
from service.accounts import Actor
from service.catalogue import OfferRow
from service.core import formats, places
from service.core.db import new_id
from service.core.errors import Conflict
from service.core.i18n import _, locale
from service.web.deps import Acting, Me, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt, stored_text, version_of
from service.web.pages.waiting import all_waiting

router = APIRouter()
netprice = matching.netprice
HERE = "/ban-hang/gia-thuc-nhan"
FIELDS = tuple(netprice.NetPriceWords.model_fields)


@router.get(HERE)
async def simulator(request: Request, page: Page, me: Me, session: Session) -> Response:
    """The simulator, for everybody; a supplier begins with one of its own products."""
    own = await _own_products(session, me)
    asked = {name: value for name, value in request.query_params.items() if name in FIELDS}
    chosen = next((row for row in own if row.slug == asked.get("product")), None)
    if not asked and own:
        chosen = own[0]
    if chosen is not None and not asked.get("price", "").strip():
        asked = {**asked, **_prefilled(chosen)}
    form = forms.understand(FormData(_complete(asked)), netprice.NetPriceWords)
    return await _show(page, session, me, form, own)


@router.post(HERE)
async def save(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Keep the assumptions under a name; the same form sent twice keeps one sheet."""
    form = await forms.read(request, netprice.NetPriceKept)
    if form.value is not None:
        value, made = form.value, []

        async def write() -> None:
            made.append(await netprice.save_sheet(session, me, value, key=forms.key_of(form)))

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(f"{HERE}/{made[0].id}", _("Đã lưu phiếu “%(name)s”.", name=made[0].name))
        form.add(getattr(refusal, "errors", None) or {"form": refusal.message})
    return await _show(page, session, me, form, await _own_products(session, me), status=422)


@router.get(HERE + "/{sheet_id}")
async def sheet(request: Request, sheet_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """A kept sheet; other assumptions in the address are tried without being kept."""
    kept = await netprice.own_sheet(session, me, sheet_id)
    asked = {name: value for name, value in request.query_params.items() if name in FIELDS}
    typed = _typed(kept.words) | asked
    if asked and "vat_included" not in asked:
        typed["vat_included"] = ""
    form = forms.understand(FormData(typed), netprice.NetPriceWords)
    form.typed |= {"name": kept.name, "version": str(kept.version)}
    return await _show(page, session, me, form, await _own_products(session, me), kept=kept)


@router.post(HERE + "/{sheet_id}")
async def change(request: Request, sheet_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Keep other assumptions in the sheet; the second of two people gets her words back."""
    kept = await netprice.own_sheet(session, me, sheet_id)
    form = await forms.read(request, netprice.NetPriceKept)
    refusal = None
    if form.value is not None:
        value, version = form.value, version_of(form)
        refusal = await attempt(session, lambda: netprice.change_sheet(session, me, sheet_id, value, version=version))
        if refusal is None:
            return page.redirect(f"{HERE}/{sheet_id}", _("Đã lưu thay đổi."))
        form.add(getattr(refusal, "errors", None) or {"form": refusal.message})
    form.typed["version"] = str(kept.version)
    status = 409 if isinstance(refusal, Conflict) else 422
    return await _show(page, session, me, form, await _own_products(session, me), kept=kept, status=status)


@router.post(HERE + "/{sheet_id}/xoa")
async def drop(sheet_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Throw the sheet away."""
    await netprice.drop_sheet(session, me, sheet_id)
    return page.redirect(HERE, _("Đã xóa phiếu."))


async def _own_products(session: Session, me: Actor | None) -> tuple[OfferRow, ...]:
    if me is None or me.organisation_id is None or not netprice.may_keep_sheets(me):
        return ()
    return await catalogue.offers_of(session, me.organisation_id, reader=me)


def _prefilled(row: OfferRow) -> dict[str, str]:
    """What the catalogue knows of a product: its wholesale price, else its retail price; where it is; its least order."""
    price = row.tier_price[0] if row.tier_price else row.retail_per_kg
    known = {"product": row.slug, "place": row.commune_code or "", "price": formats.plain_number(price) if price else ""}
    if row.least_order_kg and row.least_order_kg >= 1:
        known["kg"] = formats.plain_number(row.least_order_kg)
    return known


def _complete(asked: dict[str, str]) -> dict[str, str]:
    """What was asked for, and for the rest what the market assumes, as one would type it."""
    return _typed(netprice.NetPriceWords()) | asked


def _typed(words: netprice.NetPriceWords) -> dict[str, str]:
    typed = {name: str(stored_text(getattr(words, name))) for name in FIELDS}
    return typed | {"vat_included": "true" if words.vat_included else ""}


async def _show(
    page: PageMaker, session: Session, me: Actor | None, form: forms.Form[Any], own: tuple[OfferRow, ...], *,
    kept: netprice.SheetView | None = None, status: int | None = None,
) -> Response:  # fmt: skip
    words = _words(form)
    keeps = netprice.may_keep_sheets(me)
    english = locale() == "en"
    communes = places.communes(places.BAC_KAN_BEFORE_2025)
    place = form.typed.get("place", "")
    known = places.commune(place)
    return page.show(
        "net_price/sheet.html",
        waits=await all_waiting(session, me),
        fragment="net_price/_result.html",
        status=status or (422 if form.errors else 200),
        at="desk" if keeps else "",
        form=form,
        words=words,
        cities=netprice.reckon(words) if words is not None else [],
        assumed=netprice.assumed(words) if words is not None and words.price is not None else [],
        grounds=netprice.grounds(),
        kept=kept,
        earlier=[(each, f"{HERE}?{urlencode(_typed(each.words))}") for each in await netprice.earlier(session, me, kept.id)]
        if kept is not None and me is not None
        else [],
        sheets=await netprice.own_sheets(session, me) if keeps and me is not None else [],
        products=[(row.slug, (row.name_en or row.name) if english else row.name) for row in own],
        communes=[(each.code, each.full_name) for each in communes]
        + ([(known.code, known.full_name)] if known is not None and known not in communes else []),
        roads={key: netprice.road(place, code) for code, key in ((places.HANOI, "hanoi"), (places.HO_CHI_MINH_CITY, "hcm"))},
        may_save=keeps and me is not None and me.may_write,
        key=form.typed.get("key") or str(new_id()),
        here=f"{HERE}/{kept.id}" if kept is not None else HERE,
    )


def _words(form: forms.Form[Any]) -> netprice.NetPriceWords | None:
    """The assumptions as far as they are right, also where only the name or the saving was wrong."""
    known = {name: value for name, value in form.typed.items() if name in FIELDS}
    return forms.checked(known, netprice.NetPriceWords).value
