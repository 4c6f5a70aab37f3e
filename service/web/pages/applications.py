"""Applications as the organiser reads and answers them.

/ban-to-chuc/hoi-cho/{slug}/don-dang-ky           applications/list.html    found (an ApplicationList), asked, choices
…/don-dang-ky/tra-loi (POST)                      the same answer to many
…/don-dang-ky/bang.{kind}                         the list as .xlsx or .csv
…/don-dang-ky/{code}                              applications/one.html     one application; …/tra-loi, …/uu-tien (POST)
Typing in from paper or a sheet is in typing_in.py, the order of choice in choosing.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core import clock, exports, formats
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _
from service.core.inputs import Input, OptionalText, OptionalWhole
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import choosing, forms, typing_in
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here
from service.web.pages.typing_in import BASE, own_fair

applications = fairs.applications
router = APIRouter()
router.include_router(choosing.router)
router.include_router(typing_in.router)  # Before the address of one application, which its addresses look like.
SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_CHOSEN = 200


def _known(value: object) -> object:
    """A filter that names no state is as if it were not there: the address may be an old one."""
    return value if value in set(applications.ApplicationState) else None


class Asked(BaseModel):
    """What the list is filtered by."""

    model_config = ConfigDict(extra="ignore")

    state: Annotated[applications.ApplicationState | None, BeforeValidator(_known)] = None
    zone: str = ""
    hang: str = ""
    q: str = ""
    cursor: str = ""

    def search(self) -> fairs.applications.ListSearch:
        """The same for the reads."""
        return applications.ListSearch(self.state, self.zone or None, self.hang or None, self.q or None, self.cursor or None)


class Chosen(Input):
    """Those that were ticked, each as "code:version", and the answer that they all get."""

    chosen: tuple[str, ...] = ()
    to: OptionalText = None
    reason: OptionalText = None


class Ticked(Input):
    """The claims that the organiser has seen proof of."""

    claims: tuple[str, ...] = ()
    version: OptionalWhole = None


@router.get(BASE)
async def index(
    request: Request, slug: str, page: Page, me: Signed, session: Session, asked: Annotated[Asked, Query()]
) -> Response:
    """Every application that was handed in, in the order of choice."""
    return await _list(request, page, session, slug, me, asked)


@router.post(f"{BASE}/tra-loi")
async def answer_many(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Give those that were ticked the same answer."""
    fair = await own_fair(session, slug, me)
    form = await forms.read(request, Chosen, lists=("chosen",))
    typed = form.value or Chosen()
    said = forms.checked({"to": typed.to or "", "reason": typed.reason}, applications.Answer)
    if said.value is None or not typed.chosen:
        raise Invalid(next(iter(said.errors.values()), _("Đánh dấu ít nhất một đơn.")), said.errors)
    if len(typed.chosen) > MOST_CHOSEN:
        raise Invalid(_("Mỗi lần trả lời nhiều nhất %(n)s đơn.", n=MOST_CHOSEN))
    chosen = [(code, int(version)) for code, _colon, version in (each.partition(":") for each in typed.chosen)
              if version.isascii() and version.isdigit() and len(version) < 9]  # fmt: skip
    done = await applications.answer_many(session, me, slug, chosen, said.value)
    words = _("Đã trả lời %(n)s đơn.", n=done.answered)
    if done.passed_over:
        words += " " + _("Bỏ qua vì vừa có thay đổi: %(codes)s.", codes=", ".join(done.passed_over[:10]))
    return page.redirect(BASE.format(slug=fair.slug), words)


@router.get(f"{BASE}/bang.{{kind}}")
async def sheet(slug: str, kind: str, me: Signed, session: Session, asked: Annotated[Asked, Query()]) -> Response:
    """The list as .xlsx or .csv, contacts included: for the organiser alone."""
    if kind not in SHEETS:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    fair = await own_fair(session, slug, me)
    found = await applications.every_application(session, slug, me, asked.search())
    headings = [
        _("Đơn"), _("Tên biển hiệu"), _("Tỉnh, thành phố"), _("Trạng thái"), _("Thứ tự chọn"), _("Điểm"), _("Loại hàng"),
        _("Hàng hóa"), _("Sản phẩm"), _("Số gian"), _("Hạng gian"), _("Khu muốn đứng"), _("Điện"), _("Từ ngày"), _("Đến ngày"),
        _("Liên hệ"), _("Nộp lúc"),
    ]  # fmt: skip
    lines = _lines(found)
    data = exports.as_csv(headings, lines) if kind == "csv" else exports.as_xlsx([exports.Table(fair.name, headings, lines)])
    called = f"don-dang-ky-{fair.slug}-{clock.today():%Y%m%d}.{kind}"
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(called)}", "cache-control": "private, no-store"}
    return Response(data, media_type=SHEETS[kind], headers=headers)


@router.get(f"{BASE}/{{code}}")
async def one(slug: str, code: str, page: Page, me: Signed, session: Session) -> Response:
    """One application, and the answer to it."""
    fair = await own_fair(session, slug, me)
    return await _one(page, session, fair, me, code, forms.filled({}))


@router.post(f"{BASE}/{{code}}/tra-loi")
async def answer(request: Request, slug: str, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Accept, return, reject, or put on the waiting list; the second of two gets her words back."""
    fair = await own_fair(session, slug, me)
    data = await request.form(max_fields=40, max_files=0)
    plain = {name: str(value) for name, value in data.items()}
    faults = {name.removeprefix("fault_"): value for name, value in plain.items() if name.startswith("fault_")}
    said = forms.checked(
        {**{name: plain[name] for name in ("to", "reason", "version") if name in plain}, "faults": faults}, applications.Answer
    )
    said.typed = plain
    refusal: Invalid | Conflict | None = None
    if said.value is not None:
        value = said.value
        refusal = await attempt(session, lambda: applications.answer(session, me, slug, code, value))
        if refusal is None:
            words = applications.state_name(value.to)
            return page.redirect(f"{BASE.format(slug=fair.slug)}/{code.upper()}", _("Đã trả lời: %(state)s.", state=words))
        said.add(refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message})
    return await _one(page, session, fair, me, code, said, status=409 if isinstance(refusal, Conflict) else 422)


@router.post(f"{BASE}/{{code}}/uu-tien")
async def confirm_claims(request: Request, slug: str, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Say which claims were proven."""
    form = await forms.read(request, Ticked, lists=("claims",))
    typed = form.value or Ticked()
    await applications.confirm_claims(session, me, slug, code, typed.claims, version=typed.version)
    return page.redirect(f"{BASE.format(slug=slug)}/{code.upper()}", _("Đã ghi mục ưu tiên đã xem giấy tờ."))


async def _list(request: Request, page: PageMaker, session: Session, slug: str, me: Actor, asked: Asked) -> Response:
    fair = await own_fair(session, slug, me)
    found = await applications.application_list(session, slug, me, asked.search())
    base = BASE.format(slug=fair.slug)
    states = [each for each in applications.ApplicationState if each is not applications.ApplicationState.DRAFT]
    return page.show(
        "applications/list.html", f=fair, found=found, asked=asked, base=base,
        choices=await applications.form_choices(session, fair.id),
        states=[(each.value, applications.state_name(each)) for each in states],
        state_name=applications.state_name, next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if asked.cursor else None,
        sheets=[(kind, f"{base}/bang.{kind}") for kind in SHEETS],
    )  # fmt: skip


async def _one(
    page: PageMaker, session: Session, fair: fairs.FairView, me: Actor, code: str, form: forms.Form[Any], *, status: int = 200
) -> Response:
    view = await applications.application_page(session, fair.slug, me, code)
    rule = (await applications.choice_rule(session, fair.slug, me)).rule
    answers = sorted(applications.ANSWERS.get(view.state, ()), key=list(applications.ApplicationState).index)
    return page.show(
        "applications/one.html", status=status, f=fair, a=view, form=form, base=BASE.format(slug=fair.slug), rule=rule,
        names=(await applications.form_choices(session, fair.id, view.id)).names, fields=applications.field_names(),
        answers=[(each.value, _verb(each)) for each in answers if not (view.typed_in and each.value == "returned")],
        goods_name=applications.goods_name, power_name=applications.power_name, part_name=applications.part_name,
        claim_name=applications.claim_name, sharer_state_name=applications.sharer_state_name,
        next_waiting=await applications.next_waiting(session, fair.id),
    )  # fmt: skip


def _verb(state: str) -> str:
    return {
        "accepted": _("Nhận"), "returned": _("Trả lại để sửa"), "waiting": _("Đưa vào danh sách chờ"),
        "rejected": _("Không nhận"),
    }[str(state)]  # fmt: skip


def _lines(found: Iterable[applications.SheetLine]) -> Iterator[list[exports.Cell]]:
    for each in found:
        a = each.line
        yield [
            a.code, a.exhibitor, a.province, a.state_name, a.place, a.points, applications.goods_name(a.goods), a.goods_words,
            a.products, a.booths, ", ".join(a.class_codes), ", ".join(a.zone_codes), applications.power_name(a.power),
            a.starts_on, a.ends_on, each.contact, formats.moment(a.submitted_at) if a.submitted_at else None,
        ]  # fmt: skip
