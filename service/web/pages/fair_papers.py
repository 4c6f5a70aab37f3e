"""Papers of a fair as PDF.

/ban-to-chuc/hoi-cho/{slug}/giay-to              fair_papers/papers.html    what can be printed, and how many pieces it has
/ban-to-chuc/hoi-cho/{slug}/giay-to/{kind}.pdf   badges, fascias, signs, plan, list
/hoi-cho/{slug}/so-do.pdf, …/don-vi.pdf          the plan and the list, for everybody
"""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core import pdf
from service.core.errors import NotFound
from service.core.i18n import _
from service.web.deps import Me, Page, Session, Signed

router = APIRouter()
papers = fairs.papers

BASE = "/ban-to-chuc/hoi-cho/{slug}/giay-to"


@router.get(BASE)
async def index(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """What can be printed for the fair."""
    fair = await fairs.own_head(session, slug, me)
    found = [(kind, name, (await papers.paper(session, me, slug, kind)).pieces) for kind, name in papers.kind_names().items()]
    return page.show("fair_papers/papers.html", f=fair, found=found)


@router.get(BASE + "/{kind}.pdf")
async def paper(slug: str, kind: str, me: Signed, session: Session) -> Response:
    """One of the organiser's papers."""
    await fairs.own_head(session, slug, me)
    if kind not in set(papers.Kind):
        raise NotFound(_("Không có giấy này."))
    return await _made(session, me, slug, papers.Kind(kind))


@router.get("/hoi-cho/{slug}/so-do.pdf")
async def plan(slug: str, me: Me, session: Session) -> Response:
    """The plan of the fair, as the public page shows it."""
    return await _made(session, me, slug, papers.Kind.PLAN)


@router.get("/hoi-cho/{slug}/don-vi.pdf")
async def exhibitors(slug: str, me: Me, session: Session) -> Response:
    """The list of exhibitors, as the public page shows it."""
    return await _made(session, me, slug, papers.Kind.LIST)


async def _made(session: AsyncSession, me: Actor | None, slug: str, kind: fairs.papers.Kind) -> Response:
    found = await papers.paper(session, me, slug, kind)
    content = await pdf.made(found.template, found.data, images=found.images)
    headers = {"content-disposition": f'inline; filename="{found.filename}"'}
    return Response(content, media_type="application/pdf", headers=headers)
