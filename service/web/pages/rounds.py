"""Matching rounds: pages for everybody, and for both sides while a round collects.

/phien-ket-noi                        rounds/list.html       found (a RoundList), may_open
/phien-ket-noi/moi, …/{code}/sua      rounds/form.html       form, round (or None), fairs, cities
/phien-ket-noi/{code}                 rounds/round.html      round, fields, what the reader may do
…/truong (POST), …/truong/{name}/bo   rounds/fields.html     what a round asks besides
…/chuyen (POST)                       to the next step
…/yeu-cau                             rounds/requests.html   a buyer's own; both sides' figures for who reads all
…/tham-gia                            rounds/join.html       a supplier's own products
…/nha-cung-cap, …/lay-lai (POST)      rounds/suppliers.html  who takes part, for who reads all
Clearing and results are in round_clearings.py.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import fairs, matching
from service.accounts import Actor, Role
from service.core import formats, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.i18n import _
from service.core.inputs import Input, OptionalText, OptionalWhole
from service.web.deps import Acting, Me, Page, PageMaker, Session, Signed
from service.web.pages import forms, round_clearings
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

rounds = matching.rounds
router = APIRouter()
router.include_router(round_clearings.router)
BASE = "/phien-ket-noi"
MOST_FAIRS = 60


class Step(Input):
    """The state that a round is to go to."""

    to: rounds.RoundState
    version: OptionalWhole = None


class Chosen(Input):
    """A code that was chosen from a list."""

    request: OptionalText = None
    earlier: OptionalText = None


@router.get(BASE)
async def index(
    request: Request, page: Page, me: Me, session: Session, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Every round, the latest first."""
    found = await rounds.round_list(session, me, cursor or None)
    return page.show(
        "rounds/list.html", found=found, may_open=rounds.may_open(me), organiser=me is not None and me.role is Role.ORGANISER,
        next=here(request, cursor=found.next) if found.next else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


@router.get(f"{BASE}/moi")
async def new(page: Page, me: Signed, session: Session) -> Response:
    """An empty form, for organisers."""
    if not rounds.may_open(me):
        raise NotAllowed(rounds.why_not_open(me))
    return await _form(page, session, forms.filled({"key": str(new_id())}), None)


@router.post(f"{BASE}/moi")
async def prepare(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Prepare a round."""
    if not rounds.may_open(me):
        raise NotAllowed(rounds.why_not_open(me))
    form = await forms.read(request, rounds.RoundForm)
    if form.value is not None:
        value, made = form.value, []

        async def write() -> None:
            made.append(await rounds.open_round(session, me, value.draft(), key=value.key))

        refusal = await attempt(session, write)
        if refusal is None:
            said = _("Đã tạo phiên %(code)s. Xem lại rồi mở nhận yêu cầu.", code=made[0].code)
            return page.redirect(f"{BASE}/{made[0].code}", said)
        form.add(refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message})
    return await _form(page, session, form, None, status=422)


@router.get(f"{BASE}/{{code}}")
async def show(code: str, page: Page, me: Me, session: Session) -> Response:
    """One round, with what this reader may do there."""
    view = await rounds.round_page(session, code, me)
    return page.show(
        "rounds/round.html", round=view, fields=await rounds.fields_for(session, view.id),
        buyer=me is not None and me.role is Role.BUYER, supplier=me is not None and me.role is Role.SUPPLIER,
        steps=_steps(view), moves=_moves(view), kind_name=rounds.field_kind_name,
    )  # fmt: skip


@router.get(f"{BASE}/{{code}}/sua")
async def edit(code: str, page: Page, me: Signed, session: Session) -> Response:
    """What a round says of itself, ready to be changed."""
    view = await _own(session, code, me)
    return await _form(page, session, forms.filled(_typed(view)), view)


@router.post(f"{BASE}/{{code}}/sua")
async def keep(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep the change; the second of two gets her words back."""
    view = await _own(session, code, me)
    form = await forms.read(request, rounds.RoundForm)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        version = value.version or view.version
        refusal = await attempt(session, lambda: rounds.revise_round(session, me, code, value.draft(), version=version))
        if refusal is None:
            return page.redirect(view.href, _("Đã lưu thay đổi."))
        form.add(refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message})
        form.typed["version"] = str(view.version)
    return await _form(page, session, form, view, status=409 if isinstance(refusal, Conflict) else 422)


@router.post(f"{BASE}/{{code}}/chuyen")
async def move(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Open the round for both sides, take it back to collecting, or end it."""
    form = await forms.read(request, Step)
    if form.value is None:
        raise Invalid(_("Chọn bước tiếp theo của phiên."), form.errors)
    held = await rounds.move_round(session, me, code, form.value.to, version=form.value.version)
    return page.redirect(f"{BASE}/{held.code}", _("Phiên đã sang bước: %(state)s.", state=rounds.state_name(held.state)))


# --- What a round asks besides ------------------------------------------------------------------------------------------


@router.get(f"{BASE}/{{code}}/truong")
async def fields(code: str, page: Page, me: Signed, session: Session) -> Response:
    """The questions of a round, and a new one."""
    return await _fields(page, session, await _own(session, code, me), forms.filled({"kind": "text"}))


@router.post(f"{BASE}/{{code}}/truong")
async def add_field(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Ask one more question."""
    view = await _own(session, code, me)
    form = await forms.read(request, rounds.FieldDraft)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: rounds.add_field(session, me, code, value))
        if refusal is None:
            return page.redirect(f"{view.href}/truong", _("Đã thêm mục hỏi."))
        form.add(refusal.errors if isinstance(refusal, Invalid) else {"label_vi": refusal.message})
    return await _fields(page, session, view, form, status=422)


@router.post(f"{BASE}/{{code}}/truong/{{name}}/bo")
async def remove_field(code: str, name: str, page: Page, me: Acting, session: Session) -> Response:
    """Ask it no more."""
    view = await _own(session, code, me)
    await rounds.remove_field(session, me, code, name)
    return page.redirect(f"{view.href}/truong", _("Đã bỏ mục hỏi."))


# --- Both sides ---------------------------------------------------------------------------------------------------------


@router.get(f"{BASE}/{{code}}/yeu-cau")
async def requests(
    request: Request, code: str, page: Page, me: Signed, session: Session,
    chosen: Annotated[str, Query(max_length=20)] = "", cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:  # fmt: skip
    """A buyer's own requests and the questions of the round; for its organiser every request that was brought."""
    view = await rounds.round_page(session, code, me)
    if view.reads_all:
        lines = await rounds.round_requests(session, view, me, cursor or None)
        return page.show(
            "rounds/requests.html", round=view, lines=lines, next=here(request, cursor=lines.next) if lines.next else None,
            first=here(request, cursor=None) if cursor else None,
        )  # fmt: skip
    return await _bring_page(page, session, view, me, forms.filled({"request": chosen}))


@router.post(f"{BASE}/{{code}}/yeu-cau")
async def bring(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Bring a request, or answer the questions anew."""
    view = await rounds.round_page(session, code, me)
    form = await forms.read(request, rounds.Bringing)
    if form.value is not None:
        wanted = form.value.request
        refusal = await attempt(session, lambda: rounds.bring_request(session, me, code, wanted, form.typed))
        if refusal is None:
            return page.redirect(f"{view.href}/yeu-cau", _("Đã mang yêu cầu %(code)s vào phiên.", code=wanted.upper()))
        form.add(refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message})
    return await _bring_page(page, session, view, me, form, status=422)


@router.post(f"{BASE}/{{code}}/yeu-cau/rut")
async def take_back(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Take a request out of the round."""
    view = await rounds.round_page(session, code, me)
    form = await forms.read(request, rounds.Bringing)
    if form.value is None:
        raise Invalid(_("Chọn yêu cầu muốn rút."), form.errors)
    await rounds.take_back_request(session, me, code, form.value.request)
    return page.redirect(f"{view.href}/yeu-cau", _("Đã rút yêu cầu khỏi phiên."))


@router.get(f"{BASE}/{{code}}/tham-gia")
async def joining(code: str, page: Page, me: Signed, session: Session) -> Response:
    """A supplier's own products, to be ticked."""
    view = await rounds.round_page(session, code, me)
    _only_suppliers(me)
    own = await rounds.own_products(session, view, me)
    brought = [each.slug for each in own if each.brought]
    form = forms.filled({"products": brought or [each.slug for each in own]})
    return page.show("rounds/join.html", round=view, own=own, joined=bool(brought), form=form)


@router.post(f"{BASE}/{{code}}/tham-gia")
async def join(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Take part with the ticked products."""
    view = await rounds.round_page(session, code, me)
    _only_suppliers(me)
    form = await forms.read(request, rounds.Joining, lists=("products",))
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: rounds.join(session, me, code, value))
        if refusal is None:
            return page.redirect(view.href, _("Đã ghi tên. Bạn đổi sản phẩm được tới hết ngày %(day)s.",
                                              day=formats.day(view.suppliers_until)))  # fmt: skip
        form.add(refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message})
    own = await rounds.own_products(session, view, me)
    return page.show("rounds/join.html", status=422, round=view, own=own, joined=any(each.brought for each in own), form=form)


@router.post(f"{BASE}/{{code}}/roi")
async def leave(code: str, page: Page, me: Acting, session: Session) -> Response:
    """Take part no more."""
    view = await rounds.round_page(session, code, me)
    await rounds.leave(session, me, code)
    return page.redirect(view.href, _("Đã rút tên khỏi phiên."))


@router.get(f"{BASE}/{{code}}/nha-cung-cap")
async def suppliers(
    request: Request, code: str, page: Page, me: Signed, session: Session, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Who takes part, for the organiser and officers."""
    return await _suppliers(request, page, session, await rounds.round_to_run(session, code, me), cursor)


@router.post(f"{BASE}/{{code}}/lay-lai")
async def take_over(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Let the suppliers of an earlier round take part."""
    view = await rounds.round_to_run(session, code, me)
    form = await forms.read(request, Chosen)
    earlier = form.value.earlier if form.value is not None else None
    joined = await rounds.take_over(session, me, code, earlier or "")
    return page.redirect(f"{view.href}/nha-cung-cap", _("Đã lấy lại %(n)s nhà cung cấp.", n=joined))


# --- What the pages are made of -----------------------------------------------------------------------------------------


async def _own(session: Session, code: str, me: Actor) -> rounds.RoundView:
    """The round, for whoever may change it."""
    view = await rounds.round_page(session, code, me)
    if not view.may_run:
        raise NotAllowed(_("Chỉ ban tổ chức của phiên này mới làm được việc đó."))
    return view


def _only_suppliers(me: Actor) -> None:
    if me.role is not Role.SUPPLIER or me.organisation_id is None:
        raise NotAllowed(_("Chỉ nhà cung cấp mới ghi tên bán hàng ở phiên kết nối được."))


def _typed(view: rounds.RoundView) -> dict[str, Any]:
    days = ("starts_on", "ends_on", "requests_until", "suppliers_until")
    return {
        **{name: getattr(view, name) for name in ("name", "name_en", "about", "place", "province_code", "fair_id", "version")},
        **{name: formats.day(getattr(view, name)) for name in days},
    }


async def _form(
    page: PageMaker, session: Session, form: forms.Form[Any], view: rounds.RoundView | None, *, status: int = 200
) -> Response:
    coming = (await fairs.calendar(session, fairs.FairSearch(limit=MOST_FAIRS), page.me)).items
    choices = [(str(each.id), f"{each.name} ({each.when})") for each in coming]
    if view is not None and view.fair_id is not None and str(view.fair_id) not in dict(choices):
        choices.insert(0, (str(view.fair_id), view.fair_name or ""))
    return page.show(
        "rounds/form.html", status=status, form=form, round=view, fairs=choices,
        cities=[(each.code, each.full_name) for each in places.provinces()],
    )  # fmt: skip


async def _fields(
    page: PageMaker, session: Session, view: rounds.RoundView, form: forms.Form[Any], *, status: int = 200
) -> Response:
    return page.show(
        "rounds/fields.html", status=status, round=view, form=form, fields=await rounds.fields_for(session, view.id),
        kinds=[(each.value, rounds.field_kind_name(each)) for each in rounds.FieldKind], kind_name=rounds.field_kind_name,
    )  # fmt: skip


async def _bring_page(
    page: PageMaker, session: Session, view: rounds.RoundView, me: Actor, form: forms.Form[Any], *, status: int = 200
) -> Response:
    if me.role is not Role.BUYER or me.organisation_id is None:
        raise NotAllowed(_("Chỉ nhà phân phối mới mang yêu cầu của mình vào phiên kết nối."))
    asked = await rounds.fields_for(session, view.id)
    own = await rounds.own_requests(session, view, me)
    chosen = next((each for each in own if each.code == form.typed.get("request", "").upper()), None)
    if chosen is not None and chosen.brought and status == 200:
        form.typed |= rounds.typed_extra(asked, chosen.extra)
    return page.show(
        "rounds/bring.html", status=status, round=view, fields=asked, own=own, form=form, may_write=me.may_write,
        answers={each.code: rounds.answers(asked, each.extra) for each in own if each.brought},
    )  # fmt: skip


async def _suppliers(request: Request, page: PageMaker, session: Session, view: rounds.RoundView, cursor: str) -> Response:
    lines = await rounds.round_suppliers(session, view, cursor or None)
    earlier = await rounds.earlier_rounds(session, view) if view.may_run else []
    return page.show(
        "rounds/suppliers.html", round=view, lines=lines, earlier=earlier,
        next=here(request, cursor=lines.next) if lines.next else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


def _steps(view: rounds.RoundView) -> list[dict[str, str]]:
    """Where the round stands, as steps."""
    order = [state for state in rounds.RoundState if state is not rounds.RoundState.CLEARING]
    at = rounds.RoundState.CLEARED if view.state is rounds.RoundState.CLEARING else view.state
    place = order.index(at)
    notes = {rounds.RoundState.COLLECTING: formats.day(view.requests_until), rounds.RoundState.CLOSED: ""}
    return [
        {
            "label": rounds.state_name(view.state if each is at else each),
            "state": "done" if order.index(each) < place else "now" if each is at else "todo",
            "note": notes.get(each, ""),
        }
        for each in order
    ]


def _moves(view: rounds.RoundView) -> list[tuple[str, str]]:
    """The steps that the organiser takes by a button of this page."""
    if not view.may_run:
        return []
    words = {
        rounds.RoundState.COLLECTING: _("Mở nhận yêu cầu và ghi tên")
        if view.state is rounds.RoundState.DRAFT
        else _("Nhận thêm yêu cầu"),
        rounds.RoundState.CLOSED: _("Đóng phiên"),
    }
    return [
        (state.value, label)
        for state, label in words.items()
        if state in rounds.MOVES[view.state] and view.state is not rounds.RoundState.CLEARING
    ]
