"""Invitations and threads.

/tim-hang/{code}/loi-moi                   matching/invitations.html      the buyer: who is asked, who answered, ask more
/tim-hang/{code}/loi-moi/{id}/rut (POST)   ask this supplier no more
/ban-hang/loi-moi                          matching/own_invitations.html  the supplier: who asks, what waits first
/trao-doi                                  matching/threads.html          every thread of the reader's organisation
/trao-doi/{id}                             matching/thread.html           one thread; POST: write, with files
/trao-doi/{id}/tra-loi (POST)              the supplier accepts, or declines with a reason
/trao-doi/{id}/in                          matching/thread.html           the whole thread, to be printed
/trao-doi/{id}/tep/{key}                   a file: a picture is shown, anything else is a download
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import structlog
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import catalogue, matching
from service.accounts import Actor, Role
from service.core import clock, formats
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.files import FileMissing, FileStore
from service.core.i18n import _
from service.web.deps import Acting, Files, Page, PageMaker, Session, Signed, below
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here
from service.web.pages.waiting import all_waiting

router = APIRouter()
log = structlog.get_logger("files")
Cursor = Annotated[str, Query(max_length=400)]
FOUND = 8
SANDBOX = "sandbox; default-src 'none'"


@router.get("/tim-hang/{code}/loi-moi")
async def invitations(
    request: Request, code: str, page: Page, me: Signed, session: Session, ncc: Annotated[str, Query(max_length=200)] = "",
    cursor: Cursor = "",
) -> Response:  # fmt: skip
    """Who has been asked, with dates and what was written; and a search for whom to ask besides."""
    return await _invitations(request, code, page, me, session, forms.filled({}), q=ncc, cursor=cursor)


@router.post("/tim-hang/{code}/loi-moi")
async def invite(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Ask the ticked suppliers; whoever has been asked already is not asked again."""
    form = await forms.read(request, matching.invitations.Asking, lists=("suppliers",))
    if form.value is None:
        _lift(form)
        return await _invitations(request, code, page, me, session, form, status=422)
    value, asked = form.value, []

    async def ask() -> None:
        made = await matching.invitations.invite(session, me, code, value.suppliers, note=value.note, answer_by=value.answer_by)
        asked.extend(made)

    refusal = await attempt(session, ask)
    if refusal is not None:
        form.add(refusal.errors if isinstance(refusal, Invalid) and refusal.errors else {"form": refusal.message})
        return await _invitations(request, code, page, me, session, form, status=_status(refusal))
    said = _("Đã mời %(n)s nhà cung cấp. Chợ gửi thư cho họ ngay.", n=len(asked))
    return page.redirect(f"/tim-hang/{code}/loi-moi", said)


@router.post("/tim-hang/{code}/loi-moi/{invitation_id}/rut")
async def withdraw(code: str, invitation_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take an invitation back."""
    await matching.invitations.withdraw_invitation(session, me, invitation_id)
    return page.redirect(f"/tim-hang/{code}/loi-moi", _("Đã rút lời mời."))


@router.get("/ban-hang/loi-moi")
async def own_invitations(request: Request, page: Page, me: Signed, session: Session, cursor: Cursor = "") -> Response:
    """Who asks the reader's organisation, what waits for an answer first."""
    found = await matching.invitations.own_invitations(session, me, cursor or None)
    return page.show(
        "matching/own_invitations.html", found=found, today=clock.today(), waits=await all_waiting(session, me),
        **_paged(request, found.next, cursor),
    )  # fmt: skip


@router.get("/trao-doi")
async def threads(request: Request, page: Page, me: Signed, session: Session, cursor: Cursor = "") -> Response:
    """Every thread in which something has been written."""
    found = await matching.invitations.own_threads(session, me, cursor or None)
    waits = await all_waiting(session, me) if me.role is Role.SUPPLIER else None
    return page.show("matching/threads.html", found=found, waits=waits, **_paged(request, found.next, cursor))


@router.get("/trao-doi/{invitation_id}")
async def thread(
    request: Request, invitation_id: UUID, page: Page, me: Acting, session: Session, cursor: Cursor = ""
) -> Response:
    """One thread. Opening it is reading it: the other side sees when."""
    if _is_opened(request):
        await matching.invitations.open_thread(session, me, invitation_id)
    return await _thread(request, invitation_id, page, me, session, forms.filled({"key": new_id()}), cursor=cursor)


@router.post("/trao-doi/{invitation_id}")
async def write(request: Request, invitation_id: UUID, page: Page, me: Acting, session: Session, files: Files) -> Response:
    """Write to the other side; the same form sent twice is one message."""
    most = matching.invitations.MOST_FILES + 1
    form, uploads = await forms.read_with_files(request, matching.invitations.Words, "files", most=most)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        words = form.value
        handed = [matching.invitations.Handed(each.name, each.data) for each in uploads]
        refusal = await attempt(
            session, lambda: matching.invitations.send_message(session, files, me, invitation_id, words, handed)
        )
        if refusal is None:
            return page.redirect(f"/trao-doi/{invitation_id}#cuoi", _("Đã gửi."))
        form.add(refusal.errors if isinstance(refusal, Invalid) and refusal.errors else {"form": refusal.message})
    return await _thread(request, invitation_id, page, me, session, form, status=_status(refusal))


@router.post("/trao-doi/{invitation_id}/tra-loi")
async def answer(request: Request, invitation_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Accept the invitation, or decline it with a reason."""
    form = await forms.read(request, matching.invitations.Answer)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        said = form.value
        refusal = await attempt(session, lambda: matching.invitations.answer_invitation(session, me, invitation_id, said))
        if refusal is None:
            return page.redirect(
                f"/trao-doi/{invitation_id}",
                _("Đã nhận lời. Người mua được báo; bước tiếp theo là gửi báo giá.")
                if said.answer == "accept"
                else _("Đã trả lời là không nhận. Người mua được báo lý do."),
            )
        form.add({"form": refusal.message})
    _lift(form, "reason")
    form.typed["key"] = str(new_id())
    return await _thread(request, invitation_id, page, me, session, form, status=_status(refusal))


@router.get("/trao-doi/{invitation_id}/in")
async def printed(request: Request, invitation_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """The whole thread on paper."""
    return await _thread(request, invitation_id, page, me, session, forms.filled({}), whole=True)


@router.get("/trao-doi/{invitation_id}/tep/{key}")
async def file(invitation_id: UUID, key: str, me: Signed, session: Session, files: Files) -> Response:
    """A file of the thread, for its two sides only; each time asked anew."""
    return await served(session, files, me, invitation_id, key)


async def served(session: Session, files: FileStore, me: Actor, invitation_id: UUID, key: str) -> Response:
    """A file on its way out: a picture is shown, anything else is a download, and nothing of it may do anything."""
    found = await matching.invitations.attachment_for(session, me, invitation_id, key)
    try:
        data = await files.get(found.path)
    except FileMissing as missing:
        log.exception("a row names a file that the store does not have", path=found.path)
        raise NotFound(_("Không có tệp này.")) from missing
    shown = found.media_type == "image/webp"
    stem = found.name.rpartition(".")[0] or found.name
    name = f"{stem or 'anh'}.webp" if shown else found.name or "tep"
    plain = "".join(letter if (letter.isascii() and letter.isalnum()) or letter in ".-_ " else "_" for letter in name)
    disposition = f"{'inline' if shown else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {
        "Content-Disposition": disposition, "Content-Security-Policy": SANDBOX, "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }  # fmt: skip
    return Response(data, media_type=found.media_type, headers=headers)


async def _invitations(
    request: Request, code: str, page: PageMaker, me: Actor, session: Session, form: forms.Form[Any], *, q: str = "",
    cursor: str = "", status: int = 200,
) -> Response:  # fmt: skip
    view, found = await matching.invitations.invitations_of(session, me, code, cursor or None)
    reader = await below(session)
    ticked = form.chosen.get("suppliers", [])
    searched = await catalogue.suppliers(reader, catalogue.SupplierSearch(q=q)) if q else None
    there = await matching.invitations.invited_suppliers(session, me, code)
    today = clock.today()
    form.typed.setdefault("answer_by", formats.day(matching.invitations.answer_by(today, view.deadline)))
    return page.show(
        "matching/invitations.html",
        status=status,
        r=view,
        nav=await matching.request_tabs(session, view),
        tab="loi-moi",
        found=found,
        form=form,
        q=q,
        searched=searched.items[:FOUND] if searched else None,
        more_found=max(0, searched.total - FOUND) if searched else 0,
        ticked=await _named(session, ticked),
        there=there,
        may_invite=matching.invitations.may_invite(me, view, me.organisation_id or new_id(), today, view.quotes),
        today=today,
        state_name=matching.invitations.state_name,
        origin_name=matching.invitations.origin_name,
        **_paged(request, found.next, cursor),
    )


async def _named(session: Session, ticked: list[str]) -> list[tuple[str, str]]:
    """The suppliers that were ticked before something else went wrong, by their names: they stay ticked."""
    ids = []
    for each in ticked[: matching.invitations.MOST_AT_ONCE]:
        try:
            ids.append(UUID(each))
        except ValueError:
            continue
    shown = await catalogue.glimpses(session, (), ids)
    return [(str(each.id), each.name) for each in shown.values()]


async def _thread(
    request: Request, invitation_id: UUID, page: PageMaker, me: Actor, session: Session, form: forms.Form[Any], *,
    cursor: str = "", status: int = 200, whole: bool = False,
) -> Response:  # fmt: skip
    found = await matching.invitations.thread(session, me, invitation_id, cursor or None, whole=whole)
    view = found.invitation.request
    return page.show(
        "matching/thread.html",
        status=status,
        thread=found,
        i=found.invitation,
        r=view,
        nav=await matching.request_tabs(session, view),
        tab="loi-moi",
        form=form,
        whole=whole,
        older=here(request, cursor=found.older) if found.older else None,
        newest=here(request, cursor=None) if cursor else None,
        origin_name=matching.invitations.origin_name,
        most_files=matching.invitations.MOST_FILES,
    )


def _is_opened(request: Request) -> bool:
    """Whether somebody opens the page itself: what another site draws, or a browser fetches ahead, has been read by nobody."""
    headers = request.headers
    whole = headers.get("sec-fetch-dest", "document") in ("document", "empty")
    elsewhere = headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate"
    return whole and not elsewhere and "prefetch" not in headers.get("sec-purpose", headers.get("purpose", ""))


def _paged(request: Request, following: str | None, cursor: str) -> dict[str, Any]:
    return {
        "next": here(request, cursor=following) if following else None,
        "first": here(request, cursor=None) if cursor else None,
    }


def _lift(form: forms.Form[Any], *to: str) -> None:
    """A rule of the whole form says its sentence at the top, and beside the field that it is about where there is one."""
    for name in [name for name in form.errors if name not in form.typed and name != "form"]:
        sentence = form.errors.pop(name)
        form.errors[to[0] if to else "form"] = sentence


def _status(refusal: Invalid | Conflict | None) -> int:
    return 409 if isinstance(refusal, Conflict) else 422
