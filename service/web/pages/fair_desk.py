"""The organiser's fairs: her list, one fair's overview, announcing, revising, hours, copying, earlier participants.

/ban-to-chuc/hoi-cho                     fair_desk/list.html      found (fairs.desk.DeskList), may_announce, why_not
/ban-to-chuc/hoi-cho/moi, …/{slug}/sua   fair_desk/form.html      form, f (or None), halls, kinds, precisions, cities
/ban-to-chuc/hoi-cho/{slug}              fair_desk/overview.html  shown (fairs.desk.Overview)
…/{slug}/gio-mo-cua                      fair_desk/hours.html     form, f, days
…/{slug}/cong-bo, …/{slug}/huy (POST)    announce, call off
…/{slug}/chep                            fair_desk/copy.html      form, f
…/{slug}/moi-lai                         fair_desk/ask.html       f, form, sources, chosen, found, free, total, next, first
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError, ValidationInfo, field_validator
from starlette.datastructures import UploadFile
from starlette.responses import Response

from service import fairs
from service.core import formats, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.i18n import _
from service.core.inputs import Input, OptionalText, OptionalWhole
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import commune_fields, forms
from service.web.pages.desk_forms import attempt, stored_text
from service.web.pages.render import here

router = APIRouter()
BASE = "/ban-to-chuc/hoi-cho"
HALLS = ("hall_name", "hall_area", "hall_about")
SPARE_LINES = 3  # Empty lines under the halls that are there.
MOST_DAYS = 62
CANDIDATES = 40  # On one page; the button for all of them asks those on the other pages too.


class Step(Input):
    """The version that was looked at when the button was pressed."""

    version: OptionalWhole = None
    sure: OptionalText = None


@router.get(BASE)
async def index(
    request: Request, page: Page, me: Signed, session: Session, cursor: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """The fairs that she looks after, with what waits at each."""
    found = await fairs.desk.desk_list(session, me, cursor=cursor or None)
    may = fairs.may_announce(me)
    return page.show(
        "fair_desk/list.html", found=found, may_announce=may, why_not="" if may else fairs.why_not_announce(me),
        call_words=fairs.desk.call_words, next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


@router.get(f"{BASE}/moi")
async def new(page: Page, me: Signed) -> Response:
    """An empty form."""
    _may_announce(me)
    return _form(page, forms.filled({"key": str(new_id()), "kind": "fair", "date_precision": "day"}), None)


@router.post(f"{BASE}/moi")
async def prepare(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Prepare a fair."""
    _may_announce(me)
    form = await forms.read(request, PlacedFairForm, lists=HALLS)
    if form.value is not None:
        value, made = form.value, []

        async def write() -> None:
            made.append(await fairs.draft_fair(session, me, value.draft(), key=value.key or new_id()))

        refusal = await attempt(session, write)
        if refusal is None:
            said = _("Đã lập bản nháp. Chỉ ban tổ chức thấy, cho tới khi bạn công bố.")
            return page.redirect(f"{BASE}/{made[0].slug}", said)
        form.add(_errors(refusal))
    return _form(page, form, None, status=422)


@router.get(f"{BASE}/{{slug}}")
async def overview(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """One fair: what stands, what is next, what waits."""
    return page.show(
        "fair_desk/overview.html", shown=await fairs.desk.overview(session, slug, me), call_words=fairs.desk.call_words,
        error=None,
    )  # fmt: skip


class PlacedFairForm(fairs.FairForm):
    """The same with its commune typed by name."""

    @field_validator("commune_code")
    @classmethod
    def _by_name(cls, value: str | None, others: ValidationInfo) -> str | None:
        return commune_fields.read(value, others.data.get("province_code"))


@router.get(f"{BASE}/{{slug}}/sua")
async def edit(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """What a fair says of itself, ready to be changed."""
    shown = await fairs.desk.overview(session, slug, me)
    return _form(page, forms.filled(_typed(shown)), shown.fair)


@router.post(f"{BASE}/{{slug}}/sua")
async def keep(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep the change; the second of two gets her words back."""
    f = await fairs.own_head(session, slug, me)
    form = await forms.read(request, PlacedFairForm, lists=HALLS)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        version = value.version or f.version
        refusal = await attempt(session, lambda: fairs.revise_fair(session, me, slug, value.draft(), version=version))
        if refusal is None:
            return page.redirect(f.desk, _("Đã lưu thay đổi."))
        form.add(_errors(refusal))
        if isinstance(refusal, Conflict):
            form.typed["version"] = str(f.version)
    return _form(page, form, f, status=409 if isinstance(refusal, Conflict) else 422)


@router.get(f"{BASE}/{{slug}}/gio-mo-cua")
async def opening(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """When the fair is open, day by day."""
    f = await fairs.own_head(session, slug, me)
    said = {each.day: each for each in await fairs.hours(session, f.id)}
    typed: dict[str, Any] = {"version": f.version}
    for day in _days(f):
        if day in said:
            typed |= {f"opens.{day}": f"{said[day].opens:%H:%M}", f"closes.{day}": f"{said[day].closes:%H:%M}",
                      f"note.{day}": said[day].note}  # fmt: skip
    return _hours(page, f, forms.filled(typed))


@router.post(f"{BASE}/{{slug}}/gio-mo-cua")
async def keep_opening(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep the hours; with `all` the first day's are those of every day."""
    f = await fairs.own_head(session, slug, me)
    data = await request.form(max_fields=forms.MOST_FIELDS, max_files=0)
    typed = {key: value for key, value in data.items() if not isinstance(value, UploadFile)}
    form: forms.Form[Any] = forms.Form(typed=typed)
    days = _days(f)
    if "all" in typed and days:
        for day in days[1:]:
            typed |= {f"{name}.{day}": typed.get(f"{name}.{days[0]}", "") for name in ("opens", "closes")}
    said: list[fairs.DayHours] = []
    for day in days:
        values = {name: typed.get(f"{name}.{day}", "") for name in ("opens", "closes", "note")}
        try:
            said.append(fairs.DayHours.model_validate({"day": day, **values}))
        except ValidationError as error:
            form.errors |= {f"{name}.{day}": why for name, why in forms.words_for(error).items()}
    refusal: Invalid | Conflict | None = None
    if not form.errors:
        wish = forms.checked({"version": typed.get("version")}, Step).value or Step()
        refusal = await attempt(session, lambda: fairs.set_hours(session, me, slug, said, version=wish.version))
        if refusal is None:
            return page.redirect(f.desk, _("Đã lưu giờ mở cửa."))
        form.add(_errors(refusal))
        form.typed["version"] = str(f.version)
    return _hours(page, f, form, status=409 if isinstance(refusal, Conflict) else 422)


@router.post(f"{BASE}/{{slug}}/cong-bo")
async def publish(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Put the fair on the calendar."""
    form = await forms.read(request, Step)
    version = form.value.version if form.value is not None else None
    refusal = await attempt(session, lambda: fairs.publish_fair(session, me, slug, version=version))
    if refusal is None:
        return page.redirect(f"{BASE}/{slug}", _("Đã công bố: mọi người thấy hội chợ này trên lịch."))
    return await _refused(page, session, slug, me, refusal)


@router.post(f"{BASE}/{{slug}}/huy")
async def cancel(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Call the fair off, when she has said that she is sure."""
    form = await forms.read(request, Step)
    wish = form.value or Step()
    if not wish.sure:
        await fairs.own_head(session, slug, me)
        return await _refused(page, session, slug, me, Invalid(_("Đánh dấu ô xác nhận trước khi hủy hội chợ.")))
    refusal = await attempt(session, lambda: fairs.cancel_fair(session, me, slug, version=wish.version))
    if refusal is None:
        return page.redirect(f"{BASE}/{slug}", _("Đã hủy hội chợ. Trang của hội chợ vẫn còn và ghi rõ đã hủy."))
    return await _refused(page, session, slug, me, refusal)


@router.get(f"{BASE}/{{slug}}/chep")
async def copying(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """What a new fair takes over from this one."""
    f = await fairs.own_head(session, slug, me)
    ticked = dict.fromkeys(("floor", "charges", "call", "buyers"), "true")
    return page.show(
        "fair_desk/copy.html", f=f, form=forms.filled({"key": str(new_id()), "name": f.title, "name_en": f.name_en, **ticked})
    )


@router.post(f"{BASE}/{{slug}}/chep")
async def copy(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Prepare the new fair."""
    f = await fairs.own_head(session, slug, me)
    form = await forms.read(request, fairs.desk.CopyForm)
    if form.value is not None:
        value, made = form.value, []

        async def write() -> None:
            made.append(await fairs.desk.copy_fair(session, me, slug, value.draft(), key=value.key or new_id()))

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(f"{BASE}/{made[0].slug}", _("Đã lập bản nháp từ “%(name)s”.", name=f.name))
        form.add(_errors(refusal))
    return page.show("fair_desk/copy.html", status=422, f=f, form=form)


@router.get(f"{BASE}/{{slug}}/moi-lai")
async def earlier(
    request: Request, slug: str, page: Page, me: Signed, session: Session, source: Annotated[str, Query(max_length=220)] = "",
    cursor: Annotated[str, Query(max_length=80)] = "",
) -> Response:  # fmt: skip
    """Earlier fairs and rounds, and who took part in the chosen one."""
    return await _earlier(request, page, session, slug, me, source, forms.filled({"key": str(new_id())}), cursor=cursor)


@router.post(f"{BASE}/{{slug}}/moi-lai")
async def ask(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Ask them to come."""
    form = await forms.read(request, fairs.desk.Asking, lists=("suppliers",))
    source = f"{form.typed.get('kind', '')}:{form.typed.get('called', '')}"
    if form.value is not None:
        value, made = form.value, []

        async def write() -> None:
            made.append(await fairs.desk.ask(session, me, slug, value))

        refusal = await attempt(session, write)
        if refusal is None:
            new_suppliers, new_buyers = made[0]
            told = _("Đã mời thêm %(n)s đơn vị, ghi thêm %(m)s nhà phân phối sẽ đến.", n=new_suppliers, m=new_buyers)
            return page.redirect(f"{BASE}/{slug}/moi-lai?source={source}", told)
        form.add(_errors(refusal))
    return await _earlier(request, page, session, slug, me, source, form, status=422)


# --- What the pages are made of -----------------------------------------------------------------------------------------


def _may_announce(me: Signed) -> None:
    if not fairs.may_announce(me):
        raise NotAllowed(fairs.why_not_announce(me))


def _errors(refusal: Invalid | Conflict) -> dict[str, str]:
    return (refusal.errors if isinstance(refusal, Invalid) else {}) or {"form": refusal.message}


def _typed(shown: fairs.desk.Overview) -> dict[str, Any]:
    f = shown.fair
    plain = ("name_en", "kind", "place", "address", "province_code", "date_precision", "opening_hours",
             "description", "call_words", "version")  # fmt: skip
    days = ("starts_on", "ends_on", "call_opens_on", "call_closes_on")
    return {
        "name": f.title,
        "commune_code": commune_fields.shown(f.commune_code),
        **{name: getattr(f, name) for name in plain},
        **{name: stored_text(getattr(f, name)) for name in days},
        **{name: "\n".join(getattr(f, name)) for name in ("hosts", "co_hosts", "call_needs")},
        "hall_name": [hall.name for hall in shown.halls],
        "hall_area": [stored_text(hall.area_m2) for hall in shown.halls],
        "hall_about": [hall.about or "" for hall in shown.halls],
    }


def _form(page: PageMaker, form: forms.Form[Any], f: fairs.FairView | None, *, status: int = 200) -> Response:
    columns = [form.chosen.get(name, []) for name in HALLS]
    length = max((len(each) for each in columns), default=0)
    lines = [tuple(each[n] if n < len(each) else "" for each in columns) for n in range(length)]
    while lines and not any(lines[-1]):
        lines.pop()
    return page.show(
        "fair_desk/form.html", status=status, form=form, f=f, halls=[*lines, *[("", "", "")] * SPARE_LINES],
        kinds=[(each.value, fairs.kind_name(each).capitalize()) for each in fairs.FairKind],
        precisions=[("day", _("Biết rõ ngày")), ("month", _("Mới biết tháng")), ("year", _("Mới biết năm"))],
        cities=[(each.code, each.full_name) for each in places.provinces()],
        communes=commune_fields.choices(form.typed.get("province_code")),
    )  # fmt: skip


def _days(f: fairs.FairView) -> list[date]:
    if f.date_precision != "day":
        return []
    return [date.fromordinal(n) for n in range(f.starts_on.toordinal(), f.ends_on.toordinal() + 1)][:MOST_DAYS]


def _hours(page: PageMaker, f: fairs.FairView, form: forms.Form[Any], *, status: int = 200) -> Response:
    days = [(str(day), formats.day(day)) for day in _days(f)]
    return page.show("fair_desk/hours.html", status=status, f=f, form=form, days=days)


async def _refused(page: PageMaker, session: Session, slug: str, me: Signed, refusal: Invalid | Conflict) -> Response:
    shown = await fairs.desk.overview(session, slug, me)
    status = 409 if isinstance(refusal, Conflict) else 422
    return page.show(
        "fair_desk/overview.html", status=status, shown=shown, call_words=fairs.desk.call_words, error=refusal.message
    )


async def _earlier(
    request: Request, page: PageMaker, session: Session, slug: str, me: Signed, source: str, form: forms.Form[Any], *,
    cursor: str = "", status: int = 200,
) -> Response:  # fmt: skip
    f = await fairs.own_head(session, slug, me)
    sources = await fairs.desk.sources(session, me, slug)
    chosen = next((each for each in sources if each.key == source), None)
    found: list[fairs.desk.Candidate] = []
    if chosen is not None:
        wish = fairs.desk.Source(kind=fairs.desk.SourceKind(chosen.kind), called=chosen.called)
        found = await fairs.desk.candidates(session, me, slug, wish)
    place = next((number for number, each in enumerate(found, 1) if str(each.id) == cursor), 0)
    shown = found[place : place + CANDIDATES]
    more = place + CANDIDATES < len(found)
    return page.show(
        "fair_desk/ask.html", status=status, f=f, form=form, sources=sources, chosen=chosen, found=shown,
        free=sum(each.may_be_asked for each in found), total=len(found),
        next=here(request, cursor=str(shown[-1].id)) if more else None, first=here(request, cursor=None) if place else None,
    )  # fmt: skip
