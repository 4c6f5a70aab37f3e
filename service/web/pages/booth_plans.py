"""Giving out the booths of a fair, for its organiser: ask, follow, compare, change by hand, publish.

/ban-to-chuc/hoi-cho/{slug}/xep-gian           booth_plans/plans.html     what matters, every version (fragment: _progress.html)
…/xep-gian/{number}                            booth_plans/plan.html      one version: picture, list, reasons, what has changed
…/xep-gian/{number}/tien-do                    booth_plans/progress.html   how far it has come (fragment: _progress.html)
…/xep-gian/{number}/dung                       POST: stop, the best so far is kept
…/xep-gian/{number}/tay                        booth_plans/hand.html      by hand, judged at once; POST keeps
…/xep-gian/{number}/cong-bo                    booth_plans/publish.html   what it changes for whom; POST publishes
…/xep-gian/{number}/bang.{kind}                the list as .xlsx or .csv
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core import cursors, exports
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import booth_pictures, forms, render
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

plans = fairs.plans
router = APIRouter()
BASE = "/ban-to-chuc/hoi-cho/{slug}/xep-gian"
SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
Number = Annotated[int, InPath(ge=1, le=2**31 - 1)]
Cursor = Annotated[str, Query(max_length=300)]
A_PAGE = 40


@router.get(BASE)
async def index(
    slug: str, page: Page, me: Signed, session: Session,
    truoc: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:  # fmt: skip
    """What matters in which order, and every version so far."""
    typed = {
        "order": [str(level) for level in plans.USUAL_ORDER], "groups": "spread", "quota_by": "none", "quota_booths": "",
        "near_published": "true", "waiting_too": "", "locks_of": "", "seed": "", "seconds": "60", "key": new_id(),
    }  # fmt: skip
    return await _index(page, me, session, slug, forms.filled(typed), before=truoc)


@router.post(BASE)
async def ask(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Have the booths given out; the same form sent twice asks once."""
    form = await forms.read(request, plans.PlanWish, lists=("order",))
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        wish, made = form.value, []

        async def write() -> None:
            made.append(await plans.ask_plan(session, me, slug, wish, key=forms.key_of(form)))

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(f"{_base(slug)}/{made[0].number}", _("Đã giao máy xếp gian. Trang này tự cập nhật."))
        errors = refusal.errors if isinstance(refusal, Invalid) else {}
        form.add(errors or {"form": refusal.message})
    return await _index(page, me, session, slug, form, status=409 if isinstance(refusal, Conflict) else 422)


@router.get(BASE + "/{number}")
async def show(
    request: Request, slug: str, number: Number, page: Page, me: Signed, session: Session,
    sanh: Annotated[int, Query(ge=1, le=1000)] = 1, xem: Annotated[str, Query(max_length=20)] = "", cursor: Cursor = "",
    don: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    """One version, wherever it stands; `don` shows one application of the list alone."""
    head = await fairs.own_head(session, slug, me)
    found = await plans.plan_page(session, slug, me, number)
    parts = {"": found.parties, "chua-co": found.refused, "mong-muon": found.unmet, "doi": found.moving}
    part = xem if xem in parts else ""
    chosen = [line for line in found.parties if line.code.casefold() == don.strip().casefold()] if don else []
    shown, after = _paged(chosen or parts[part], cursor)
    return page.show(
        "booth_plans/plan.html", f=head, p=found, base=_base(slug), part=part, lines=shown,
        parts=[("", _("Tất cả"), len(found.parties)), ("chua-co", _("Chưa có gian"), len(found.refused)),
               ("mong-muon", _("Chưa đúng mong muốn"), len(found.unmet)),
               *([("doi", _("Thay đổi"), len(found.moving))] if found.published else [])],
        asked=plans.views.settings_words(found.line.settings, seed=found.line.seed, seconds=found.line.seconds),
        since=plans.views.since_words(found.since), fewest=plans.views.fewest_words(found.reached),
        broken=_broken_words(found), again=_again(found), key=new_id(),
        next=here(request, cursor=after) if after else None, first=here(request, cursor=None) if cursor else None,
        **booth_pictures.of_version(found, sanh, _base(slug)),
    )  # fmt: skip


@router.get(BASE + "/{number}/tien-do")
async def progress(slug: str, number: Number, page: Page, me: Signed, session: Session) -> Response:
    """How far a computation has come: the piece of the page that moves. Once it is over, the whole page is wanted."""
    line = await plans.plan_line(session, slug, me, number)
    address = f"{_base(slug)}/{number}"
    if not line.working and render.wants_fragment(page.request):
        return render.html("", headers={"HX-Refresh": "true"})
    return page.show("booth_plans/progress.html", fragment="booth_plans/_progress.html", line=line, address=address,
                     f=await fairs.own_head(session, slug, me), base=_base(slug))  # fmt: skip


@router.post(BASE + "/{number}/dung")
async def stop(slug: str, number: Number, page: Page, me: Acting, session: Session) -> Response:
    """Stop looking."""
    plan = await plans.stop_plan(session, me, slug, number)
    words = (
        _("Đã dừng.") if plan.state is plans.PlanState.CANCELLED else _("Máy sẽ dừng trong giây lát và giữ phương án tốt nhất.")
    )
    return page.redirect(
        f"{_base(slug)}/{number}", words if plan.stop_asked or plan.state is plans.PlanState.CANCELLED else None
    )


@router.get(BASE + "/{number}/cong-bo")
async def before(
    request: Request, slug: str, number: Number, page: Page, me: Signed, session: Session, cursor: Cursor = ""
) -> Response:
    """What publishing would change for whom."""
    return await _before(request, page, me, session, slug, number, forms.filled({}), cursor=cursor)


@router.post(BASE + "/{number}/cong-bo")
async def publish(request: Request, slug: str, number: Number, page: Page, me: Acting, session: Session) -> Response:
    """Publish a version."""
    form = await forms.read(request, plans.PlanPublish)
    if form.value is None:
        return await _before(request, page, me, session, slug, number, form, status=422)
    said = form.value
    refusal = await attempt(session, lambda: plans.publish_plan(session, me, slug, number, said))
    if refusal is not None:
        form.add((refusal.errors if isinstance(refusal, Invalid) else {}) or {"form": refusal.message})
        return await _before(
            request, page, me, session, slug, number, form, status=409 if isinstance(refusal, Conflict) else 422
        )
    return page.redirect(f"{_base(slug)}/{number}", _("Đã công bố. Những đơn vị có thay đổi được báo bằng thư."))


@router.get(BASE + "/{number}/tay")
async def by_hand(
    request: Request, slug: str, number: Number, page: Page, me: Signed, session: Session,
    b: Annotated[list[str] | None, Query(max_length=100)] = None, sanh: Annotated[int, Query(ge=1, le=1000)] = 1,
    chon: Annotated[str, Query(max_length=40)] = "", den: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    """A version being changed: the address carries the steps, so nothing is kept and going back undoes one."""
    steps = _steps(b or [])
    data = request.query_params
    judged = await plans.judge_by_hand(session, me, slug, number, steps)
    typed = {name: data.get(name, "")[:200] for name in ("what", "who", "where")}
    form: forms.Form[Any] = forms.filled(typed)
    step = None
    try:
        if den and chon:
            step = plans.moves.dropped(judged.frozen, judged.board, chon, den)
        elif typed["who"] or typed["where"]:
            form = forms.checked({key: value for key, value in typed.items() if value}, plans.HandMove)
            form.typed = typed
            if form.value is not None:
                step = plans.moves.step_of(judged.frozen, judged.board, form.value)
    except plans.moves.Unreadable as wrong:
        form.errors = {"who" if not den else "form": str(wrong)}
    if step is not None and len(steps) < plans.MOST_STEPS:
        return page.redirect(booth_pictures.hand_address(_base(slug), number, [*steps, step], hall=sanh))
    return await _hand(page, me, session, slug, judged, steps, form, sanh, chon, status=422 if form.errors else 200)


@router.post(BASE + "/{number}/tay")
async def keep(request: Request, slug: str, number: Number, page: Page, me: Acting, session: Session) -> Response:
    """Keep the changes as a version of its own."""
    form = await forms.read(request, plans.HandKeep, lists=("steps",))
    if form.value is None:
        raise Invalid(_("Hãy tải lại trang rồi bấm lại."), form.errors)
    kept, made = form.value, []

    async def write() -> None:
        made.append(await plans.keep_by_hand(session, me, slug, number, kept, key=forms.key_of(form)))

    refusal = await attempt(session, write)
    if refusal is None:
        return page.redirect(f"{_base(slug)}/{made[0].number}", _("Đã giữ thành phương án %(n)s.", n=made[0].number))
    form.add({"form": refusal.message})
    judged = await plans.judge_by_hand(session, me, slug, number, kept.steps)
    status = 409 if isinstance(refusal, Conflict) else 422
    return await _hand(page, me, session, slug, judged, list(kept.steps), form, 1, "", status=status)


@router.get(BASE + "/{number}/bang.{kind}")
async def sheet(slug: str, number: Number, kind: str, me: Signed, session: Session) -> Response:
    """A version as a sheet: who stands where, and why not."""
    if kind not in SHEETS:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    head = await fairs.own_head(session, slug, me)
    found = await plans.plan_page(session, slug, me, number)
    headings = [
        _("Thứ tự"), _("Mã đơn"), _("Đơn vị"), _("Trạng thái đơn"), _("Điểm"), _("Số gian cần"), _("Gian"), _("Sảnh"),
        _("Ngày"),
        _("Khóa"), _("So với bản công bố"), _("Vì sao chưa có gian"), _("Mong muốn chưa đạt"),
    ]  # fmt: skip
    lines = _sheet_lines(found.parties, head.when)
    name = _("Phương án %(n)s", n=number)
    data = exports.as_csv(headings, lines) if kind == "csv" else exports.as_xlsx([exports.Table(name, headings, lines)])
    called = f"{head.slug}-xep-gian-{number}.{kind}"
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(called)}", "cache-control": "private, no-store"}
    return Response(data, media_type=SHEETS[kind], headers=headers)


def _sheet_lines(parties: tuple[plans.PartyLine, ...], whole: str) -> Iterator[list[exports.Cell]]:
    for each in parties:
        yield [
            each.place, each.code, each.name, _("chờ") if each.waiting else _("đã nhận"), each.points, each.asked,
            ", ".join(each.booths), each.hall, each.stay or whole, _("khóa") if each.locked else "", each.change, each.refusal,
            " ".join(each.unmet),
        ]  # fmt: skip


async def _index(
    page: PageMaker, me: Actor, session: Session, slug: str, form: forms.Form[Any], *, before: int | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    head = await fairs.own_head(session, slug, me)
    found = await plans.plan_list(session, slug, me, before=before)
    order = [*form.chosen.get("order", []), *[""] * len(plans.USUAL_ORDER)][: len(plans.USUAL_ORDER)]
    return page.show(
        "booth_plans/plans.html", status=status, f=head, v=found, base=_base(slug), form=form, order=order,
        levels=[(str(level), plans.words.level_name(level), plans.words.level_about(level)) for level in plans.USUAL_ORDER],
        groups=plans.views.group_names(), quotas=plans.views.quota_names(), seconds=plans.SECONDS,
        since=plans.views.since_words(found.since) if found.since else [], key=new_id(),
        again=_again_fields(found.published.settings, found.published.number) if found.published else {},
        locks=[(line.number, _("phương án %(n)s", n=line.number)) for line in found.lines if line.kept],
        next=f"{_base(slug)}?truoc={found.next}" if found.next else None, first=_base(slug) if before else None,
    )  # fmt: skip


async def _before(
    request: Request, page: PageMaker, me: Actor, session: Session, slug: str, number: int, form: forms.Form[Any], *,
    cursor: str = "", status: int = 200,
) -> Response:  # fmt: skip
    head = await fairs.own_head(session, slug, me)
    found = await plans.plan_page(session, slug, me, number)
    told = await plans.before_publishing(session, slug, me, number)
    lines = [plans.views.change_line(change, told.names, told.left) for change in told.changes]
    shown, after = _paged(lines, cursor)
    return page.show(
        "booth_plans/publish.html", status=status, f=head, p=found, base=_base(slug), told=told, lines=shown, form=form,
        counts=plans.views.change_counts(told.changes, told.unchanged, told.left), since=plans.views.since_words(told.since),
        broken=[plans.words.violation(each, told.names) for each in told.broken[:20]],
        fewest=plans.views.fewest_words(found.reached),
        next=here(request, cursor=after) if after else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


async def _hand(
    page: PageMaker, me: Actor, session: Session, slug: str, judged: plans.Judged, steps: list[str], form: forms.Form[Any],
    hall: int, chosen: str, *, status: int = 200,
) -> Response:  # fmt: skip
    head = await fairs.own_head(session, slug, me)
    floor = await fairs.layouts.floor(session, head.id)
    names = judged.frozen.names
    base, number = _base(slug), judged.number
    return page.show(
        "booth_plans/hand.html", fragment="booth_plans/_hand.html", status=status, f=head, base=base, j=judged, form=form,
        steps=[
            (plans.moves.told(judged.frozen, step),
             booth_pictures.hand_address(base, number, [*steps[:n], *steps[n + 1 :]], hall=hall))
            for n, step in enumerate(steps)
        ],
        raw=steps, broken=[plans.words.violation(each, names) for each in judged.broken[:20]],
        more=max(len(judged.broken) - 20, 0),
        waiting=[(who.code, who.name) for party, who in judged.frozen.parties.items() if party not in judged.board.booths][:60],
        without=sum(party not in judged.board.booths for party in judged.frozen.parties),
        key=new_id(), full=len(steps) >= plans.MOST_STEPS, chosen=chosen,
        kinds=[("move", _("chuyển sang gian")), ("swap", _("đổi chỗ với")), ("out", _("đưa ra khỏi gian")),
                              ("lock", _("khóa tại chỗ")), ("free", _("bỏ khóa"))],
        **booth_pictures.of_hand(judged, floor, hall, base, steps, chosen),
    )  # fmt: skip


def _base(slug: str) -> str:
    return f"/ban-to-chuc/hoi-cho/{quote(slug)}/xep-gian"


def _steps(given: list[str]) -> list[str]:
    return [step.replace("\x00", "")[:200] for step in given][: plans.MOST_STEPS]


def _broken_words(found: plans.PlanPage) -> list[str]:
    names = found.frozen.names if found.frozen is not None else plans.words.Names()
    return [plans.words.violation(each, names) for each in found.broken[:20]]


def _again(found: plans.PlanPage) -> dict[str, Any]:
    return _again_fields(found.line.settings, found.line.number)


def _again_fields(wish: plans.PlanWish, number: int) -> dict[str, Any]:
    """The form that asks for the same once more, moving as few as possible."""
    order = [
        plans.Level.PLACED,
        plans.Level.MOVED,
        *[each for each in wish.order if each not in (plans.Level.PLACED, plans.Level.MOVED)],
    ]
    return {
        "order": [str(level) for level in order], "groups": wish.groups, "quota_by": wish.quota_by,
        "quota_booths": wish.quota_booths or "", "waiting_too": "true" if wish.waiting_too else "false",
        "near_published": "true", "locks_of": number, "seconds": wish.seconds,
    }  # fmt: skip


def _paged(lines: Any, cursor: str) -> tuple[list[Any], str | None]:
    """A page of a list that was put together whole; the place in it is the party's."""
    start = 0
    if cursor:
        _key, last = cursors.place(cursor, int)
        start = next((n + 1 for n, each in enumerate(lines) if each.id == str(last)), len(lines))
    shown = list(lines[start : start + A_PAGE])
    more = start + A_PAGE < len(lines)
    return shown, cursors.sealed([0, str(UUID(shown[-1].id))]) if more and shown else None
