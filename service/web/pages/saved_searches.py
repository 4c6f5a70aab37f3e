"""Searches that tell of what is new.

/tim-kiem-da-luu            lists/searches.html   one's own saved searches
/dung-nhan-tin/{token}      lists/stop.html       what the link in a mail leads to; a POST stops the mails (RFC 8058)
"""

from __future__ import annotations

from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from service import catalogue, matching
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.inputs import Input, Text
from service.web.deps import Acting, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms

router = APIRouter()
LONGEST_QUERY = 4000


class SearchToKeep(Input):
    """A search as its page has it: what stands behind the question mark."""

    query: Text
    title: Text = ""
    frequency: matching.Frequency = matching.Frequency.DAILY


@router.get("/tim-kiem-da-luu")
async def index(page: Page, me: Signed, session: Session) -> Response:
    """Every search that the reader has saved."""
    return await _page(page, me, session)


@router.post("/tim-kiem-da-luu")
async def save(request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep a search; the same one again changes nothing."""
    form = await forms.read(request, SearchToKeep)
    if form.value is None or len(form.value.query) > LONGEST_QUERY:
        raise Invalid(_("Tìm kiếm này có chỗ chưa đúng, nên chưa lưu được."))
    standing = await catalogue.standing_search(reader, parse_qsl(form.value.query)[:100])
    title = (" ".join(form.value.title.split()) or standing.words or _("Tìm kiếm theo điều kiện"))[:100].strip()
    wish = matching.SearchWish(title=title, frequency=form.value.frequency)
    await matching.save_search(session, me, standing, wish)
    return page.redirect("/tim-kiem-da-luu", _("Đã lưu tìm kiếm. Có hàng mới hợp là chợ gửi thư cho bạn."))


@router.post("/tim-kiem-da-luu/{search_id}")
async def change(request: Request, search_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Call it otherwise, hear more or less often, pause or go on."""
    form = await forms.read(request, matching.SearchWish)
    if form.value is None:
        raise Invalid(next(iter(form.errors.values())), form.errors)
    read = form.typed.get("version", "")
    version = int(read) if read.isdecimal() and len(read) < 10 else None
    await matching.change_search(session, me, search_id, form.value, version=version)
    return page.redirect("/tim-kiem-da-luu", _("Đã lưu."))


@router.post("/tim-kiem-da-luu/{search_id}/xoa")
async def drop(search_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Forget a search."""
    await matching.drop_search(session, me, search_id)
    return page.redirect("/tim-kiem-da-luu", _("Đã xóa tìm kiếm."))


@router.get("/dung-nhan-tin/{token}")
async def ask_to_stop(token: str, page: Page, session: Session) -> Response:
    """What the mails were about, and one button. Only looking stops nothing: mail programs look at every link."""
    return page.show("lists/stop.html", search=await matching.search_to_stop(session, token), token=token, stopped=False)


@router.post("/dung-nhan-tin/{token}")
async def stop(request: Request, token: str, page: Page, session: Session) -> Response:
    """Stop the mails: by the button, or by the reader's mail program, which comes without a browser and wants no page."""
    saved = await matching.stop_search(session, token)
    form = await request.form(max_fields=10, max_files=0)
    if form.get("List-Unsubscribe") == "One-Click":
        return PlainTextResponse(_("Đã dừng gửi thư."))
    search = await matching.search_to_stop(session, saved.stop_token)
    return page.show("lists/stop.html", search=search, token=token, stopped=True)


async def _page(page: PageMaker, me: Signed, session: Session) -> Response:
    frequencies = [(matching.Frequency.DAILY.value, _("mỗi sáng")), (matching.Frequency.IMMEDIATE.value, _("ngay khi có"))]
    states = [(matching.SearchState.ACTIVE.value, _("đang theo dõi")), (matching.SearchState.PAUSED.value, _("tạm dừng"))]
    found = await matching.own_searches(session, me)
    return page.show("lists/searches.html", searches=found, frequencies=frequencies, states=states)
