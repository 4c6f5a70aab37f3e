"""The officers' desk: what waits to be checked, one record after the other, and any record by its name.

/duyet                          reviews/desk.html     queues with who waits longest first;  ?loai= &vung= &q= &cursor=
/duyet/ho-so/{id}               reviews/record.html   one submission of a supplier, product or paper; POST: the decision
/duyet/nha-phan-phoi/{id}       reviews/buyer.html    one buyer's profile; POST: the decision
/duyet/ban-to-chuc/{id}         POST: an organiser is verified
/duyet/giay-to/{id}/ngung-tinh  POST: a checked paper is in doubt and counts no longer
/duyet/lich-su/{what}/{slug}    desk/history.html     any record with its history
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from service import accounts, catalogue, matching
from service.accounts import Actor
from service.core import clock, places
from service.core.errors import NotAllowed
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Reader, Session, Signed, below
from service.web.pages import forms, histories
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

router = APIRouter(prefix="/duyet")
ROWS = 20
KINDS = ("supplier", "product", "certificate", "buyer", "organiser")
ANYWHERE = "tat-ca"
# What can be returned with a reason of its own, besides what the check vouches for.
ALSO = {"supplier": ("phone", "email", "story"), "product": ("description",), "certificate": ("scan",)}


@router.get("")
async def desk(
    request: Request,
    page: Page,
    me: Signed,
    reader: Reader,
    session: Session,
    loai: Annotated[str, Query(max_length=20)] = "",
    vung: Annotated[str, Query(max_length=20)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """What waits, longest first, in the officer's own area or elsewhere; below it what has happened last."""
    _only_officers(me)
    area = _area(me, vung)
    kind = loai if loai in KINDS else ""
    queue = await catalogue.review_queue(
        reader, me, kind=kind or None, area=area, cursor=cursor if kind not in KINDS[3:] else None, limit=ROWS
    )
    buyers = await matching.buyers_waiting(session, me, area=area, cursor=cursor if kind == "buyer" else None, limit=ROWS)
    organisers = await accounts.waiting_organisers(session)
    counts = {**queue.counts, "buyer": buyers.total, "organiser": len(organisers)}
    following = buyers.next if kind == "buyer" else queue.next if kind != "organiser" else None
    return page.show(
        "reviews/desk.html",
        queue=[] if kind in KINDS[3:] else queue.items,
        buyers=buyers.items if kind == "buyer" or (not kind and not cursor) else [],
        organisers=organisers if kind == "organiser" or (not kind and not cursor) else [],
        counts=counts,
        total=sum(counts.values()),
        kinds=[(each, _called(each)) for each in KINDS],
        kind=kind,
        kind_names={each: _called(each, one=True) for each in KINDS},
        buyer_kind=matching.buyer_kind_name,
        area=vung or ("" if me.duty else ANYWHERE),
        areas=_areas(me),
        address=lambda **change: here(request, **{"cursor": None, **change}),
        next=here(request, cursor=following) if following else None,
        first=here(request, cursor=None) if cursor else None,
        mine=me.person_id,
        may_import=catalogue.may_import(me),
        asked=q,
        found=[
            (each, catalogue.state_name(each.state), _history_of(each.what, each.slug))
            for each in await catalogue.records(reader, me, q)
        ],
        lines=await _latest(reader),
    )


@router.get("/lich-su/{what}/{slug}")
async def history(what: Literal["san-pham", "nha-cung-cap"], slug: str, page: Page, me: Signed, reader: Reader) -> Response:
    """Any record with its history, for officers."""
    return await histories.show(page, me, reader, "product" if what == "san-pham" else "supplier", slug)


@router.get("/ho-so/{review_id}")
async def record(review_id: UUID, page: Page, me: Signed, session: Session, reader: Reader) -> Response:
    """Everything that an officer must see of one submission, and the form for the decision."""
    return await _record_page(page, me, session, reader, review_id, forms.Form())


@router.post("/ho-so/{review_id}")
async def decide(review_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Approve or return; then the next one that waits is opened."""
    shown = await catalogue.review_page(session, reader, me, review_id)
    form, given = await _decision(request)
    form.value = None
    read = forms.checked(given, catalogue.Decision)
    if read.value is None:
        form.errors = read.errors
        return await _record_page(page, me, session, reader, review_id, form, status=422)
    decision = read.value
    refusal = await attempt(session, lambda: catalogue.decide(session, me, review_id, decision))
    if refusal is not None:
        form.errors = {"form": refusal.message}
        return await _record_page(page, me, session, reader, review_id, form, status=409)
    said = _("Đã duyệt: %(name)s.", name=shown.name) if decision.approve else _("Đã trả lại: %(name)s.", name=shown.name)
    waiting = await catalogue.review_queue(
        await below(session), me, kind=shown.kind, area=_area(me, ""), limit=1, others_only=True
    )
    if waiting.items:
        return page.redirect(f"/duyet/ho-so/{waiting.items[0].id}", said + " " + _("Đây là hồ sơ chờ lâu nhất tiếp theo."))
    return page.redirect("/duyet", said)


@router.post("/giay-to/{certificate_id}/ngung-tinh")
async def question(
    certificate_id: UUID, page: Page, me: Acting, session: Session, note: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """Let a checked paper that is in doubt count no longer."""
    hidden = await catalogue.question_certificate(session, me, certificate_id, note)
    said = _("Giấy không còn được tính; nhà cung cấp đã được báo.")
    if hidden:
        said += " " + _("Trở lại bản nháp: %(names)s.", names=", ".join(each.name for each in hidden))
    return page.redirect("/duyet", said)


@router.get("/nha-phan-phoi/{buyer_id}")
async def buyer(buyer_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One buyer's profile, and the form for the decision."""
    return await _buyer_page(page, me, session, buyer_id, forms.Form())


@router.post("/nha-phan-phoi/{buyer_id}")
async def decide_buyer(buyer_id: UUID, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Verify a buyer, or return its profile; then the next one is opened."""
    shown = await matching.buyer_profile(session, me, buyer_id)
    form, given = await _decision(request)
    read = forms.checked(given, matching.BuyerDecision)
    if read.value is None:
        form.errors = read.errors
        return await _buyer_page(page, me, session, buyer_id, form, status=422)
    decision = read.value
    refusal = await attempt(session, lambda: matching.decide_buyer(session, me, buyer_id, decision))
    if refusal is not None:
        form.errors = {"form": refusal.message}
        return await _buyer_page(page, me, session, buyer_id, form, status=409)
    name = shown.said["name"]
    said = _("Đã xác minh: %(name)s.", name=name) if decision.approve else _("Đã trả lại: %(name)s.", name=name)
    waiting = await matching.buyers_waiting(session, me, area=_area(me, ""), limit=1, others_only=True)
    return page.redirect(f"/duyet/nha-phan-phoi/{waiting.items[0].id}" if waiting.items else "/duyet", said)


@router.post("/ban-to-chuc/{organisation_id}")
async def verify_organiser(organisation_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Say that an organiser is who it says it is; from now on it announces fairs."""
    _only_officers(me)
    await accounts.verify_organiser(session, me, organisation_id, clock.today())
    return page.redirect("/duyet?loai=organiser", _("Đã xác minh ban tổ chức."))


def _only_officers(me: Actor) -> None:
    if not catalogue.may_see_reviews(me):
        raise NotAllowed(_("Trang này dành cho cán bộ."))


def _area(me: Actor, typed: str) -> tuple[str, ...]:
    """The codes of the places looked at: what was chosen, else the officer's own area; empty for everywhere."""
    if typed == ANYWHERE:
        return ()
    known = places.province(typed) or places.commune(typed)
    return (known.code,) if known is not None else me.duty


def _areas(me: Actor) -> list[tuple[str, str]]:
    """The choices of the filter: the own area, everywhere, and each commune of the region and of the own area."""
    own = [("", _("Địa bàn của tôi"))] if me.duty else []
    known = [(each.code, each.full_name) for each in places.communes(places.THAI_NGUYEN)]
    return [*own, (ANYWHERE, _("Mọi nơi")), *known]


def _called(kind: str, *, one: bool = False) -> str:
    names = {
        "supplier": (_("Nhà cung cấp"), _("nhà cung cấp")),
        "product": (_("Sản phẩm"), _("sản phẩm")),
        "certificate": (_("Giấy tờ"), _("giấy tờ")),
        "buyer": (_("Nhà phân phối"), _("nhà phân phối")),
        "organiser": (_("Ban tổ chức"), _("ban tổ chức")),
    }
    return names[kind][one]


def _history_of(what: str, slug: str) -> str:
    """Where an officer reads the history of a record."""
    return f"/duyet/lich-su/{'san-pham' if what == 'product' else 'nha-cung-cap'}/{slug}"


async def _latest(reader: Any) -> list[dict[str, Any]]:
    facts = histories.facts()
    return [
        {
            "at": line.at,
            "fact": facts.get(line.fact, line.fact),
            "by": histories.by(line),
            "name": name,
            "href": _history_of(what, slug or ""),
        }
        for line, name, slug, what in await catalogue.latest_changes(reader)
    ]


async def _decision(request: Request) -> tuple[forms.Form[Any], dict[str, Any]]:
    """The decision as it was typed, and as the modules read it."""
    data = await request.form(max_fields=forms.MOST_FIELDS, max_files=0)
    form: forms.Form[Any] = forms.Form(typed={key: value for key, value in data.items() if isinstance(value, str)})
    reasons = {key.removeprefix("reason_"): why for key, why in form.typed.items() if key.startswith("reason_") and why.strip()}
    approve = form.typed.get("decision") == "approve"
    seen, note = form.typed.get("seen", ""), form.typed.get("note", "")
    return form, {"approve": approve, "seen": seen, "note": note, "reasons": {} if approve else reasons}


async def _record_page(
    page: PageMaker, me: Actor, session: Any, reader: Any, review_id: UUID, form: forms.Form[Any], *, status: int = 200
) -> Response:
    shown = await catalogue.review_page(session, reader, me, review_id)
    labels = histories.labels()
    names = list(shown.proposed) if shown.is_revision else [*shown.said, *([] if shown.kind != "certificate" else ["scan"])]
    asks = {*catalogue.CERTIFIED[shown.kind], *ALSO[shown.kind]}
    rows = [
        {
            "name": name,
            "label": labels.get(name, name),
            "value": histories.in_words(name, (shown.based_on if shown.is_revision else shown.said).get(name)),
            "proposed": histories.in_words(name, shown.proposed.get(name)) if shown.is_revision else None,
            "asks": name in asks,
        }
        for name in names
        if name in asks or shown.said.get(name) not in (None, "", [])
    ]
    return page.show(
        "reviews/record.html",
        status=status,
        review=shown,
        rows=rows,
        form=form,
        kind_name=_called(shown.kind, one=True),
        place=places.where(shown.supplier.province_code, shown.supplier.commune_code),
        history=_history_of("product" if shown.product is not None else "supplier", shown.slug),
        state_name=catalogue.review_state_name,
        labels=labels,
        today=clock.today(),
    )


async def _buyer_page(
    page: PageMaker, me: Actor, session: Any, buyer_id: UUID, form: forms.Form[Any], *, status: int = 200
) -> Response:
    shown = await matching.buyer_profile(session, me, buyer_id)
    labels = histories.labels()
    province = places.province(shown.said["province_code"] or "")
    words = {**shown.said, "kind": matching.buyer_kind_name(shown.said["kind"]),
             "province_code": province.full_name if province else None}  # fmt: skip
    rows = [(name, labels.get(name, name), histories.in_words(name, value)) for name, value in words.items()]
    return page.show("reviews/buyer.html", status=status, buyer=shown, rows=rows, form=form)
