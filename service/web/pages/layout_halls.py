"""One hall on the drawing board: by forms and a table, and with JavaScript (layout.js) by hand.

/ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}    layouts/hall.html    picture, what is wrong, forms, table of booths
…/{hall_id}/in                                         layouts/print.html   the hall to scale on A4 or A3
…/{hall_id}/{move} (POST)   one of MOVES for the chosen booths; `day` for a new row, `vat` and `bo-vat` for what is not a booth

Whatever the hand does on the drawing board is sent through the same forms, so that nothing can be done only with JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _, ngettext
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt, stored_text
from service.web.pages.layout_forms import Nothing, floor_page, home, part_of, posted, told, version_of, without_empty

router = APIRouter()
layouts = fairs.layouts
Draft = fairs.layouts.FloorDraft


@dataclass(frozen=True, slots=True)
class Move:
    """What can be done with chosen booths: the beginning of its fields' names, what is wished, how, and in words."""

    prefix: str
    wish: type[BaseModel]
    change: Callable[[Draft, list[UUID], Any], Draft]
    what: Callable[[], str]


MOVES = {
    "sua": Move("sua_", layouts.SetWish, layouts.put, lambda: _("Sửa")),
    "doi-cho": Move("doi_", layouts.MoveWish, layouts.move, lambda: _("Chuyển chỗ")),
    "chep": Move("chep_", layouts.CopyWish, layouts.copy, lambda: _("Chép")),
    "so": Move("so_", layouts.NumberWish, layouts.renumber, lambda: _("Đánh số lại")),
    "kich-thuoc": Move("co_", layouts.SizeWish, layouts.resize, lambda: _("Đổi kích thước")),
    "ghep": Move("ghep_", layouts.CombineWish, layouts.combine, lambda: _("Ghép")),
    "tach": Move("tach_", layouts.SplitWish, layouts.split, lambda: _("Tách")),
    "xoa": Move("xoa_", Nothing, lambda draft, chosen, _wish: layouts.remove(draft, chosen), lambda: _("Xóa")),
}
NEW_ROW = {
    "day_x": "0",
    "day_y": "0",
    "day_count": "5",
    "day_first": "1",
    "day_power": "single",
    "day_rows": "1",
    "day_way": "right",
}


def address(slug: str, hall_id: UUID | str) -> str:
    """The page of one hall; what is no id leads to the whole floor."""
    try:
        return f"{home(slug)}/sanh/{UUID(str(hall_id))}"
    except ValueError:
        return home(slug)


@router.get("/ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}")
async def one_hall(
    slug: str, hall_id: UUID, page: Page, me: Signed, session: Session,
    thing: Annotated[str, Query(alias="vat", max_length=40)] = "",
) -> Response:  # fmt: skip
    """The drawing board of one hall; with `vat` the form of an aisle, a door and so on is filled."""
    return await show(page, session, me, slug, hall_id, thing=thing)


@router.get("/ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}/in")
async def printed(
    slug: str, hall_id: UUID, page: Page, me: Signed, session: Session,
    paper: Annotated[Literal["A4", "A3"], Query(alias="giay")] = "A4",
) -> Response:  # fmt: skip
    """The hall to scale, ready to be printed."""
    desk = await layouts.desk(session, slug, me)
    hall = _hall(layouts.floor_of(desk.fair_id, desk.draft), hall_id)
    scale, way = layouts.paper_scale(hall, paper)
    looks = {booth.id: layouts.Look(tone="closed" if booth.closed else "free") for booth in hall.booths}
    svg = layouts.picture(hall, looks, title=hall.name, zones=_zones(desk), scale=scale)
    return await floor_page(
        page, session, me, slug, "layouts/print.html", hall=hall, svg=svg, scale=scale, way=way, paper=paper, looks=looks,
        here=address(slug, hall_id), zones=desk.draft.zones,
    )  # fmt: skip


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}/day")
async def add_row(request: Request, slug: str, hall_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """A row of booths, or two."""
    data = await posted(request)
    form = part_of(data, "day_", layouts.RowWish)
    wish: Any = form.value

    def change(now: Draft) -> Draft:
        return layouts.row(now, hall_id, wish)

    count = wish.count * wish.rows if wish is not None else 0
    return await _done(page, session, me, slug, hall_id, form, change, _("Thêm %(n)s gian", n=count), "day_")


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}/vat")
async def put_thing(request: Request, slug: str, hall_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """An aisle, a door, a pillar, a wall, a stage: a new one, or one that is there in another place."""
    data = await posted(request)
    form = part_of(without_empty(data, "vat_id"), "vat_", layouts.ThingDraft)
    made: Any = form.value

    def change(now: Draft) -> Draft:
        return layouts.put_thing(now, hall_id, made)

    what = layouts.thing_names()[made.kind] if made is not None else ""
    return await _done(page, session, me, slug, hall_id, form, change, _("Đặt %(what)s", what=what), "vat_")


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}/vat/{thing_id}/bo")
async def remove_thing(
    request: Request, slug: str, hall_id: UUID, thing_id: UUID, page: Page, me: Acting, session: Session
) -> Response:
    """Away with an aisle, a door and so on."""
    form = part_of(await posted(request), "xoa_", Nothing)

    def change(now: Draft) -> Draft:
        return layouts.remove_thing(now, hall_id, thing_id)

    return await _done(page, session, me, slug, hall_id, form, change, _("Bỏ lối đi, cửa, cột …"), "vat_")


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/sanh/{hall_id}/{move}")
async def change_booths(
    request: Request, slug: str, hall_id: UUID, move: str, page: Page, me: Acting, session: Session
) -> Response:
    """Do one of the moves with the booths that are ticked or named."""
    if move not in MOVES:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    doing = MOVES[move]
    data = await posted(request)
    form = part_of(data, doing.prefix, doing.wish)
    form.chosen["chosen"] = [value for value in data.getlist("chosen") if isinstance(value, str)]
    wish: Any = form.value
    picked: list[UUID] = []

    def change(now: Draft) -> Draft:
        picked[:] = [*_ids(form.chosen["chosen"]), *layouts.named(now, hall_id, form.typed.get("codes", ""))]
        return doing.change(now, picked, wish)

    number = len(form.chosen["chosen"]) or form.typed.get("codes", "")[:40]
    what = _("%(what)s gian %(which)s", what=doing.what(), which=number)
    if form.chosen["chosen"]:
        what = ngettext("%(what)s %(n)s gian", "%(what)s %(n)s gian", int(number), what=doing.what())
    return await _done(page, session, me, slug, hall_id, form, change, what, doing.prefix)


async def _done(
    page: PageMaker, session: AsyncSession, me: Actor, slug: str, hall_id: UUID, form: forms.Form[Any],
    change: Callable[[Draft], Draft], what: str, prefix: str,
) -> Response:  # fmt: skip
    """Make the change and go back to the hall, or show what was typed with what is wrong."""
    refusal: Invalid | Conflict | None = None
    if not form.errors:
        refusal = await attempt(session, lambda: layouts.edit(session, me, slug, change, what, version=version_of(form)))
        if refusal is None:
            return page.redirect(address(slug, hall_id), _("Đã xong: %(what)s.", what=what))
        form.add(told(refusal, prefix))
    return await show(page, session, me, slug, hall_id, form=form, refusal=refusal)


async def show(
    page: PageMaker, session: AsyncSession, me: Actor, slug: str, hall_id: UUID | str, *,
    form: forms.Form[Any] | None = None, refusal: Invalid | Conflict | None = None, thing: str = "",
) -> Response:  # fmt: skip
    """The page of one hall, as it stands or with a form as it was typed."""
    desk = await layouts.desk(session, slug, me)
    drawn = next((each for each in desk.draft.halls if str(each.id) == str(hall_id)), None)
    if drawn is None:
        raise NotFound(_("Không có sảnh này trên mặt bằng."))
    floor = layouts.floor_of(desk.fair_id, desk.draft)
    hall = next((each for each in floor.halls if each.id == drawn.id), None)
    found = layouts.faults_in(hall) if hall is not None else ()
    wrong: dict[UUID, list[str]] = {}
    for fault in found:
        if fault.booth_id is not None:
            wrong.setdefault(fault.booth_id, []).append(fault.words)
    looks = {booth.id: _look(booth, desk, wrong) for booth in hall.booths} if hall is not None else {}
    svg = ""
    if hall is not None:
        title = _("Sơ đồ %(name)s", name=hall.name)
        svg = layouts.picture(hall, looks, title=title, zones=_zones(desk), marked=wrong, grid=True)
    typed = {**NEW_ROW, **(_thing(drawn, thing) if form is None else {})}
    if form is not None:
        typed |= form.typed
    ticked = set(form.chosen.get("chosen", ())) if form is not None else set()
    status = 200 if form is None or not form.errors else 409 if isinstance(refusal, Conflict) else 422
    return await floor_page(
        page, session, me, slug, "layouts/hall.html", status=status, desk=desk, drawn=drawn, hall=hall, svg=svg, looks=looks,
        faults=[fault for fault in found if fault.booth_id is None], wrong=wrong, typed=typed,
        errors=form.errors if form is not None else {}, ticked=ticked,
        here=address(slug, drawn.id), wholes={each.part_of for each in drawn.booths if each.part_of},
        prices={booth.id: booth.price_vnd for booth in hall.booths} if hall is not None else {},
    )  # fmt: skip


def _thing(drawn: fairs.layouts.HallLayout, thing: str) -> dict[str, str]:
    found = next((each for each in drawn.things if str(each.id) == thing), None)
    return {f"vat_{name}": str(stored_text(value)) for name, value in found.model_dump().items()} if found is not None else {}


def _look(booth: fairs.layouts.Spot, desk: fairs.layouts.FloorDesk, wrong: dict[UUID, list[str]]) -> fairs.layouts.Look:
    tone = "taken" if booth.id in desk.taken else "closed" if booth.closed else "free"
    words = [layouts.booth_words(booth, layouts.tone_names()[tone]), *wrong.get(booth.id, ())]
    return layouts.Look(href=f"#gian-{booth.code}", label=booth.zone or "", tone=tone, words=". ".join(words))


def _zones(desk: fairs.layouts.FloorDesk) -> tuple[fairs.layouts.ZoneMark, ...]:
    return layouts.floor_of(desk.fair_id, desk.draft).zones


def _hall(floor: fairs.layouts.Floor, hall_id: UUID) -> fairs.layouts.HallFloor:
    hall = next((each for each in floor.halls if each.id == hall_id), None)
    if hall is None:
        raise NotFound(_("Không có sảnh này trên mặt bằng."))
    return hall


def _ids(typed: list[str]) -> list[UUID]:
    found = []
    for each in typed:
        try:
            found.append(UUID(each))
        except ValueError as error:
            raise Invalid(_("Có gian không còn trên mặt bằng. Hãy xem lại bản mới rồi chọn lại.")) from error
    return found
