"""A forgotten password: a link to one's mailbox, or a code that an officer reads out.

    /quen-mat-khau              account/forgotten.html    asks for the link; says the same whoever has that address
    /quen-mat-khau/ma           account/with_code.html    a new password with a code
    /dat-lai-mat-khau/{token}   account/reset.html        a new password with the mailed link

Nothing here takes a second factor away.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import accounts
from service.core.errors import Invalid, NotFound
from service.core.i18n import _
from service.core.inputs import Input, Text
from service.web import guarding
from service.web.deps import Page, Session
from service.web.pages import forms

router = APIRouter()
LETTERS_AN_HOUR = 5


class Forgotten(Input):
    """Who has forgotten her password."""

    email: Text = ""


class ByCode(Input):
    """A code that was read out, whom it was read to, and the new password."""

    email: Text = ""
    code: Text = ""
    password: str = ""


@router.get("/quen-mat-khau")
async def show_forgotten(page: Page) -> Response:
    """Where a link is asked for."""
    return page.show("account/forgotten.html", form=forms.filled({"email": ""}), sent=False)


@router.post("/quen-mat-khau")
async def ask(request: Request, page: Page, session: Session) -> Response:
    """Mail a link to whoever owns the address; the answer is the same for everybody."""
    form = await forms.read(request, Forgotten)
    if form.value is None or not form.value.email:
        form.add({"email": _("Cần điền mục này.")})
        return page.show("account/forgotten.html", status=422, form=form, sent=False)
    await guarding.take(request, "reset_address", guarding.address_of(request), guarding.TRIES, guarding.HOUR)
    await guarding.take(request, "reset", accounts.plain_identifier(form.value.email), LETTERS_AN_HOUR, guarding.HOUR)
    await accounts.ask_reset(session, form.value.email)
    return page.show("account/forgotten.html", form=form, sent=True)


@router.get("/dat-lai-mat-khau/{token}")
async def show_reset(token: str, page: Page, session: Session) -> Response:
    """Where the new password is typed; looking uses nothing up."""
    if not await accounts.reset_opens(session, token[:100]):
        raise NotFound(_("Liên kết này đã dùng rồi hoặc đã hết hạn. Hãy yêu cầu một liên kết mới ở trang “Quên mật khẩu”."))
    return page.show(
        "account/reset.html", form=forms.filled({}), token=token, shortest=accounts.SHORTEST_PASSWORD
    )  # fmt: skip


@router.post("/dat-lai-mat-khau/{token}")
async def reset(token: str, request: Request, page: Page, session: Session) -> Response:
    """Set the new password; all sessions end, so she signs in anew."""
    form = await forms.read(request, accounts.NewPassword)
    form.typed.clear()
    await guarding.take(request, "reset_try", guarding.address_of(request))
    if form.value is not None:
        try:
            await accounts.reset_password(session, token[:100], form.value.password)
        except Invalid as refusal:
            form.add(refusal.errors or {"form": refusal.message})
    if form.value is None:
        return page.show(
            "account/reset.html", status=422, form=form, token=token, shortest=accounts.SHORTEST_PASSWORD
        )  # fmt: skip
    return page.redirect("/dang-nhap", _("Đã đặt mật khẩu mới. Hãy đăng nhập."))


@router.get("/quen-mat-khau/ma")
async def show_with_code(page: Page) -> Response:
    """Where a code that was read out is typed."""
    return page.show("account/with_code.html", form=forms.filled({}), shortest=accounts.SHORTEST_PASSWORD)


@router.post("/quen-mat-khau/ma")
async def reset_with_code(request: Request, page: Page, session: Session) -> Response:
    """Set the new password with the code; ten tries in five minutes are the most."""
    form = await forms.read(request, ByCode)
    form.typed.pop("password", None)
    if form.value is not None:
        await guarding.take(request, "code_address", guarding.address_of(request))
        await guarding.take(request, "code", accounts.plain_identifier(form.value.email))
        try:
            await accounts.reset_with_code(session, form.value.email, form.value.code, form.value.password)
        except Invalid as refusal:
            form.add(refusal.errors or {"form": refusal.message})
    if form.value is None:
        return page.show("account/with_code.html", status=422, form=form, shortest=accounts.SHORTEST_PASSWORD)
    return page.redirect("/dang-nhap", _("Đã đặt mật khẩu mới. Hãy đăng nhập."))
