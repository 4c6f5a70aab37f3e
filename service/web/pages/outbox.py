"""The outbox of a market that carries no mail yet: what would leave, for whoever tries it on her own machine."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service.core import mail
from service.core.errors import NotFound
from service.core.i18n import _
from service.web.deps import Page, Session, settings

router = APIRouter()
A_PAGE = 20


@router.get("/hop-thu-di")
async def outbox(
    request: Request, page: Page, session: Session, before: Annotated[UUID | None, Query()] = None
) -> Response:  # fmt: skip
    """The newest mails with their text; in production there is no such page."""
    if not settings(request).development:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    mails = await mail.newest(session, before=before, limit=A_PAGE + 1)
    base = str(request.base_url)
    shown = [(each, mail.complete(each.body or "", base)) for each in mails[:A_PAGE]]
    more = f"/hop-thu-di?before={mails[A_PAGE - 1].id}" if len(mails) > A_PAGE else None
    return page.show(
        "account/outbox.html", mails=shown, next=more, first="/hop-thu-di" if before else None,
        carried=settings(request).smtp_url is not None,
    )  # fmt: skip
