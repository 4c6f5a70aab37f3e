"""Pooled lots on a supplier's desk: its own shares, accepted or declined, and the lead's quote for the whole lot.

/ban-hang/lo-ghep          desk/pool_shares.html   every share, the newest first
/ban-hang/lo-ghep/{id}     desk/pool_share.html    one share: its months and price, the whole lot's months, who leads
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import matching
from service.accounts import Actor
from service.core.db import new_id
from service.core.errors import Conflict
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

router = APIRouter()


@router.get("/ban-hang/lo-ghep")
async def shares(
    request: Request, page: Page, me: Signed, session: Session, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """The shares that the reader's organisation was asked for."""
    found = await matching.pooling.shares_for_supplier(session, me, cursor or None)
    return page.show(
        "desk/pool_shares.html",
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


async def _show(
    page: PageMaker, session: Session, me: Actor, share_id: UUID, *, form: forms.Form[matching.pooling.ShareAnswer] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    found = await matching.pooling.share_page(session, me, share_id)
    # A refusal without a reason comes back beside its box.
    shown = form or forms.filled({})
    if shown.errors.get("form") and not shown.typed.get("reason") and shown.typed.get("accept") == "false":
        shown.errors["reason"] = shown.errors.pop("form")
    return page.show("desk/pool_share.html", status=status, s=found, form=shown, key=new_id())
