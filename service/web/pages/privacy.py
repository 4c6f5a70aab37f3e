"""My data: what is held about me, as a page and as a file; correcting it, consents, erasing."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import accounts
from service.accounts import Actor, Purpose
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import plain
from service.core.i18n import _
from service.web import guarding
from service.web.deps import Acting, Page, PageMaker, Session, Signed, cookie_name, settings
from service.web.pages import forms, own_facts
from service.web.pages.organisation import role_names

router = APIRouter(prefix="/toi/du-lieu")
LINES_SHOWN = 20


@router.get("")
async def my_data(page: Page, me: Signed, session: Session) -> Response:
    """Everything that is held about the reader."""
    return await _show(page, me, session)


async def _show(
    page: PageMaker, me: Actor, session: Session, *, correction: forms.Form[Any] | None = None,
    erasure: forms.Form[Any] | None = None,
) -> Response:  # fmt: skip
    held = await accounts.held(session, me, LINES_SHOWN)
    person = held["person"]
    wrong = (correction and correction.errors) or (erasure and erasure.errors)
    return page.show(
        "privacy/index.html",
        status=422 if wrong else 200,
        held=held,
        correction=correction or forms.filled({"name": person["name"], "phone": person["phone"]}),
        erasure=erasure or forms.filled({}),
        texts=accounts.consent_texts(),
        needed=Purpose.ACCOUNT,
        agreed={line["purpose"] for line in held["consents"] if line["withdrawn_at"] is None},
        role_names=role_names(),
        name_of=own_facts.name_of,
    )


@router.get(".json")
async def my_file(me: Signed, session: Session) -> Response:
    """The same as a file, for whoever wants to take it elsewhere."""
    written = json.dumps(plain(await accounts.held(session, me)), ensure_ascii=False, indent=2)
    headers = {"content-disposition": 'attachment; filename="du-lieu-cua-toi.json"', "cache-control": "no-store"}
    return Response(written, media_type="application/json", headers=headers)


@router.post("/sua")
async def correct(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Correct the name and the number."""
    form = await forms.read(request, accounts.PersonCorrection)
    if form.value is None:
        return await _show(page, me, session, correction=form)
    try:
        async with session.begin_nested():
            await accounts.correct_person(session, me, form.value)
    except Invalid as refusal:
        form.add(refusal.errors or {"form": refusal.message})
        return await _show(page, me, session, correction=form)
    return page.redirect("/toi/du-lieu", _("Đã sửa."))


@router.post("/dong-y/{purpose}")
async def agree(page: Page, me: Acting, session: Session, purpose: str) -> Response:
    """Agree to the present text."""
    await accounts.give_consent(session, me, _purpose(purpose))
    return page.redirect("/toi/du-lieu#dong-y", _("Đã ghi sự đồng ý của bạn."))


@router.post("/dong-y/{purpose}/rut")
async def take_back(page: Page, me: Acting, session: Session, purpose: str) -> Response:
    """Take an agreement back."""
    await accounts.withdraw_consent(session, me, _purpose(purpose))
    return page.redirect("/toi/du-lieu#dong-y", _("Đã rút lại sự đồng ý."))


@router.post("/xoa")
async def erase(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Erase the reader, and end here."""
    form = await forms.read(request, accounts.Erasure)
    form.typed.pop("password", None)
    if form.value is not None and not form.value.sure:
        form.add({"sure": _("Hãy đánh dấu ô này nếu bạn chắc chắn.")})
    if form.value is None:
        return await _show(page, me, session, erasure=form)
    await guarding.take(request, "erase", str(me.person_id))
    try:
        async with session.begin_nested():
            await accounts.erase_person(session, me, form.value.password)
    except (Invalid, Conflict) as refusal:
        form.add((refusal.errors if isinstance(refusal, Invalid) else {}) or {"form": refusal.message})
        return await _show(page, me, session, erasure=form)
    answer = page.redirect("/", _("Dữ liệu cá nhân của bạn đã được xóa. Cảm ơn bạn đã cùng họp chợ."))
    plain_http = settings(request).development
    answer.delete_cookie(cookie_name(request), path="/", httponly=True, secure=not plain_http, samesite="lax")
    return answer


def _purpose(said: str) -> Purpose:
    try:
        return Purpose(said)
    except ValueError as error:
        raise NotFound(_("Không có nội dung đồng ý này.")) from error
