"""Timetables of a fair's meetings for its organiser: asking for one, its proof, changes by hand, publishing.

…/cuoc-gap/lich                 meetings/timetables.html  f, versions, running, form; the moving part is meetings/_progress.html
…/cuoc-gap/lich/{number}        meetings/timetable.html   f, found (a TimetablePage), form, broken (sentences)
…/{number}/dung, …/sua, …/cong-bo (POST)
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from service.core.i18n import _, ngettext
from service.core.inputs import Input, OptionalWhole
from service.fairs import FairView
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt

meetings = fairs.meetings
router = APIRouter()
BASE = "/ban-to-chuc/hoi-cho/{slug}/cuoc-gap/lich"
SHOWN = 50
Number = Annotated[int, InPath(ge=1, le=2**31 - 1)]
Place = Annotated[int, Query(ge=0, le=100_000)]
Chosen = Annotated[int | None, Query(ge=0, le=100_000)]


class Publishing(Input):
    """The version that was read, and the one that was published then (0: none)."""

    version: OptionalWhole = None
    over: OptionalWhole = None


class Versioned(Input):
    """The version that was read."""

    version: OptionalWhole = None


@router.get(BASE)
async def index(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """Every version, how far the one that is being looked for is, and a form for the next."""
    fair = await fairs.own_head(session, slug, me)
    form = forms.filled({"key": str(new_id()), "seconds": "30", "keep_close": "true", "seed": "1"})
    return await _index(page, session, me, fair, form)


@router.post(BASE)
async def ask(slug: str, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Have a timetable looked for."""
    fair = await fairs.own_head(session, slug, me)
    # A box that is not ticked is not sent: whoever sends the form has unticked it.
    data = await request.form(max_fields=forms.MOST_FIELDS, max_files=0)
    form = forms.understand(data, meetings.TimetableWish)
    if form.value is not None:
        wish = form.value.model_copy(update={"keep_close": "keep_close" in form.typed})
        made: list[Any] = []

        async def write() -> None:
            made.append(await meetings.ask_timetable(session, me, slug, wish))

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(BASE.format(slug=slug), _("Máy đang xếp lịch số %(n)s.", n=made[0].number))
        form.add(_errors(refusal))
    return await _index(page, session, me, fair, form, status=422)


@router.get(f"{BASE}/{{number}}")
async def show(
    slug: str, number: Number, page: Page, me: Signed, session: Session, tu: Place = 0, chon: Chosen = None,
    them: bool = False,
) -> Response:  # fmt: skip
    """One version with its proof and a part of its meetings; by hand, the one that is chosen is changed, or one is added."""
    fair = await fairs.own_head(session, slug, me)
    return await _show(page, session, me, fair, number, forms.filled({}), first=tu, chosen=chon, adding=them)


@router.post(f"{BASE}/{{number}}/dung")
async def stop(slug: str, number: Number, page: Page, me: Acting, session: Session) -> Response:
    """Look no longer; the best so far is kept."""
    await meetings.stop_timetable(session, me, slug, number)
    return page.redirect(BASE.format(slug=slug), _("Đang dừng. Lịch tốt nhất tìm được đến lúc này được giữ lại."))


@router.post(f"{BASE}/{{number}}/sua")
async def change(slug: str, number: Number, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Change it by hand; what would break a rule is said in words and not kept."""
    fair = await fairs.own_head(session, slug, me)
    data = await request.form(max_fields=forms.MOST_FIELDS, max_files=0)
    form = forms.understand(data, meetings.HandChange)
    read = forms.understand(data, Versioned)
    refusal: Invalid | Conflict | None = None
    broken: list[str] = []
    if form.value is not None:
        value, version = form.value, read.value.version if read.value else None
        made: list[Any] = []

        async def write() -> None:
            made.append(await meetings.change_by_hand(session, me, slug, number, value, version=version))

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(f"{BASE.format(slug=slug)}/{made[0].number}", _("Đã sửa; lịch vẫn giữ mọi quy tắc."))
        form.add(_errors(refusal))
        if isinstance(refusal, Invalid):
            judged = await meetings.judge_by_hand(session, me, slug, number, value)
            called = meetings.names_in(judged.frozen)
            broken = [meetings.violation(each, called, judged.frozen.slots) for each in judged.broken]
    status = 409 if isinstance(refusal, Conflict) else 422
    return await _show(page, session, me, fair, number, form, broken=broken, status=status)


@router.post(f"{BASE}/{{number}}/cong-bo")
async def publish(slug: str, number: Number, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Let it hold from now on."""
    fair = await fairs.own_head(session, slug, me)
    form = await forms.read(request, Publishing)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(
            session, lambda: meetings.publish(session, me, slug, number, version=value.version, over=value.over)
        )
        if refusal is None:
            said = _("Đã công bố lịch số %(n)s. Chỉ những bên có thay đổi nhận thư.", n=number)
            return page.redirect(f"{BASE.format(slug=slug)}/{number}", said)
        form.add(_errors(refusal))
    shown = forms.filled({})
    shown.errors = form.errors
    return await _show(page, session, me, fair, number, shown, status=409 if isinstance(refusal, Conflict) else 422)


async def _index(
    page: PageMaker, session: Session, me: Actor, fair: FairView, form: forms.Form[Any], *, status: int = 200
) -> Response:
    versions = await meetings.timetable_list(session, me, fair.slug)
    running = next((each for each in versions if each.running), None)
    return page.show(
        "meetings/timetables.html", fragment="meetings/_progress.html", f=fair, versions=versions, running=running, form=form,
        counts=await meetings.counts(session, fair.id), level_name=meetings.level_name, level_value=meetings.level_value,
        proof=proof, status=status,
    )  # fmt: skip


async def _show(
    page: PageMaker, session: Session, me: Actor, fair: FairView, number: int, form: forms.Form[Any], *,
    broken: list[str] | None = None, status: int = 200, first: int = 0, chosen: int | None = None, adding: bool = False,
) -> Response:  # fmt: skip
    found = await meetings.timetable_page(session, me, fair.slug, number)
    versions = await meetings.timetable_list(session, me, fair.slug)
    named = [at for at, each in enumerate(found.planned) if each.id == form.typed.get("meeting")]
    if named:  # A change that was refused: its meeting is shown again.
        chosen, first = named[0], named[0] // SHOWN * SHOWN
    here = f"{BASE.format(slug=fair.slug)}/{number}"
    return page.show(
        "meetings/timetable.html", lines=found.planned[first : first + SHOWN], since=first,
        chosen=found.planned[chosen] if chosen is not None and chosen < len(found.planned) else None,
        adding=adding or form.typed.get("kind") == "add", first=here if first else None,
        next=f"{here}?tu={first + SHOWN}" if first + SHOWN < len(found.planned) else None,
        f=fair, found=found, head=found.head, form=form, broken=broken or [], key=str(new_id()),
        over=meetings.published_number(versions), level_name=meetings.level_name, level_value=meetings.level_value, proof=proof,
        left_out_reason=meetings.left_out_reason,
        reasons=[meetings.violation(each, found.names, found.slots) for each in found.reasons],
        status=status,
    )  # fmt: skip


def proof(level: fairs.meetings.LevelView) -> str:
    """How good the value of a level is known to be, in words."""
    if level.bound is None:
        return _("sửa tay, không chứng minh")
    if level.proven:
        return _("tốt nhất, đã chứng minh")
    if level.level == "value":
        return _("chưa chứng minh; nhiều nhất có thể là %(n)s", n=meetings.level_value(level.level, level.bound))
    return ngettext(
        "chưa chứng minh; ít nhất có thể là %(most)s", "chưa chứng minh; ít nhất có thể là %(most)s", level.bound,
        most=meetings.level_value(level.level, level.bound),
    )  # fmt: skip


def _errors(refusal: Invalid | Conflict) -> dict[str, str]:
    found = refusal.errors if isinstance(refusal, Invalid) else {}
    return found or {"form": refusal.message}
