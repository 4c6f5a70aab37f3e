"""Officers help people with their accounts: a number is confirmed by calling it, a forgotten password by reading out a code.

    /duyet/nguoi-dung                          account/helping.html    whose number waits, or who is on the telephone
    /duyet/nguoi-dung/{person_id}/xac-nhan-so
    /duyet/nguoi-dung/{person_id}/ma           the code, shown once in the answer

Nobody helps herself, and officers do not help officers (`accounts.may_help`).
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import accounts
from service.core.i18n import _
from service.web import guarding
from service.web.deps import Acting, Page, Session, Signed
from service.web.pages.render import here

router = APIRouter(prefix="/duyet/nguoi-dung")
HERE = "/duyet/nguoi-dung"
CODES_AN_HOUR = 20
Words = Annotated[str, Query(max_length=200)]


@router.get("")
async def people(request: Request, page: Page, me: Signed, session: Session, q: Words = "", cursor: Words = "") -> Response:
    """Whose number waits to be confirmed, longest first; or the one whose address or number was typed."""
    found, after = await accounts.people_to_help(session, me, q, cursor or None)
    return page.show(
        "account/helping.html", people=found, asked=q, next=here(request, cursor=after) if after else None,
        first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


@router.post("/{person_id}/xac-nhan-so")
async def confirm_phone(person_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Write down that the number is hers; doing it again changes nothing."""
    await accounts.confirm_phone(session, me, person_id)
    return page.redirect(HERE, _("Đã xác nhận số điện thoại."))


@router.post("/{person_id}/ma")
async def issue_code(request: Request, person_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Show a code for a new password, this once; it is read out to her."""
    await guarding.take(request, "issue_code", str(me.person_id), CODES_AN_HOUR, guarding.HOUR)
    code = await accounts.issue_reset_code(session, me, person_id)
    return page.show("account/reset_code.html", code=code)
