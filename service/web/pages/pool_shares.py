"""Pooled lots on a supplier's desk: its own shares, accepted or declined, and the lead's quote for the whole lot.

/ban-hang/lo-ghep          desk/pool_shares.html   every share, the newest first
/ban-hang/lo-ghep/{id}     desk/pool_share.html    one share: its months and price, the whole lot's months, who leads
POST …/{id}/bao-gia        the lead's quote for the whole lot
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import matching
from service.accounts import Actor
from service.core import clock, formats
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here
from service.web.pages.waiting import all_waiting

router = APIRouter()
VALID = timedelta(days=14)


@router.get("/ban-hang/lo-ghep")
async def shares(
    request: Request, page: Page, me: Signed, session: Session, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """The shares that the reader's organisation was asked for."""
    found = await matching.pooling.shares_for_supplier(session, me, cursor or None)
    return page.show(
        "desk/pool_shares.html",
        waits=await all_waiting(session, me),
        shares=found.items,
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/ban-hang/lo-ghep/{share_id}")
async def share(share_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One share."""
    return await _show(page, session, me, share_id)


@router.post("/ban-hang/lo-ghep/{share_id}")
async def answer(request: Request, share_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Accept or decline."""
    form = await forms.read(request, matching.pooling.ShareAnswer)
    status = 422
    if form.value is not None:
        word = form.value
        refusal = await attempt(session, lambda: matching.pooling.answer_share(session, me, share_id, word))
        if refusal is None:
            said = _("Đã nhận phần này; số kg được giữ chỗ cho lô.") if word.accept else _("Đã từ chối phần này.")
            return page.redirect(f"/ban-hang/lo-ghep/{share_id}", said)
        form.add({"form": refusal.message})
        status = 409 if isinstance(refusal, Conflict) else 422
    return await _show(page, session, me, share_id, form=form, status=status)


@router.post("/ban-hang/lo-ghep/{share_id}/bao-gia")
async def quote(request: Request, share_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """The lead's quote for the whole lot; the same form sent twice is one quote."""
    form = await forms.read(request, matching.pooling.PoolQuote)
    status = 422
    if form.value is not None:
        said, key = form.value, forms.key_of(form) or new_id()
        refusal = await attempt(session, lambda: matching.pooling.quote_pool(session, me, share_id, said, key=key))
        if refusal is None:
            return page.redirect(f"/ban-hang/lo-ghep/{share_id}", _("Đã gửi báo giá cho cả lô."))
        form.add(refusal.errors if isinstance(refusal, Invalid) and refusal.errors else {"form": refusal.message})
        status = 409 if isinstance(refusal, Conflict) else 422
    return await _show(page, session, me, share_id, quote=form, status=status)


async def _show(
    page: PageMaker, session: Session, me: Actor, share_id: UUID, *, form: forms.Form[Any] | None = None,
    quote: forms.Form[Any] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    found = await matching.pooling.share_page(session, me, share_id)
    # A refusal without a reason comes back beside its box.
    shown = form or forms.filled({})
    if shown.errors.get("form") and not shown.typed.get("reason") and shown.typed.get("accept") == "false":
        shown.errors["reason"] = shown.errors.pop("form")
    terms = quote or forms.filled(
        {
            "price_vnd_per_kg": formats.number(found.lot_price) if found.lot_price else "", "delivered": "true",
            "valid_until": formats.day(max(clock.today(), found.deadline or clock.today()) + VALID), "key": new_id(),
        }
    )  # fmt: skip
    return page.show("desk/pool_share.html", status=status, s=found, form=shown, terms=terms)
