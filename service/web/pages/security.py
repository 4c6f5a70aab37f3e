"""The security of one's own account: addresses, password, second factor, sessions, and who came in last.

    /toi/bao-mat                account/security.html
    /toi/bao-mat/mat-khau       account/password.html
    /toi/bao-mat/email          account/email.html
    /toi/bao-mat/hai-buoc       account/second_factor.html    setting it up; the recovery codes are shown once, in the answer

What could lock her out, or let somebody else in, asks for her password.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import segno
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from service import accounts
from service.accounts import Actor
from service.core.errors import Conflict, Invalid
from service.core.events import act_as
from service.core.i18n import _
from service.core.inputs import Input, Text
from service.web import guarding
from service.web.deps import Acting, Enrolling, Page, PageMaker, Session, Signed, cookie_name, settings
from service.web.pages import forms

router = APIRouter()
HERE = "/toi/bao-mat"


class CodeOnly(Input):
    """A code of the authenticator."""

    code: Text = ""


class PasswordOnly(Input):
    """The password, to be sure that it is she."""

    password: str = ""


class LanguageOnly(Input):
    """In which language mails are written."""

    language: Text = "vi"


def _secret(request: Request) -> str:
    return request.cookies.get(cookie_name(request), "")


@router.get("/toi/bao-mat")
async def security(request: Request, page: Page, me: Signed, session: Session) -> Response:
    """Everything about how she comes in, and how to change it."""
    found = await accounts.security_of(session, me, _secret(request))
    required = accounts.must_have_second_factor(me)
    return page.show("account/security.html", security=found, required=required)


@router.post("/toi/bao-mat/xac-nhan-email")
async def confirm_again(page: Page, me: Acting, session: Session) -> Response:
    """Mail the link that confirms her address once more."""
    sent = await accounts.confirm_again(session, me)
    told = _("Đã gửi thư xác nhận. Hãy mở hộp thư và bấm liên kết trong thư.")
    if not sent:
        told = _("Hôm nay đã gửi đủ số thư xác nhận. Hãy xem hộp thư rác, hoặc thử lại ngày mai.")
    return page.redirect(HERE, told)


@router.post("/toi/bao-mat/ngon-ngu")
async def choose_language(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Choose the language of her mails."""
    form = await forms.read(request, LanguageOnly)
    if form.value is not None:
        await accounts.choose_language(session, me, form.value.language)
    return page.redirect(HERE, _("Đã lưu ngôn ngữ của thư."))


@router.get("/toi/bao-mat/mat-khau")
async def show_password(page: Page, me: Signed) -> Response:  # noqa: ARG001 - for who has signed in.
    """Where the password is changed."""
    return _password_page(page, forms.filled({}))


@router.post("/toi/bao-mat/mat-khau")
async def change_password(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Change the password; every other session ends, and she is told by mail."""
    form = await forms.read(request, accounts.NewPassword)
    form.typed.clear()
    await guarding.take(request, "password", str(me.person_id))
    if form.value is not None:
        try:
            await accounts.change_password(session, me, form.value.current, form.value.password, keep=_secret(request))
        except Invalid as refusal:
            form.add(refusal.errors or {"form": refusal.message})
    if form.value is None:
        return _password_page(page, form, 422)
    return page.redirect(HERE, _("Đã đổi mật khẩu. Các phiên đăng nhập khác đã được kết thúc."))


def _password_page(page: PageMaker, form: forms.Form[Any], status: int = 200) -> Response:
    return page.show("account/password.html", status=status, form=form, shortest=accounts.SHORTEST_PASSWORD)


@router.get("/toi/bao-mat/email")
async def show_email(page: Page, me: Signed) -> Response:  # noqa: ARG001 - for who has signed in.
    """Where another e-mail address is given."""
    return page.show("account/email.html", form=forms.filled({"email": ""}))


@router.post("/toi/bao-mat/email")
async def change_email(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Mail a link to the new address; until it is opened the old one stays."""
    form = await forms.read(request, accounts.EmailChange)
    form.typed.pop("password", None)
    if form.value is not None:
        await guarding.take(request, "password", str(me.person_id))
        try:
            await accounts.change_email(session, me, form.value.email, form.value.password)
        except Invalid as refusal:
            form.add(refusal.errors or {"form": refusal.message})
    if form.value is None:
        return page.show("account/email.html", status=422, form=form)
    return page.redirect(HERE, _("Đã gửi thư tới địa chỉ mới. Địa chỉ đổi khi bạn bấm liên kết trong thư."))


async def _enrolling_page(request: Request, me: Enrolling) -> PageMaker:
    return PageMaker(request, me)


EnrollingPage = Annotated[PageMaker, Depends(_enrolling_page)]


@router.get("/toi/bao-mat/hai-buoc")
async def show_second_factor(request: Request, page: EnrollingPage, me: Enrolling, session: Session) -> Response:
    """What an authenticator needs to know; who has one already sees her account's security."""
    if me.person_id is not None and await accounts.has_second_factor(session, me.person_id):
        return page.redirect(HERE)
    return await _enrolment(request, page, me, session, forms.filled({}))


async def _enrolment(
    request: Request, page: PageMaker, me: Actor, session: Session, form: forms.Form[Any], status: int = 200
) -> Response:
    enrolment = await accounts.begin_second_factor(session, settings(request).secret, me)
    picture = segno.make(enrolment.address, error="m").svg_data_uri(scale=5, border=2, light="#fff", dark="#000")
    typed = " ".join(enrolment.typed[at : at + 4] for at in range(0, len(enrolment.typed), 4))
    must = accounts.must_have_second_factor(me) and settings(request).second_factor_required
    return page.show(
        "account/second_factor.html", status=status, form=form, picture=picture, secret=typed, address=enrolment.address,
        required=must,
    )  # fmt: skip


@router.post("/toi/bao-mat/hai-buoc")
async def confirm_second_factor(request: Request, page: EnrollingPage, me: Enrolling, session: Session) -> Response:
    """Turn it on with the first right code, and show the recovery codes, this once."""
    await act_as(session, me)
    form = await forms.read(request, CodeOnly)
    form.typed.clear()
    await guarding.take(request, "second_step", str(me.person_id))
    codes: list[str] = []
    if form.value is not None:
        try:
            secret = settings(request).secret
            codes = await accounts.confirm_second_factor(session, secret, me, form.value.code, kept=_secret(request))
        except Invalid as refusal:
            form.add(refusal.errors)
        except Conflict as refusal:
            return page.redirect(HERE, refusal.message)
    if form.value is None:
        return await _enrolment(request, page, me, session, form, 422)
    return page.show("account/recovery_codes.html", codes=codes)


@router.post("/toi/bao-mat/hai-buoc/ma-du-phong")
async def renew_codes(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Ten new recovery codes for a code of the authenticator; the old ones open nothing."""
    form = await forms.read(request, CodeOnly)
    await guarding.take(request, "second_step", str(me.person_id))
    try:
        code = form.value.code if form.value is not None else ""
        codes = await accounts.renew_recovery_codes(session, settings(request).secret, me, code)
    except Invalid as refusal:
        return page.redirect(f"{HERE}#hai-buoc", refusal.message)
    return page.show("account/recovery_codes.html", codes=codes)


@router.post("/toi/bao-mat/hai-buoc/go")
async def remove_second_factor(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Take the authenticator away, knowing the password."""
    form = await forms.read(request, PasswordOnly)
    await guarding.take(request, "password", str(me.person_id))
    try:
        await accounts.remove_second_factor(session, me, form.value.password if form.value is not None else "")
    except Invalid as refusal:
        return page.redirect(f"{HERE}#hai-buoc", refusal.message)
    return page.redirect(HERE, _("Đã gỡ xác thực hai bước."))


@router.post("/toi/bao-mat/phien/khac")
async def end_others(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """End every session of hers but this one."""
    ended = await accounts.end_other_sessions(session, me, _secret(request))
    return page.redirect(HERE, _("Đã kết thúc %(n)s phiên đăng nhập khác.", n=ended))


@router.post("/toi/bao-mat/phien/{session_id}/ket-thuc")
async def end_one(session_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """End one session of hers; her present one leads to the front page, signed out."""
    await accounts.end_session_of(session, me, session_id)
    return page.redirect(HERE, _("Đã kết thúc phiên đăng nhập."))
