"""Coming to the market by oneself, and the confirmation of an e-mail address.

    /dang-ky             account/register.html     a person with her organisation
    /xac-nhan/{token}    account/confirm.html      what the mailed link opens: a page with a button

A link is used by pressing the button, not by opening the page: mailboxes open links to look behind them.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import accounts
from service.accounts import Registration
from service.core import i18n
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from service.core.i18n import _
from service.web import guarding
from service.web.deps import Me, Page, PageMaker, Session
from service.web.pages import forms
from service.web.pages.account import set_session

router = APIRouter()
REGISTRATIONS_AN_HOUR = 10  # From one address: an officer may register a whole village in an afternoon.
NEXT = {"supplier": "/ban-hang/ho-so", "buyer": "/mua-hang/ho-so", "organiser": "/hoi-cho"}


def kinds() -> list[tuple[str, str]]:
    """What somebody may come as, in the reader's words."""
    return [
        ("supplier", _("Hợp tác xã, hộ kinh doanh, doanh nghiệp bán hàng")),
        ("buyer", _("Nhà phân phối, siêu thị, cửa hàng mua hàng")),
        ("organiser", _("Ban tổ chức hội chợ, tuần hàng")),
    ]


def _show(page: PageMaker, form: forms.Form[Any], status: int = 200) -> Response:
    texts = accounts.consent_texts()
    return page.show(
        "account/register.html", status=status, form=form, kinds=kinds(), agree=texts[accounts.Purpose.ACCOUNT],
        news=texts[accounts.Purpose.NEWS], shortest=accounts.SHORTEST_PASSWORD,
    )  # fmt: skip


@router.get("/dang-ky")
async def show_registration(page: Page, me: Me) -> Response:
    """The form; somebody who is signed in has an account already."""
    if me is not None:
        return page.redirect("/ban-hang")
    return _show(page, forms.filled({"key": new_id(), "kind": ""}))


@router.post("/dang-ky")
async def register(request: Request, page: Page, session: Session) -> Response:
    """Enter the person with her organisation and let her in; what is wrong stands beside what was typed."""
    form = await forms.read(request, Registration)
    form.typed.pop("password", None)
    if "form" in form.errors:  # Neither a number nor an address.
        form.errors = {"phone": accounts.unreachable()}
    if "kind" in form.errors:
        form.errors["kind"] = _("Hãy chọn bạn đến chợ để làm gì.")
    if form.value is None:
        return _show(page, form, 422)
    await guarding.take(request, "register", guarding.address_of(request), REGISTRATIONS_AN_HOUR, guarding.HOUR)
    try:
        came = await accounts.register(session, form.value, i18n.locale(), key=forms.key_of(form))
    except (Invalid, Conflict) as refusal:
        form.add((refusal.errors if isinstance(refusal, Invalid) else {}) or {"form": refusal.message})
        return _show(page, form, 422)
    secret = await accounts.open_session_of(session, came.person_id, request.headers.get("user-agent"))
    told = _("Chào mừng bạn đến chợ. Bước tiếp theo: điền hồ sơ để cán bộ xác minh.")
    if form.value.email:
        told = _("Chào mừng bạn đến chợ. Hãy mở hộp thư và bấm liên kết để xác nhận địa chỉ e-mail.")
    answer = page.redirect(NEXT[form.value.kind], told)
    set_session(request, answer, secret)
    return answer


@router.get("/xac-nhan/{token}")
async def show_confirmation(token: str, page: Page, session: Session) -> Response:
    """The button that confirms the address; opening the page alone changes nothing."""
    address = await accounts.confirmation(session, token[:100])
    return page.show("account/confirm.html", address=address, token=token)


@router.post("/xac-nhan/{token}")
async def confirm(token: str, page: Page, session: Session, me: Me) -> Response:
    """Let the address be hers who has opened the link."""
    await accounts.confirm_email(session, token[:100])
    done = _("Đã xác nhận địa chỉ e-mail. Từ nay thư của chợ sẽ tới đây.")
    return page.redirect("/ban-hang" if me is not None else "/dang-nhap", done)
