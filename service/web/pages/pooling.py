"""Pooled lots for the buyer: have one put together, follow it, steer it, ask its suppliers.

/tim-hang/{code}/lo-ghep              matching/pools.html      the form, and every lot so far
/tim-hang/{code}/lo-ghep/{id}         matching/pool.html       progress, the plan, the answers (fragment: matching/_pool.html)
/tim-hang/{code}/lo-ghep/{id}/tay     matching/pool_hand.html  kilograms by hand, judged at once (fragment: _pool_hand.html)
POST …/{id}/lai: again with changes · huy: stop · gui: ask the suppliers · chot: go on with those who accepted · giai-tan
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.responses import Response

from service import catalogue, matching
from service.accounts import Actor
from service.core import clock, formats, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _, locale
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt, near_communes

router = APIRouter()

BASE = "/tim-hang/{code}/lo-ghep"
LISTS = ("without",)
DAYS_TO_ANSWER = 5
STEERED = ("pin", "require", "exclude")


@router.get(BASE)
async def index(code: str, page: Page, me: Signed, session: Session) -> Response:
    """The form with the request's own limits in it, and every lot so far."""
    request, lots = await matching.pooling.pools_of(session, me, code)
    typed = {
        "most_suppliers": 10, "ceiling_vnd_per_kg": formats.number(request.ceiling) if request.ceiling else "",
        "least_share_kg": "", "gather_at": "", "key": new_id(),
    }  # fmt: skip
    return await _index(page, me, session, request, lots, forms.filled(typed))


@router.post(BASE)
async def ask(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Have a lot looked for; the same form sent twice asks once."""
    form = await forms.read(request, matching.pooling.PoolWish, lists=LISTS)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        wish, made = form.value, []

        async def write() -> None:
            made.append(await matching.pooling.ask_pool(session, me, code, wish, key=forms.key_of(form)))

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(f"/tim-hang/{code.upper()}/lo-ghep/{made[0].id}")
        form.add({"form": refusal.message})
    view, lots = await matching.pooling.pools_of(session, me, code)
    return await _index(page, me, session, view, lots, form, status=409 if isinstance(refusal, Conflict) else 422)


@router.get(BASE + "/{pool_id}")
async def show(code: str, pool_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One lot, wherever it stands."""
    return await _show(page, me, session, await _of(session, me, code, pool_id))


@router.post(BASE + "/{pool_id}/lai")
async def again(request: Request, code: str, pool_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """The same lot again with changes: suppliers kept, required or excluded, or a condition given up."""
    found = await _of(session, me, code, pool_id)
    data = await request.form(max_fields=forms.MOST_FIELDS, max_files=0)
    typed = {key: value for key, value in data.items() if not isinstance(value, UploadFile)}
    try:
        wish = matching.pooling.PoolWish.model_validate(_steered(found, typed))
    except ValidationError as wrong:
        return await _show(page, me, session, found, errors=forms.words_for(wrong), status=422)
    made = []

    async def write() -> None:
        made.append(await matching.pooling.ask_pool(session, me, code, wish, key=_key(typed)))

    refusal = await attempt(session, write)
    if refusal is not None:
        return await _show(
            page, me, session, found, errors={"form": refusal.message}, status=409 if isinstance(refusal, Conflict) else 422
        )
    return page.redirect(f"{found.request.href}/lo-ghep/{made[0].id}")


@router.post(BASE + "/{pool_id}/huy")
async def cancel(code: str, pool_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Stop looking."""
    found = await _of(session, me, code, pool_id)
    await matching.pooling.cancel_pool(session, me, pool_id)
    return page.redirect(found.href)


@router.post(BASE + "/{pool_id}/gui")
async def send(request: Request, code: str, pool_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Ask the suppliers of the lot."""
    found = await _of(session, me, code, pool_id)
    form = await forms.read(request, matching.pooling.PoolSending)
    if form.value is not None:
        sending = form.value
        refusal = await attempt(session, lambda: matching.pooling.send_pool(session, me, pool_id, sending))
        if refusal is None:
            return page.redirect(found.href, _("Đã gửi lời mời ghép lô. Các nguồn trả lời đến hết hạn bạn đặt."))
        form.add(refusal.errors if isinstance(refusal, Invalid) and refusal.errors else {"form": refusal.message})
        return await _show(page, me, session, await _of(session, me, code, pool_id), sending=form,
                     status=409 if isinstance(refusal, Conflict) else 422)  # fmt: skip
    return await _show(page, me, session, found, sending=form, status=422)


@router.post(BASE + "/{pool_id}/chot")
async def settle(request: Request, code: str, pool_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Go on with those who have accepted."""
    found = await _of(session, me, code, pool_id)
    version = (await forms.read(request, matching.pooling.PoolVersion)).value
    if version is None:
        raise Invalid(_("Hãy tải lại trang rồi bấm lại."))
    await matching.pooling.settle_pool(session, me, pool_id, version.version)
    return page.redirect(found.href, _("Đã chốt lô với các phần đã nhận."))


@router.post(BASE + "/{pool_id}/giai-tan")
async def dissolve(request: Request, code: str, pool_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Let the lot go."""
    found = await _of(session, me, code, pool_id)
    form = await forms.read(request, matching.pooling.PoolEnd)
    if form.value is None:
        return await _show(page, me, session, found, ending=form, status=422)
    await matching.pooling.dissolve_pool(session, me, pool_id, form.value)
    return page.redirect(found.href, _("Đã giải tán lô. Số kg các nguồn giữ nay trống lại."))


@router.get(BASE + "/{pool_id}/tay")
async def by_hand(code: str, pool_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """The plan as boxes to type in."""
    found = await _of(session, me, code, pool_id)
    if found.plan is None:
        raise NotFound(_("Phương án này chưa có gì để chỉnh."))
    shares = {UUID(part.product_id): part.kg for part in found.plan.parts}
    judged = await matching.pooling.judge_by_hand(session, me, pool_id, shares)
    typed = {_box(name, at): str(kg) if kg else "" for name, share in shares.items() for at, kg in enumerate(share)}
    return await _hand(page, session, found, judged, typed, list(map(str, shares)))


@router.post(BASE + "/{pool_id}/tay")
async def judge_by_hand(request: Request, code: str, pool_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Judge what was typed; keep it as a plan of its own where that was asked and nothing is broken."""
    found = await _of(session, me, code, pool_id)
    if found.plan is None:
        raise NotFound(_("Phương án này chưa có gì để chỉnh."))
    data = await request.form(max_fields=1000, max_files=0)
    typed = {key: value for key, value in data.items() if not isinstance(value, UploadFile)}
    length = len(found.plan.months)
    names = [each for each in dict.fromkeys(data.getlist("name")) if isinstance(each, str)]
    if typed.get("do") == "add" and typed.get("add"):
        names.append(typed["add"])
    shares, errors = _typed_shares(names, typed, length)
    judged = await matching.pooling.judge_by_hand(session, me, pool_id, shares)
    if typed.get("do") == "keep" and not errors:
        made = []

        async def write() -> None:
            made.append(await matching.pooling.keep_by_hand(session, me, pool_id, shares, key=_key(typed)))

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(f"{found.request.href}/lo-ghep/{made[0].id}", _("Đã giữ phương án tự chia."))
        errors = {"form": refusal.message}
    status = 422 if typed.get("do") == "keep" else 200
    return await _hand(page, session, found, judged, typed, list(map(str, shares)), errors=errors, status=status)


async def _of(session: Session, me: Actor, code: str, pool_id: UUID) -> matching.pooling.PoolPage:
    found = await matching.pooling.pool_page(session, me, pool_id)
    if found.request.code != code.strip().upper():
        raise NotFound(_("Không có phương án này."))
    return found


async def _index(
    page: PageMaker, me: Actor, session: Session, request: matching.RequestView, lots: list[matching.pooling.PoolLine],
    form: forms.Form[Any], *, status: int = 200,
) -> Response:  # fmt: skip
    return page.show(
        "matching/pools.html", status=status, r=request, lots=lots, form=form,
        nav=await matching.request_tabs(session, request),
        may_ask=me.may_write and request.state != "closed",
        communes=[(each.code, each.full_name) for each in near_communes(form.typed.get("gather_at", ""))],
        papers=[(kind, catalogue.KINDS[kind].called(locale())) for kind in request.certificates if kind in catalogue.KINDS],
        stars=[(each, _("từ %(n)s sao", n=each)) for each in range(3, request.min_stars or 3)],
    )  # fmt: skip


async def _show(
    page: PageMaker, me: Actor, session: Session, found: matching.pooling.PoolPage, *, status: int = 200,
    errors: Mapping[str, str] | None = None, sending: forms.Form[Any] | None = None, ending: forms.Form[Any] | None = None,
) -> Response:  # fmt: skip
    until = clock.today().toordinal() + DAYS_TO_ANSWER
    if found.request.deadline is not None:
        until = max(clock.today().toordinal(), min(until, found.request.deadline.toordinal()))
    answer_by = formats.day(clock.today().fromordinal(until))
    return page.show(
        "matching/pool.html",
        fragment="matching/_pool.html",
        status=status,
        pool=found,
        r=found.request,
        nav=await matching.request_tabs(session, found.request),
        key=new_id(),
        errors=dict(errors or {}),
        sending=sending or forms.filled({"answer_by": answer_by, "note": "", "version": found.version}),
        ending=ending or forms.filled({"reason": ""}),
        may_write=me.may_write,
        may_send=me.may_write and me.verified and found.request.answerable and found.state == "found" and not found.stale,
        asked=_asked(found),
    )


def _asked(found: matching.pooling.PoolPage) -> list[str]:
    """How the lot was to be put together, in words."""
    wish = matching.pooling.PoolWish.model_validate(found.settings)
    told = [_("tối đa %(n)s nguồn", n=wish.most_suppliers) if wish.most_suppliers else _("không giới hạn số nguồn")]
    if wish.ceiling_vnd_per_kg:
        told.append(_("giá đến nơi không quá %(vnd)s/kg", vnd=formats.vnd(wish.ceiling_vnd_per_kg)))
    if wish.least_share_kg:
        told.append(_("mỗi phần ít nhất %(kg)s một tháng", kg=formats.kg(wish.least_share_kg)))
    if wish.gather_at:
        told.append(_("gom tại %(place)s", place=places.where(None, wish.gather_at)))
    if wish.min_stars is not None:
        told.append(_("nhận %(n)s sao", n=wish.min_stars) if wish.min_stars else _("không đòi sao OCOP"))
    told += [_("không đòi %(paper)s", paper=_paper(kind)) for kind in wish.without]
    if wish.unverified_too:
        told.append(_("nhận nhà cung cấp chưa được xác minh"))
    counts = [(len(wish.pinned), _("ghim %(n)s nguồn")), (len(wish.required), _("buộc có %(n)s nguồn")),
              (len(wish.excluded), _("loại %(n)s nguồn"))]  # fmt: skip
    return told + [words % {"n": count} for count, words in counts if count]


def _paper(kind: str) -> str:
    known = catalogue.KINDS.get(kind)
    return known.called(locale()) if known else kind


def _steered(found: matching.pooling.PoolPage, typed: Mapping[str, str]) -> dict[str, Any]:
    """The lot's settings with what was changed on its page."""
    wish = dict(found.settings)
    wish |= {name: typed[name] for name in ("most_suppliers", "ceiling_vnd_per_kg", "min_stars") if typed.get(name)}
    if typed.get("unverified_too"):
        wish["unverified_too"] = True
    if typed.get("without"):
        wish["without"] = [*wish["without"], typed["without"]]
    ways = {name.removeprefix("keep_"): way for name, way in typed.items() if name.startswith("keep_")}
    if ways or "steer" in typed:
        now = {part.product_id: list(part.kg) for part in found.plan.parts} if found.plan else {}
        wish["pinned"] = {name: now[name] for name, way in ways.items() if way == "pin" and name in now}
        kept = [name for name in wish["excluded"] if ways.get(name, "exclude") == "exclude"]
        wish["excluded"] = list(dict.fromkeys([*kept, *(name for name, way in ways.items() if way == "exclude")]))
        wish["required"] = [name for name, way in ways.items() if way == "require"]
        if typed.get("add"):
            wish["required"].append(typed["add"])
            wish["excluded"] = [name for name in wish["excluded"] if name != typed["add"]]
    return wish


def _box(name: UUID | str, at: int) -> str:
    return f"kg_{name}_{at}"


def _typed_shares(
    names: list[str], typed: Mapping[str, str], length: int
) -> tuple[dict[UUID, tuple[int | None, ...]], dict[str, str]]:
    """What was typed as kilograms; what is none is told beside its box."""
    shares: dict[UUID, tuple[int | None, ...]] = {}
    errors: dict[str, str] = {}
    for name in names[:60]:
        try:
            product_id = UUID(name)
        except ValueError:
            continue
        row: list[int | None] = []
        for at in range(length):
            box = _box(product_id, at)
            try:
                row.append(matching.pooling.read_kg(typed.get(box, "")))
            except ValueError as wrong:
                errors[box] = str(wrong)
                row.append(None)
        shares[product_id] = tuple(row)
    return shares, errors


async def _hand(
    page: PageMaker, session: Session, found: matching.pooling.PoolPage, judged: matching.pooling.Judged,
    typed: Mapping[str, str], names: list[str], *, errors: Mapping[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    frozen = judged.frozen
    beside = dict(errors or {})
    for each in judged.broken:
        words = matching.pooling.broken_words(frozen, each)
        if each.supplier is None:
            place = f"month_{each.month}" if each.month is not None else "form"
        else:
            place = _box(each.supplier, each.month) if each.month is not None else f"row_{each.supplier}"
        beside.setdefault(place, words)
    known = frozen.by_id
    problem = frozen.problem()
    return page.show(
        "matching/pool_hand.html",
        fragment="matching/_pool_hand.html",
        status=status,
        pool=found,
        r=found.request,
        nav=await matching.request_tabs(session, found.request),
        months=frozen.months,
        demand=frozen.demand_kg,
        covered=matching.pooling.filled(problem, judged.plan),
        rows=[(name, known.get(name)) for name in names],
        could=[
            (each.id, f"{each.supplier} · {each.title}")
            for each in sorted(frozen.candidates, key=lambda one: (one.supplier, one.title))
            if each.id not in names
        ],
        typed=typed,
        errors=beside,
        cost=sum(sum(share) * known[name].landed for name, share in judged.plan.kg.items() if name in known),
        total=sum(sum(share) for share in judged.plan.kg.values()),
        key=typed.get("key") or new_id(),
    )


def _key(typed: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(typed.get("key", ""))
    except ValueError:
        return None
