"""Sharing a booth with others (F6): the exhibitor's page, and its buttons.

/ban-hang/hoi-cho/{slug}/gian-chung                applications/share.html   POST: open a share
…/gian-chung/moi · vao · tra-loi/{code} · roi      POST: name somebody, come with a code, agree or not, leave
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt

applications = fairs.applications
router = APIRouter()
BASE = "/ban-hang/hoi-cho/{slug}/gian-chung"


@router.get(BASE)
async def share(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """Who shares one's booth, and how to find somebody."""
    return await _page(page, session, slug, me, {}, "")


@router.post(BASE)
async def open_share(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Look for others."""
    form = await forms.read(request, applications.ShareDraft)
    value = form.value
    said = _("Đã mở nhóm chung gian. Mời đơn vị khác, hoặc đưa họ mã nhóm.")
    write = (lambda: applications.open_share(session, me, slug, value)) if value is not None else None
    return await _done(page, session, slug, me, form, "open", write, said)


@router.post(f"{BASE}/moi")
async def invite(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Name an exhibitor of the fair."""
    form = await forms.read(request, applications.ShareWith)
    value = form.value
    write = (lambda: applications.invite(session, me, slug, value)) if value is not None else None
    return await _done(page, session, slug, me, form, "invite", write, _("Đã mời. Hai đơn chung gian khi bên kia đồng ý."))


@router.post(f"{BASE}/vao")
async def join(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Come with the code of a share."""
    form = await forms.read(request, applications.ShareWith)
    value = form.value
    write = (lambda: applications.join(session, me, slug, value)) if value is not None else None
    return await _done(page, session, slug, me, form, "join", write, _("Đã xin vào nhóm. Chờ đơn vị đứng đầu đồng ý."))


@router.post(f"{BASE}/tra-loi/{{code}}")
async def answer(request: Request, slug: str, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Agree, or not."""
    form = await forms.read(request, applications.ShareAnswer)
    value = form.value
    if value is None:
        raise Invalid(_("Chọn đồng ý hoặc không."), form.errors)
    said = _("Đã đồng ý chung gian.") if value.agree else _("Đã trả lời không chung gian.")
    return await _done(
        page, session, slug, me, form, "answer", lambda: applications.answer_share(session, me, slug, code, value), said
    )


@router.post(f"{BASE}/roi")
async def leave(slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Share no longer."""
    await applications.leave_share(session, me, slug)
    return page.redirect(BASE.format(slug=slug), _("Đã rời nhóm chung gian. Đơn của bạn được xếp riêng."))


async def _done(
    page: PageMaker, session: Session, slug: str, me: Actor, form: forms.Form[Any], which: str,
    write: Callable[[], Awaitable[Any]] | None, said: str,
) -> Response:  # fmt: skip
    """Lead on after the write, or show the page again with what was typed in that one of its forms."""
    refusal: Invalid | Conflict | None = None
    if write is not None:
        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(BASE.format(slug=slug), said)
        form.add(refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message})
    status = 409 if isinstance(refusal, Conflict) else 422
    return await _page(page, session, slug, me, {which: form}, which, status=status)


async def _page(
    page: PageMaker, session: Session, slug: str, me: Actor, typed: dict[str, forms.Form[Any]], which: str, *, status: int = 200
) -> Response:
    fair = await fairs.head(session, slug, me)
    view = await applications.own_application(session, slug, me)
    if view is None:
        raise NotFound(_("Hãy lập đơn đăng ký trước, rồi mới chung gian với đơn vị khác."))
    empty: forms.Form[Any] = forms.filled({"kind": "side_by_side"})
    choices = await applications.form_choices(session, fair.id, view.id)
    return page.show(
        "applications/share.html", status=status, f=fair, a=view, own=_own(view), which=which, neighbours=choices.neighbours,
        forms={name: typed.get(name, empty) for name in ("open", "invite", "join", "answer")},
        kinds=[(each.value, applications.share_kind_name(each)) for each in applications.ShareKind],
        sharer_state_name=applications.sharer_state_name,
    )  # fmt: skip


def _own(view: applications.ApplicationView) -> Any:
    """The reader's own line in what it shares."""
    share = view.share
    return next((each for each in share.sharers if each.application_id == view.id), None) if share is not None else None
