"""Drawing the floor of a fair: the whole of it. One hall is drawn in layout_halls.py, sheets come and go in layout_sheets.py.

/ban-to-chuc/hoi-cho/{slug}/mat-bang                  layouts/index.html   halls, classes, zones, what is wrong, the last steps
…/mat-bang/sanh, …/loai-gian, …/khu (POST)            a new hall, class or zone, or another shape of one
…/mat-bang/{part}/{id}/bo (POST)                      away with one of them
…/mat-bang/hoan-tac, …/lam-lai (POST)                 one step back, one step forth
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core import places
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms, layout_halls, layout_sheets
from service.web.pages.desk_forms import attempt, stored_text
from service.web.pages.layout_forms import base, floor_page, heard, home, told, version_of

router = APIRouter()
MODELS: dict[str, type[BaseModel]] = {
    "sanh": fairs.layouts.HallLayout,
    "loai-gian": fairs.layouts.ClassDraft,
    "khu": fairs.layouts.ZoneDraft,
}


@router.get("/ban-to-chuc/hoi-cho/{slug}/mat-bang")
async def index(
    slug: str,
    page: Page,
    me: Signed,
    session: Session,
    part: Annotated[str, Query(alias="sua", max_length=20)] = "",
    thing: Annotated[str, Query(alias="id", max_length=40)] = "",
) -> Response:
    """The whole floor; with `sua` and `id` the form of a hall, a class or a zone is filled."""
    desk = await fairs.layouts.desk(session, slug, me)
    form = _stored(desk, part, thing) if part in MODELS else None
    return await _show(page, session, me, slug, desk, part=part if form else "", form=form)


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh")
async def put_hall(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """A hall in metres."""
    return await _put(request, slug, page, me, session, "sanh")


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/loai-gian")
async def put_class(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """A class of booths."""
    return await _put(request, slug, page, me, session, "loai-gian")


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/khu")
async def put_zone(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """A zone or a pavilion."""
    return await _put(request, slug, page, me, session, "khu")


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/{part}/{thing_id}/bo")
async def remove(request: Request, slug: str, part: str, thing_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Away with a hall, a class or a zone."""
    layouts = fairs.layouts
    removers = {"sanh": layouts.remove_hall, "loai-gian": layouts.remove_class, "khu": layouts.remove_zone}
    if part not in removers:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    form = await heard(request)
    remover, what = removers[part], {"sanh": _("Bỏ một sảnh"), "loai-gian": _("Bỏ một loại gian"), "khu": _("Bỏ một khu")}[part]
    refusal = await attempt(
        session,
        lambda: layouts.edit(session, me, slug, lambda now: remover(now, thing_id), what, version=version_of(form)),
    )
    if refusal is None:
        return page.redirect(home(slug), _("Đã bỏ. Bấm “Hoàn tác” nếu nhầm."))
    form.add({"form": refusal.message})
    return await _show(page, session, me, slug, part="", form=form, refusal=refusal)


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/hoan-tac")
async def undo(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """One step back."""
    return await _step(request, slug, page, me, session, back=True)


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/lam-lai")
async def redo(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """One step forth again."""
    return await _step(request, slug, page, me, session, back=False)


async def _step(request: Request, slug: str, page: PageMaker, me: Actor, session: Any, *, back: bool) -> Response:
    form = await heard(request)
    done: list[str | None] = []
    move = fairs.layouts.undo if back else fairs.layouts.redo

    async def go() -> None:
        done.append(await move(session, me, slug, version=version_of(form)))

    refusal = await attempt(session, go)
    hall = form.typed.get("hall", "")
    if refusal is not None:
        form.add({"form": refusal.message})
        if hall:
            return await layout_halls.show(page, session, me, slug, hall, form=form, refusal=refusal)
        return await _show(page, session, me, slug, part="", form=form, refusal=refusal)
    what = done[0]
    if what is None:
        said = _("Không còn bước nào để hoàn tác.") if back else _("Không còn bước nào để làm lại.")
    else:
        said = _("Đã hoàn tác: %(what)s", what=what) if back else _("Đã làm lại: %(what)s", what=what)
    return page.redirect(layout_halls.address(slug, hall) if hall else home(slug), said)


async def _put(request: Request, slug: str, page: PageMaker, me: Actor, session: Any, part: str) -> Response:
    layouts = fairs.layouts
    putters: dict[str, Any] = {"sanh": layouts.put_hall, "loai-gian": layouts.put_class, "khu": layouts.put_zone}
    form = await heard(request, MODELS[part])
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        names = {"sanh": _("Sảnh %(name)s"), "loai-gian": _("Loại gian %(name)s"), "khu": _("Khu %(name)s")}
        what = names[part] % {"name": value.name}
        refusal = await attempt(
            session,
            lambda: layouts.edit(session, me, slug, lambda now: putters[part](now, value), what, version=version_of(form)),
        )
        if refusal is None:
            return page.redirect(f"{home(slug)}#{part}", _("Đã lưu: %(what)s", what=what))
        form.add(told(refusal))
    return await _show(page, session, me, slug, part=part, form=form, refusal=refusal)


def _stored(desk: fairs.layouts.FloorDesk, part: str, thing: str) -> forms.Form[Any] | None:
    groups: dict[str, tuple[Any, ...]] = {"sanh": desk.draft.halls, "loai-gian": desk.draft.classes, "khu": desk.draft.zones}
    found = next((each for each in groups[part] if str(each.id) == thing), None)
    if found is None:
        return None
    values = found.model_dump(exclude={"booths", "things"})
    typed = {name: "yes" if value is True else "no" if value is False else stored_text(value) for name, value in values.items()}
    return forms.filled(typed)


async def _show(
    page: PageMaker, session: Any, me: Actor, slug: str, desk: fairs.layouts.FloorDesk | None = None, *,
    part: str, form: forms.Form[Any] | None, refusal: Invalid | Conflict | None = None,
) -> Response:  # fmt: skip
    layouts = fairs.layouts
    desk = desk or await layouts.desk(session, slug, me)
    floor = layouts.floor_of(desk.fair_id, desk.draft)
    found = layouts.faults(floor)
    status = 200 if form is None or not form.errors else 409 if isinstance(refusal, Conflict) else 422
    return await floor_page(
        page, session, me, slug, "layouts/index.html", status=status, desk=desk, floor=floor, base=base(slug),
        faults=found[:60], more_faults=max(0, len(found) - 60), fault_counts=Counter(fault.hall_id for fault in found),
        booth_counts=Counter(booth.class_code for booth in desk.draft.booths if booth.part_of is None),
        zone_counts=Counter(booth.zone for booth in desk.draft.booths if booth.part_of is None and booth.zone),
        form=form or forms.filled({}), part=part, provinces=places.provinces(),
    )  # fmt: skip


router.include_router(layout_sheets.router)
router.include_router(layout_halls.router)
