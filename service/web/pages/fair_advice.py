"""Which fair for which product, and for whom (M20), and what came of an exhibitor's own fairs.

/ban-hang/hoi-cho/nen-di                             advice/fairs.html       for a supplier: the fairs to go to, its invitations
/ban-hang/hoi-cho/loi-moi/{id}/tu-choi (POST)        it cannot come
/ban-hang/hoi-cho/ket-qua                            onsite/own_returns.html what its booths brought back, fair by fair
/ban-to-chuc/hoi-cho/{slug}/nen-moi (GET, POST)      advice/suppliers.html   for an organiser: whom to ask, and asking them

These stand before the pages of one fair, whose addresses have the fair's name in the same place.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import fairs
from service.core.db import new_id
from service.core.errors import Refused
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.onsite import told
from service.web.pages.render import here

router = APIRouter()


@router.get("/ban-hang/hoi-cho/nen-di")
async def fairs_to_go_to(page: Page, me: Signed, session: Session) -> Response:
    """The coming fairs with the own products that suit each best, and who has asked."""
    return await _fairs(page, session, me, forms.filled({}))


@router.post("/ban-hang/hoi-cho/loi-moi/{invitation_id}/tu-choi")
async def decline(invitation_id: UUID, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Say that the own supplier does not come, and why."""
    form = await forms.read(request, fairs.advice.Declining)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: fairs.advice.decline(session, me, invitation_id, value))
        if refusal is None:
            return page.redirect("/ban-hang/hoi-cho/nen-di", _("Đã báo ban tổ chức là không đi được."))
        form.add(told(refusal))
    form.typed["id"] = str(invitation_id)
    return await _fairs(page, session, me, form, status=422)


@router.get("/ban-hang/hoi-cho/ket-qua")
async def own_returns(page: Page, me: Signed, session: Session) -> Response:
    """What the own booths brought back, beside the whole of each fair."""
    found = await fairs.onsite.own_returns(session, me)
    most = max((float(each.line.figures.per_booth_day) for each in found if each.line.figures.per_booth_day), default=0.0)
    return page.show("onsite/own_returns.html", found=found, most=most)


@router.get("/ban-to-chuc/hoi-cho/{slug}/nen-moi")
async def whom_to_invite(
    request: Request, slug: str, page: Page, me: Signed, session: Session, cursor: Annotated[str, Query(max_length=400)] = ""
) -> Response:
    """Suppliers that suit the fair and have neither applied nor been asked, best first, to be ticked."""
    return await _suppliers(request, page, session, me, slug, forms.filled({"key": new_id()}), cursor)


@router.post("/ban-to-chuc/hoi-cho/{slug}/nen-moi")
async def invite(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Ask those that are ticked, each once."""
    form = await forms.read(request, fairs.advice.Inviting, lists=("suppliers",))
    refusal: Refused | None = None
    if form.value is not None:
        value, sent = form.value, []

        async def write() -> None:
            sent.extend(
                await fairs.advice.invite_exhibitors(session, me, slug, value.suppliers, words=value.words, key=value.key)
            )

        refusal = await attempt(session, write)
        if refusal is None:
            said = _("Đã mời %(n)s nhà cung cấp.", n=len(sent)) if sent else _("Những nơi này đã được mời hoặc đã đăng ký.")
            return page.redirect(f"/ban-to-chuc/hoi-cho/{slug}/nen-moi", said)
        form.add(told(refusal))
    return await _suppliers(request, page, session, me, slug, form, "", status=422)


async def _fairs(page: PageMaker, session: Session, me: Signed, form: forms.Form[Any], *, status: int = 200) -> Response:
    chances = await fairs.advice.fairs_to_go_to(session, me)
    waiting = [each for each in await fairs.advice.own_invitations(session, me) if each.waits]
    return page.show("advice/fairs.html", status=status, chances=chances, waiting=waiting, form=form)


async def _suppliers(
    request: Request, page: PageMaker, session: Session, me: Signed, slug: str, form: forms.Form[Any], cursor: str, *,
    status: int = 200,
) -> Response:  # fmt: skip
    found = await fairs.advice.whom_to_invite(session, slug, me, cursor or None)
    asked = await fairs.advice.invited(session, slug, me)
    return page.show(
        "advice/suppliers.html", status=status, f=found.fair, found=found, asked=asked, form=form,
        next=here(request, cursor=found.next) if found.next else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip
