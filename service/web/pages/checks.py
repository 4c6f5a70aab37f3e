"""Field checks (V11): rounds that everybody can draw again, the officers' list of visits, and complaints.

/kiem-tra                              checks/rounds.html     every round, and how lots are drawn
/kiem-tra/{code}                       checks/round.html      seed, list with weights, result
/kiem-tra/{code}/danh-sach.txt         what `chophien redraw` reads
/duyet/kiem-tra                        checks/office.html     draw; visits that wait; complaints
/duyet/kiem-tra/da-xong                checks/done.html       visits that are done
/duyet/kiem-tra/{id}                   checks/visit.html      write down what was found
/nha-cung-cap/{slug}/phan-anh          checks/complaint.html  buyers and officers
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import PlainTextResponse, Response

from service import catalogue
from service.accounts import Actor
from service.core import clock, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.i18n import _
from service.web.deps import Acting, Files, Me, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt, differences, stored_text, version_of
from service.web.pages.photos import PhotoForm
from service.web.pages.render import here

router = APIRouter()
CANDIDATES_SHOWN = 200
Cursor = Annotated[str, Query(max_length=200)]


@router.get("/kiem-tra")
async def rounds(request: Request, page: Page, reader: Reader, cursor: Cursor = "") -> Response:
    """Every round that has been drawn, newest first, and the recipe."""
    found, further = await catalogue.check_rounds(reader, cursor or None)
    return page.show(
        "checks/rounds.html",
        rounds=found,
        next=here(request, cursor=further) if further else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/kiem-tra/{code}")
async def one_round(code: str, page: Page, me: Me, reader: Reader) -> Response:
    """One round with everything that it takes to draw it again."""
    shown, listed = await catalogue.check_round(reader, code, me)
    return page.show(
        "checks/round.html",
        round=shown,
        drawn=[each for each in listed if each.place],
        others=[each for each in listed if not each.place][:CANDIDATES_SHOWN],
        officer=catalogue.may_draw(me),
    )


@router.get("/kiem-tra/{code}/danh-sach.txt")
async def round_list(code: str, reader: Reader) -> Response:
    """The round as a text file, the same for everybody."""
    return PlainTextResponse(catalogue.round_document(*await catalogue.check_round(reader, code)))


@router.get("/duyet/kiem-tra")
async def office(request: Request, page: Page, me: Signed, reader: Reader, cursor: Cursor = "") -> Response:
    """The officers' list: draw the next ones, the visits that wait, what people complain of."""
    return await _office(request, page, me, reader, cursor, forms.filled({"wanted": 5, "key": new_id()}))


@router.post("/duyet/kiem-tra")
async def draw(request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Draw the next ones."""
    form = await forms.read(request, catalogue.RoundInput)
    value, code = form.value, ""
    if value is not None:

        async def keep() -> None:
            nonlocal code
            code = (await catalogue.draw_checks(session, me, value, key=forms.key_of(form))).code

        refusal = await attempt(session, keep)
        if refusal is None:
            return page.redirect(f"/kiem-tra/{code}", _("Đã bốc thăm. Ai có hạt giống và danh sách này cũng bốc lại được."))
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _office(request, page, me, reader, "", form, status=422)


@router.post("/duyet/kiem-tra/them")
async def plan(request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Put one supplier on the list of visits without drawing."""
    form = await forms.read(request, catalogue.VisitWish)
    value, check_id = form.value, None
    if value is not None:

        async def keep() -> None:
            nonlocal check_id
            check_id = (await catalogue.plan_check(session, me, value.supplier)).id

        refusal = await attempt(session, keep)
        if refusal is None:
            return page.redirect(f"/duyet/kiem-tra/{check_id}", _("Đã thêm vào danh sách chờ kiểm tra."))
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    form.typed.update({"wanted": "5", "key": str(new_id())})
    return await _office(request, page, me, reader, "", form, status=422)


async def _office(
    request: Request, page: PageMaker, me: Actor, reader: Any, cursor: str, form: forms.Form[Any], *, status: int = 200
) -> Response:
    waiting, further = await catalogue.visits(reader, me, cursor=cursor or None)
    return page.show(
        "checks/office.html",
        status=status,
        form=form,
        visits=waiting,
        complaints=await catalogue.complaints(reader, me),
        communes=[(each.code, each.full_name) for each in _communes(me)],
        may_draw=catalogue.may_draw(me),
        today=clock.today(),
        next=here(request, cursor=further) if further else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/duyet/kiem-tra/da-xong")
async def done(request: Request, page: Page, me: Signed, reader: Reader, cursor: Cursor = "") -> Response:
    """The visits that are done, newest first."""
    found, further = await catalogue.visits(reader, me, done=True, cursor=cursor or None)
    return page.show(
        "checks/done.html",
        visits=found,
        next=here(request, cursor=further) if further else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/duyet/kiem-tra/{check_id}")
async def visit(check_id: UUID, page: Page, me: Signed, reader: Reader) -> Response:
    """One visit: what is known beforehand, and the form for what was found."""
    shown = await catalogue.visit(reader, me, check_id)
    return await _visit(page, me, reader, shown, _stored(shown))


@router.post("/duyet/kiem-tra/{check_id}")
async def record(check_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep what was found."""
    shown = await catalogue.visit(reader, me, check_id)
    form = await forms.read(request, catalogue.FindingInput)
    if form.value is None:
        return await _visit(page, me, reader, shown, form, status=422)
    value = form.value
    refusal = await attempt(session, lambda: catalogue.record_check(session, me, check_id, version_of(form), value))
    if refusal is None:
        return page.redirect(f"/duyet/kiem-tra/{check_id}", _("Đã ghi kết quả. Ngày và kết luận hiện ở trang nhà cung cấp."))
    if isinstance(refusal, Conflict):
        shown = await catalogue.visit(reader, me, check_id)
        now = _stored(shown)
        moved = differences(form.typed, now.typed, labels())
        form.typed["version"] = now.typed["version"]
        form.errors["form"] = refusal.message
        return await _visit(page, me, reader, shown, form, status=409, moved=moved)
    form.add(refusal.errors or {"form": refusal.message})
    return await _visit(page, me, reader, shown, form, status=422)


@router.post("/duyet/kiem-tra/{check_id}/anh")
async def add_photos(
    check_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader, files: Files
) -> Response:
    """Add photos of what was seen. Only officers and the supplier's own people see them."""
    shown = await catalogue.visit(reader, me, check_id)
    _may_go(me, shown)
    form, uploads = await forms.read_with_files(request, PhotoForm, "photos", most=catalogue.MOST_PHOTOS)
    caption = form.value.caption if form.value is not None else None
    if form.value is not None and not uploads:
        form.add({"photos": _("Hãy chọn ít nhất một ảnh.")})
    if form.value is not None:

        async def keep() -> None:
            for upload in uploads:
                await catalogue.add_photo(session, files, me, "check", check_id, upload.data, caption, name=upload.name)

        refusal = await attempt(session, keep)
        if refusal is None:
            return page.redirect(f"/duyet/kiem-tra/{check_id}", _("Đã thêm ảnh."))
        form.add({"photos": refusal.message})
    stored = _stored(shown)
    stored.errors = form.errors
    return await _visit(page, me, reader, shown, stored, status=422)


@router.post("/duyet/kiem-tra/{check_id}/anh/{photo_id}/bo")
async def remove_photo(check_id: UUID, photo_id: UUID, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Take a photo away."""
    shown = await catalogue.visit(reader, me, check_id)
    _may_go(me, shown)
    photos = await catalogue.photos_of(reader, "check", [check_id], unmade=True)
    if any(each.id == photo_id for each in photos.get(check_id, [])):
        await catalogue.remove_photo(session, me, photo_id)
    return page.redirect(f"/duyet/kiem-tra/{check_id}", _("Đã bỏ ảnh."))


def _may_go(me: Actor, shown: catalogue.VisitView) -> None:
    if not catalogue.may_visit(me, shown.organisation_id):
        raise NotAllowed(_("Bạn là người của nhà cung cấp này; hãy để cán bộ khác đến kiểm tra."))


def _stored(shown: catalogue.VisitView) -> forms.Form[Any]:
    values = {name: stored_text(getattr(shown, name)) for name in catalogue.FindingInput.model_fields}
    return forms.filled({**values, "visited_on": values["visited_on"] or stored_text(clock.today()), "version": shown.version})


def labels() -> dict[str, str]:
    """The fields of a visit, in words."""
    return {
        "visited_on": _("Ngày đến"),
        "place": _("Nơi kiểm tra"),
        "finding": _("Kết luận"),
        "note": _("Ghi nhận"),
        "follow_up_on": _("Kiểm tra lại ngày"),
    }


async def _visit(
    page: PageMaker, me: Actor, reader: Any, shown: catalogue.VisitView, form: forms.Form[Any], *, status: int = 200,
    moved: list[tuple[str, str, str]] | None = None,
) -> Response:  # fmt: skip
    return page.show(
        "checks/visit.html",
        status=status,
        visit=shown,
        form=form,
        moved=moved or [],
        findings=[(each.value, catalogue.finding_name(each)) for each in catalogue.Finding],
        earlier=[
            each
            for each in await catalogue.findings(reader, shown.supplier_id, shown.organisation_id, me)
            if each.id != shown.id
        ],
        complaints=await catalogue.complaints(reader, me, supplier_id=shown.supplier_id),
        photos=(await catalogue.photos_of(reader, "check", [shown.id])).get(shown.id, []),
        may_write=catalogue.may_visit(me, shown.organisation_id)
        and (shown.visited_on is None or shown.visited_by == me.person_id),
    )


@router.get("/nha-cung-cap/{slug}/phan-anh")
async def complaint(slug: str, page: Page, me: Signed, reader: Reader) -> Response:
    """The form for a complaint about a supplier."""
    return await _complaint(page, me, reader, slug, forms.filled({"key": new_id()}))


@router.post("/nha-cung-cap/{slug}/phan-anh")
async def note_complaint(slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Note a complaint."""
    form = await forms.read(request, catalogue.ComplaintInput)
    if form.value is None:
        return await _complaint(page, me, reader, slug, form, status=422)
    value = form.value
    refusal = await attempt(session, lambda: catalogue.note_complaint(session, me, slug, value, key=forms.key_of(form)))
    if refusal is None:
        words = _("Đã gửi phản ánh tới cán bộ. Tên bạn chỉ cán bộ thấy; nhà cung cấp không thấy.")
        return page.redirect(f"/nha-cung-cap/{slug}", words)
    form.add(refusal.errors if isinstance(refusal, Invalid) and refusal.errors else {"form": refusal.message})
    return await _complaint(page, me, reader, slug, form, status=422)


async def _complaint(
    page: PageMaker, me: Actor, reader: Any, slug: str, form: forms.Form[Any], *, status: int = 200
) -> Response:
    supplier = await catalogue.supplier_page(reader, slug, me)
    if not catalogue.may_complain(me, supplier.organisation_id):
        raise NotAllowed(_("Nhà phân phối và cán bộ gửi được phản ánh, về tổ chức khác tổ chức của mình."))
    products = [(each.slug, each.title) for each in supplier.products if each.state == catalogue.State.PUBLISHED]
    return page.show("checks/complaint.html", status=status, supplier=supplier, products=products, form=form)


def _communes(me: Actor) -> list[places.Place]:
    """The communes among which a visit may be drawn: those of her duty, else those where our suppliers are at home."""
    of_duty = [found for code in me.duty if (found := places.commune(code)) is not None]
    return of_duty or list(places.communes(places.BAC_KAN_BEFORE_2025))
