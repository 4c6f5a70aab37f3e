"""Papers that run out, for officers: whom to call first, and how far each renewal has come (V3).

/duyet/sap-het-han                  reviews/expiring.html   ?han=30|90|180|da-het &vung= &cursor=
/duyet/sap-het-han/{id}             reviews/renewal.html    one paper; POST: how far its renewal has come
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import catalogue
from service.accounts import Actor, Role
from service.core import places
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms, renewals
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

router = APIRouter(prefix="/duyet/sap-het-han")
ROWS = 30
ANYWHERE = "tat-ca"
WITHIN = {"30": 30, "90": 90, "180": 180}
LAPSED = "da-het"


@router.get("")
async def expiring(
    request: Request,
    page: Page,
    me: Signed,
    reader: Reader,
    han: Annotated[str, Query(max_length=10)] = "",
    vung: Annotated[str, Query(max_length=20)] = "",
    cursor: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """The papers that end soon, the next one first, in the officer's own area or elsewhere."""
    _only_officers(me)
    chosen = han if han in WITHIN or han == LAPSED else "180"
    known = places.province(vung) or places.commune(vung)
    area = () if vung == ANYWHERE else (known.code,) if known is not None else me.duty
    found = await catalogue.expiring(
        reader, me, days=WITHIN.get(chosen, 0), lapsed=chosen == LAPSED, area=area, cursor=cursor or None, limit=ROWS
    )
    return page.show(
        "reviews/expiring.html",
        papers=found.items,
        chosen=chosen,
        choices=[*((key, _("Trong %(n)s ngày", n=days)) for key, days in WITHIN.items()), (LAPSED, _("Đã hết hạn"))],
        area=vung if known is not None or vung == ANYWHERE else "" if me.duty else ANYWHERE,
        areas=_areas(me),
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/{certificate_id}")
async def paper(certificate_id: UUID, page: Page, me: Signed, reader: Reader) -> Response:
    """One paper that runs out."""
    _only_officers(me)
    shown = await _paper(reader, me, certificate_id)
    return _show(page, me, shown, renewals.filled(shown))


@router.post("/{certificate_id}")
async def move(certificate_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Say how far its renewal has come."""
    _only_officers(me)
    shown = await _paper(reader, me, certificate_id)
    form = await forms.read(request, catalogue.RenewalInput)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: catalogue.set_renewal(session, me, certificate_id, value))
        if refusal is None:
            return page.redirect("/duyet/sap-het-han", _("Đã lưu."))
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
        shown = await _paper(reader, me, certificate_id)
        form.typed["version"] = str(shown.renewal_version)
    return _show(page, me, shown, form, 422)


def _show(page: PageMaker, me: Actor, shown: catalogue.Expiring, form: forms.Form[Any], status: int = 200) -> Response:
    return page.show(
        "reviews/renewal.html",
        status=status,
        ending=shown,
        renewal=form,
        states=renewals.states(),
        address=f"/duyet/sap-het-han/{shown.id}",
        may_edit=me.may_write and me.role is Role.OFFICER,
    )


async def _paper(reader: Any, me: Actor, certificate_id: UUID) -> catalogue.Expiring:
    for lapsed in (False, True):
        found = await catalogue.expiring(reader, me, certificate_id=certificate_id, lapsed=lapsed)
        if found.items:
            return found.items[0]
    raise NotFound(_("Giấy này không có hoặc không sắp hết hạn."))


def _only_officers(me: Actor) -> None:
    if me.role is not Role.OFFICER:
        raise NotAllowed(_("Trang này dành cho cán bộ."))


def _areas(me: Actor) -> list[tuple[str, str]]:
    own = [("", _("Địa bàn của tôi"))] if me.duty else []
    known = [(each.code, each.full_name) for each in places.communes(places.THAI_NGUYEN)]
    return [*own, (ANYWHERE, _("Mọi nơi")), *known]
