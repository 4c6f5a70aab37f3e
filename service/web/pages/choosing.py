"""The order of choice (F9): the organiser's rule and drawings, and the page on which everybody can draw again.

/ban-to-chuc/hoi-cho/{slug}/don-dang-ky/thu-tu    applications/choice.html   rule, preview, drawings; POST keeps the rule
…/thu-tu/chot (POST)                              fix the secret of the next drawing and tell its hash
…/thu-tu/{number}/boc (POST)                      draw
/hoi-cho/{slug}/thu-tu                            applications/order.html    drawings, list, seed, how to draw again
/hoi-cho/{slug}/thu-tu/{number}/danh-sach.txt     the document that `chophien redraw` reads
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import PlainTextResponse, Response

from service import fairs
from service.accounts import Actor
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.i18n import _
from service.web.deps import Acting, Me, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

applications = fairs.applications
router = APIRouter()
BASE = "/ban-to-chuc/hoi-cho/{slug}/don-dang-ky/thu-tu"
PUBLIC = "/hoi-cho/{slug}/thu-tu"
SPARE = 3  # Empty lines for claims that the form offers.
A_PAGE = 100
Number = Annotated[int, Path(ge=1, le=10_000)]
After = Annotated[int, Query(ge=0, le=100_000)]  # The list goes on behind this place.


@router.get(BASE)
async def choice(request: Request, slug: str, page: Page, me: Signed, session: Session, sau: After = 0) -> Response:
    """The rule, what it would give today, and the drawings so far."""
    return await _page(request, page, session, slug, me, None, after=sau)


@router.post(BASE)
async def set_rule(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep the rule."""
    data = await request.form(max_fields=100, max_files=0)
    typed = {name: str(value) for name, value in data.items()}
    claims = [
        {"code": typed.get(f"claim_{n}_code", ""), "name": typed[f"claim_{n}_name"], "name_en": typed.get(f"claim_{n}_name_en"),
         "points": typed.get(f"claim_{n}_points") or "0"}
        for n in range(1, applications.MOST_CLAIMS + SPARE + 1) if typed.get(f"claim_{n}_name", "").strip()
    ]  # fmt: skip
    names = ("per_star", "per_year", "most_years", "first_time")
    plain: dict[str, Any] = {name: typed[name] or "0" for name in names if name in typed}
    form = forms.checked({**plain, "claims": claims, "version": typed.get("version")}, applications.RuleDraft)
    form.typed = typed
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: applications.set_rule(session, me, slug, value))
        if refusal is None:
            return page.redirect(BASE.format(slug=slug), _("Đã lưu cách tính điểm. Cách này tính từ lần bốc thăm tới."))
        form.add(refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message})
    return await _page(request, page, session, slug, me, form, status=409 if isinstance(refusal, Conflict) else 422)


@router.post(f"{BASE}/chot")
async def promise(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Fix the secret, and tell its hash."""
    form = await forms.read(request, applications.PromiseDraft)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: applications.promise_draw(session, me, slug, value))
        if refusal is None:
            return page.redirect(BASE.format(slug=slug), _("Đã chốt hạt giống và công bố dấu vân của nó. Giờ có thể bốc thăm."))
        form.add(refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message})
    return await _page(request, page, session, slug, me, form, status=409 if isinstance(refusal, Conflict) else 422)


@router.post(f"{BASE}/{{number}}/boc")
async def draw(request: Request, slug: str, number: Number, page: Page, me: Acting, session: Session) -> Response:
    """Draw with the word that was called out."""
    form = await forms.read(request, applications.DrawDraft)
    if form.value is None:
        raise Invalid(next(iter(form.errors.values())), form.errors)
    await applications.draw_order(session, me, slug, number, form.value)
    return page.redirect(BASE.format(slug=slug), _("Đã bốc thăm. Mỗi đơn vị được báo thứ tự và điểm của mình."))


@router.get(PUBLIC)
async def order(request: Request, slug: str, page: Page, me: Me, session: Session, sau: After = 0) -> Response:
    """The drawings with list, seed and the way to draw again: for everybody."""
    fair = await fairs.head(session, slug, me)
    found = await applications.drawings(session, slug, me)
    own = await applications.own_application(session, slug, me) if applications.is_supplier(me) and me is not None else None
    entries = applications.order_of(found[0]) if found else []
    return page.show(
        "applications/order.html", f=fair, drawings=found, order=entries[sau : sau + A_PAGE], total=len(entries), after=sau,
        rule=found[0].rule if found else (await applications.choice_rule(session, slug, me)).rule, own=own,
        claim_name=applications.claim_name, **_pages(request, sau, len(entries)),
    )  # fmt: skip


@router.get(f"{PUBLIC}/{{number}}/danh-sach.txt")
async def document(slug: str, number: Number, me: Me, session: Session) -> Response:
    """One drawing as the text that `chophien redraw` reads."""
    return PlainTextResponse(await applications.drawing_document(session, slug, me, number))


def _pages(request: Request, after: int, total: int) -> dict[str, Any]:
    """The addresses of the next page and of the first one, where there are such."""
    more = after + A_PAGE < total
    return {
        "next": here(request, sau=str(after + A_PAGE)) if more else None,
        "first": here(request, sau=None) if after else None,
    }


async def _page(
    request: Request, page: PageMaker, session: Session, slug: str, me: Actor, form: forms.Form[Any] | None, *,
    after: int = 0, status: int = 200,
) -> Response:  # fmt: skip
    fair = await fairs.head(session, slug, me)
    if not fairs.may_change(me, fair.organisation_id):
        raise NotAllowed(_("Chỉ ban tổ chức của hội chợ này mới làm được việc này."))
    view = await applications.choice_rule(session, slug, me)
    shown = forms.filled(_typed(view)) if form is None or "per_star" not in form.typed else form
    errors = form.errors if form is not None else {}
    lines = min(len(view.rule.claims) + SPARE, applications.MOST_CLAIMS)
    preview = await applications.preview(session, slug, me)
    return page.show(
        "applications/choice.html", status=status, f=fair, form=shown, errors=errors, rule=view.rule, version=view.version,
        lines=range(1, lines + 1), preview=preview[after : after + A_PAGE], total=len(preview), after=after,
        **_pages(request, after, len(preview)),
        drawings=await applications.drawings(session, slug, me), key=new_id(), base=BASE.format(slug=fair.slug),
        reason=form.typed.get("reason", "") if form is not None else "", part_name=applications.part_name,
        claim_name=applications.claim_name, state_name=applications.state_name,
    )  # fmt: skip


def _typed(view: applications.RuleView) -> dict[str, Any]:
    rule = view.rule
    claims = {
        f"claim_{n}_{name}": getattr(each, name) for n, each in enumerate(rule.claims, 1)
        for name in ("code", "name", "name_en", "points")
    }  # fmt: skip
    return {"per_star": rule.per_star, "per_year": rule.per_year, "most_years": rule.most_years,
            "first_time": rule.first_time, **claims}  # fmt: skip
