"""What a buyer wants to see before it lists goods, and how ready a supplier's goods are.

/mua-hang/dieu-kien              checklists/own.html     a buyer's own conditions; POST keeps them all at once
/ban-hang/san-sang               checklists/ready.html   each product against each buyer, gaps first
/ban-hang/san-sang/tra-loi       POST                    what the supplier answers for itself
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.responses import Response

from service import matching
from service.accounts import Actor, Role
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt, version_of
from service.web.pages.render import here
from service.web.pages.waiting import all_waiting

router = APIRouter()
checklists = matching.checklists
Wanted = checklists.Wanted
View = checklists.ChecklistView | None

ASKED_PAPERS = (
    "ATTP",
    "VG",
    "GG",
    "HC",
    "HACCP",
    "ISO22000",
    "FSSC22000",
    "HALAL",
    "GTIN",
    "GI",
    "NHTT",
    "PUC",
    "TXTN",
    "DKKD",
)
LINES = tuple(kind for kind in Wanted if kind not in (Wanted.PAPER, Wanted.WORDS))
# Where at the supplier's desk each gap is closed.
DESK = {
    "packs": "/ban-hang/san-pham/{slug}/quy-cach", "certificates": "/ban-hang/san-pham/{slug}/giay-to",
    "product": "/ban-hang/san-pham/{slug}/thong-tin", "photos": "/ban-hang/san-pham/{slug}/anh", "lots": "/ban-hang/lo",
    "profile": "/ban-hang/ho-so",
}  # fmt: skip


@router.get("/mua-hang/dieu-kien")
async def own(page: Page, me: Signed, session: Session) -> Response:
    """The buyer's own conditions, ready to be changed."""
    view = await checklists.own_checklist(session, me)
    return _own_page(page, me, forms.filled(_typed(view)), view)


@router.post("/mua-hang/dieu-kien")
async def keep(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Keep all conditions at once; the second of two people gets her choices back beside a word about the first."""
    view = await checklists.own_checklist(session, me)
    form = await _read(request)
    refusal = None
    if form.value is not None:
        draft, version = form.value, version_of(form)
        buyer_id = await _buyer(session, me)
        refusal = await attempt(session, lambda: checklists.save_checklist(session, me, buyer_id, draft, version=version))
        if refusal is None:
            return page.redirect("/mua-hang/dieu-kien", _("Đã lưu điều kiện vào hàng."))
        form.add({"form": refusal.message})
    form.typed["version"] = str(view.version if view else 0)
    return _own_page(page, me, form, view, status=409 if isinstance(refusal, Conflict) else 422)


@router.get("/ban-hang/san-sang")
async def ready(
    request: Request,
    page: Page,
    me: Signed,
    session: Session,
    product: Annotated[str, Query(max_length=200)] = "",
    buyer: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str, Query(max_length=600)] = "",
) -> Response:
    """Each product against each buyer that has a checklist: what is missing, in words, and where it is closed."""
    found = await checklists.readiness_list(session, me, product=product, buyer=buyer, cursor=cursor or None)
    return page.show(
        "checklists/ready.html",
        waits=await all_waiting(session, me),
        found=found,
        chosen={"product": product, "buyer": buyer},
        fix=_fix,
        may_write=me.may_write,
        back=here(request),
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.post("/ban-hang/san-sang/tra-loi")
async def answer(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Say for oneself how a product stands to a condition that no row of the catalogue tells."""
    if me.role is not Role.SUPPLIER:
        raise NotAllowed(_("Trang này dành cho nhà cung cấp."))
    if not me.may_write:
        raise NotAllowed(_("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên."))
    form = await forms.read(request, checklists.AnswerForm)
    if form.value is None:
        raise Invalid(next(iter(form.errors.values())), form.errors)
    said = form.value
    count = await checklists.answer(session, me, said.item, said.product, said.answer())
    back = form.typed.get("back", "")
    told = _("Đã ghi câu trả lời cho %(n)s sản phẩm.", n=count)
    return page.redirect(back if back.startswith("/ban-hang/san-sang") else "/ban-hang/san-sang", told)


def _fix(part: str | None, slug: str) -> str | None:
    """Where a gap is closed; None for what is answered right in the list."""
    return DESK[part].format(slug=slug) if part is not None else None


async def _buyer(session: Session, me: Actor) -> Any:
    found = await matching.buyer_of(session, me.organisation_id)
    if found is None:
        raise NotAllowed(_("Hãy điền hồ sơ nhà phân phối trước, rồi đặt điều kiện vào hàng."))
    return found.id


async def _read(request: Request) -> forms.Form[checklists.ChecklistDraft]:
    """The form has a line for each kind of condition; each line is read by itself, so that an error stands beside it."""
    data = await request.form(max_fields=forms.MOST_FIELDS, max_files=0)
    form: forms.Form[checklists.ChecklistDraft] = forms.Form()
    form.typed = {key: value for key, value in data.items() if not isinstance(value, UploadFile)}
    items: list[checklists.ItemDraft] = []
    for field, said in (*_of_kinds(form.typed), *_of_papers(form.typed), *_in_words(form.typed)):
        try:
            items.append(checklists.ItemDraft.model_validate(said))
        except ValidationError as error:
            form.errors[field] = next(iter(forms.words_for(error).values()))
    try:
        draft = checklists.ChecklistDraft.model_validate({"items": items, "note": form.typed.get("note", "")})
    except ValidationError as error:
        form.errors |= forms.words_for(error)
    else:
        form.value = draft if not form.errors else None
    return form


Said = tuple[str, dict[str, Any]]


def _of_kinds(typed: Mapping[str, str]) -> Iterator[Said]:
    """What is chosen for each kind, with the field in which it would be wrong."""
    for kind in LINES:
        stance = typed.get(f"stance_{kind}", "")
        if not stance:
            continue
        said: dict[str, Any] = {"kind": kind, "required": stance != "no"}
        field = f"stance_{kind}"
        if kind is Wanted.BARCODE:
            said["code"] = stance if stance != "no" else None
        elif kind in checklists.NUMBERS and stance != "no":
            field, said["number"] = f"number_{kind}", typed.get(f"number_{kind}", "")
        yield field, said


def _of_papers(typed: Mapping[str, str]) -> Iterator[Said]:
    for code in checklists.PAPERS:
        stance = typed.get(f"paper_{code}", "")
        if stance:
            yield f"paper_{code}", {"kind": Wanted.PAPER, "code": code, "required": stance != "no"}


def _in_words(typed: Mapping[str, str]) -> Iterator[Said]:
    lines = [line for line in typed.get("words", "").splitlines() if line.strip()]
    for line in lines:
        yield "words", {"kind": Wanted.WORDS, "words": line}


def _typed(view: View) -> dict[str, Any]:
    """What is stored, as it would be chosen and typed."""
    typed: dict[str, Any] = {"version": view.version if view else 0, "note": view.note if view else ""}
    said: list[str] = []
    for wish in view.wishes if view else ():
        if wish.kind is Wanted.WORDS:
            said.append(wish.words or "")
        elif wish.kind is Wanted.PAPER:
            typed[f"paper_{wish.code}"] = _stance(wish)
        else:
            typed[f"stance_{wish.kind}"] = wish.code or _stance(wish)
            if wish.number is not None:
                typed[f"number_{wish.kind}"] = wish.number
    return typed | {"words": "\n".join(said)}


def _stance(wish: checklists.Wish) -> str:
    return "yes" if wish.required else "no"


def _own_page(page: PageMaker, me: Actor, form: forms.Form[Any], view: View, *, status: int = 200) -> Response:
    asked = [
        ("no", _("không yêu cầu")),
        ("yes", _("yêu cầu")),
    ]
    shown = [code for code in checklists.PAPERS if code in ASKED_PAPERS or f"paper_{code}" in form.typed]
    barcode = [("no", _("không yêu cầu")), ("gtin13", _("GTIN-13 trên túi")), ("gtin14", _("GTIN-14 trên thùng"))]
    return page.show(
        "checklists/own.html",
        status=status,
        form=form,
        view=view,
        lines=[_line(kind, barcode if kind is Wanted.BARCODE else asked) for kind in LINES],
        papers=[(code, checklists.paper_name(code)) for code in shown],
        asked=asked,
        may_write=me.may_write,
    )


def _line(kind: Wanted, choices: list[tuple[str, str]]) -> tuple[str, str, str, bool, list[tuple[str, str]], bool]:
    name, unit = checklists.kind_name(kind), checklists.unit_name(kind)
    return kind.value, name, unit, kind in checklists.NUMBERS, choices, kind in checklists.ANSWERED
