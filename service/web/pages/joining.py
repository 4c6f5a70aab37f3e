"""A newcomer who was invited: what she agrees to, registration, and the organisation's desk, in one go."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import accounts
from service.accounts import Newcomer, Offered, OrganisationKind, Purpose
from service.core import i18n
from service.core.errors import Conflict, Invalid
from service.core.i18n import _
from service.web import guarding
from service.web.deps import Me, Page, PageMaker, Session
from service.web.pages import forms
from service.web.pages.account import set_session
from service.web.pages.organisation import DESKS, INVITATION

router = APIRouter(prefix=INVITATION + "/{code}/dang-ky")
REGISTRATIONS_AN_HOUR = 10


@router.get("")
async def show_registration(code: str, page: Page, me: Me, session: Session) -> Response:
    """The form; somebody who is signed in takes the invitation as she is."""
    if me is not None:
        return page.redirect(f"{INVITATION}/{code[:40]}")
    return _show(page, await accounts.offered(session, code[:40]), code, forms.filled({}))


def _show(page: PageMaker, offered: Offered, code: str, form: forms.Form[Any], status: int = 200) -> Response:
    texts = accounts.consent_texts()
    return page.show(
        "organisation/register.html", status=status, form=form, offered=offered, code=code, agree=texts[Purpose.ACCOUNT],
        news=texts[Purpose.NEWS], shortest=accounts.SHORTEST_PASSWORD,
    )  # fmt: skip


@router.post("")
async def register(request: Request, code: str, page: Page, session: Session) -> Response:
    """Enter her, let her take the invitation, and let her in."""
    form = await forms.read(request, Newcomer)
    form.typed.pop("password", None)
    if "form" in form.errors:  # Neither a number nor an address.
        form.errors = {"phone": accounts.unreachable()}
    if form.value is None:
        return _show(page, await accounts.offered(session, code[:40]), code, form, 422)
    await guarding.take(request, "register", guarding.address_of(request), REGISTRATIONS_AN_HOUR, guarding.HOUR)
    try:
        async with session.begin_nested():
            came = await accounts.register_invited(session, form.value, code[:40], i18n.locale())
    except (Invalid, Conflict) as refusal:
        form.add((refusal.errors if isinstance(refusal, Invalid) else {}) or {"form": refusal.message})
        return _show(page, await accounts.offered(session, code[:40]), code, form, 422)
    secret = await accounts.open_session_of(session, came.person_id, request.headers.get("user-agent"))
    actor = await accounts.actor_of(session, secret)
    kind = next((kind for kind, role in accounts.ROLES.items() if actor is not None and role is actor.role), None)
    answer = page.redirect(
        DESKS.get(kind or OrganisationKind.OPERATOR, "/"), _("Chào mừng bạn! Từ giờ bạn làm việc cho tổ chức này.")
    )
    set_session(request, answer, secret)
    return answer
