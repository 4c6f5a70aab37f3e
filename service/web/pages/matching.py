"""Pages of matching: what buyers look for, who could supply it, and the supplier's list of requests that fit.

/tim-hang              matching/requests.html   found, chosen, the choices of the filters, own (a buyer's own requests)
/tim-hang/{code}       matching/request.html    ranked (matching.RankedView), may_revise; htmx: matching/_candidates.html
/ban-hang/yeu-cau      matching/for_supplier.html   fits (matching.FitList)
/tim-hang/moi, /tim-hang/{code}/sua, …          see requests.py
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from service import matching
from service.accounts import Role
from service.core import clock, formats, places
from service.core.db import new_id
from service.core.i18n import _, locale
from service.web.deps import Me, Page, Session, Signed
from service.web.pages import forms, requests, saved_weights
from service.web.pages.render import environment, here
from service.web.pages.waiting import all_waiting

router = APIRouter()
router.include_router(requests.router)
router.include_router(saved_weights.router)
MORE = 20
MOST_SHOWN = 100
ASKED_SHOWN = 4


class Asked(BaseModel):
    """How the candidates of a request are to be weighed and how many of them are shown."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    weight_coverage: float = Field(default=5, ge=0, le=10)
    weight_price: float = Field(default=4, ge=0, le=10)
    weight_quality: float = Field(default=3, ge=0, le=10)
    weight_certificates: float = Field(default=1, ge=0, le=10)
    weight_relevance: float = Field(default=2, ge=0, le=10)
    weight_distance: float = Field(default=2, ge=0, le=10)
    weight_reliability: float = Field(default=2, ge=0, le=10)
    show: int = Field(default=10, ge=1, le=MOST_SHOWN)

    def weights(self) -> matching.Weights:
        """The weights of the ranking."""
        return matching.Weights(*(getattr(self, f"weight_{name}") for name in matching.FACTORS))


@router.get("/tim-hang")
async def request_list(
    request: Request,
    page: Page,
    me: Me,
    session: Session,
    commodity: Annotated[str, Query(max_length=100)] = "",
    city: Annotated[str, Query(max_length=100)] = "",
    month: Annotated[str, Query(max_length=2)] = "",
    stars: Annotated[str, Query(max_length=1)] = "",
    buyer: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """The open requests, newest first; filters work without JavaScript and stand in the address."""
    search = matching.RequestSearch(
        commodity=commodity or None,
        province=_city(city),
        month=int(month) if month.isdecimal() and 1 <= int(month) <= 12 else None,
        stars=int(stars) if stars in {"3", "4", "5"} else None,
        buyer=buyer or None,
        cursor=cursor or None,
    )
    found = await matching.open_requests(session, search, me)
    own = await matching.own_requests(session, me) if me is not None and me.role is Role.BUYER else []
    return page.show(
        "matching/requests.html",
        waits=await all_waiting(session, me) if me is not None and me.role is Role.BUYER else None,
        today=clock.today(),
        found=found,
        own=own,
        chosen={"commodity": commodity, "city": search.province or "", "month": search.month or "", "stars": stars},
        commodities=[(each.slug, f"{each.called(locale())} ({count})") for each, count in found.commodities],
        cities=[(code, f"{_called(code)} ({count})") for code, count in found.cities],
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
        may_post=me is None or me.role is Role.BUYER,
        unverified=me is not None and me.role is Role.BUYER and not me.verified,
    )


@router.get("/tim-hang/{code}")
async def request_page(
    request: Request, code: str, page: Page, me: Me, session: Session, asked: Annotated[Asked, Query()]
) -> Response:
    """One request and everyone who could answer it; weights moved by the reader are answered at once."""
    given = asked.weights() if any(name.startswith("weight_") for name in request.query_params) else None
    ranked = await matching.ranked(session, code, given, actor=me, limit=asked.show)
    view = ranked.request
    keeps_weights = view.mine and matching.weights.may_keep_weights(me)
    kept = await matching.weights.weights_of(session, me.organisation_id) if keeps_weights and me is not None else None
    invited = await matching.invitations.invited_suppliers(session, me, code) if me is not None and view.mine else {}
    fields = await matching.rounds.fields_for(session, view.round_id) if view.round_id is not None else ()
    today = clock.today()
    may_invite = (
        view.mine
        and me is not None
        and me.organisation_id is not None
        and matching.invitations.may_invite(me, view, me.organisation_id, today, view.quotes)
    )
    return page.show(
        "matching/request.html",
        fragment="matching/_candidates.html",
        ranked=ranked,
        nav=await matching.request_tabs(session, view),
        tab="",
        extra=matching.rounds.answers(fields, view.extra),
        invited=invited,
        state_name=matching.invitations.state_name,
        may_invite=may_invite,
        form=forms.filled({"answer_by": formats.day(matching.invitations.answer_by(today, view.deadline))}),
        key=new_id(),
        answers=(await matching.quotes.buyer_answers(session, [view.buyer.id])).get(view.buyer.id) if view.buyer else None,
        may_revise=ranked.request.mine and ranked.request.state != "closed" and me is not None and me.may_write,
        more=here(request, show=str(min(asked.show + MORE, MOST_SHOWN))) if asked.show < MOST_SHOWN else None,
        weights=[(name, matching.factor_name(name), value) for name, value in ranked.weights.named()],
        keeps_weights=keeps_weights,
        weights_version=kept.version if kept is not None else 0,
        has_kept_weights=kept is not None and kept.weights is not None,
        checklist=await matching.checklists.checklist_of(session, view.buyer.id) if view.buyer is not None else None,
        show=asked.show,
        strip_of=_strip_of,
        bar_of=_bar_of,
    )


@router.get("/ban-hang/yeu-cau")
async def for_supplier(page: Page, me: Signed, session: Session) -> Response:
    """The open requests that the reader's own products could answer, best first, and why not the others."""
    fits = await matching.requests_for_supplier(session, me)
    supplies = me.role is Role.SUPPLIER
    asked = await matching.invitations.own_invitations(session, me, limit=ASKED_SHOWN) if supplies else None
    return page.show(
        "matching/for_supplier.html",
        fits=fits,
        asked=asked,
        waits=await all_waiting(session, me),
        state_name=matching.invitations.state_name,
        is_supplier=supplies,
    )


def _strip_of(view: matching.CandidateView) -> Markup:
    """What a candidate can give on the twelve-month strip. Many give the same (all that is asked), so few strips are drawn."""
    return _drawn(tuple(view.cells), locale())


@lru_cache(maxsize=400)  # A strip is about 3 kB.
def _drawn(cells: tuple[Any, ...], language: str) -> Markup:
    strip = environment(language).get_template("ui.html").module.strip  # type: ignore[attr-defined] # A macro of the template.
    return Markup(strip(cells, _("Giao được mỗi tháng, trên số kg cần"), quiet=True))  # noqa: S704 - a macro's own output.


def _bar_of(score: float, label: str | None = None) -> Markup:
    """A thin bar; a page has a hundred of them, and few differ."""
    return _barred(round(score * 100), label, locale())


@lru_cache(maxsize=2000)
def _barred(points: int, label: str | None, language: str) -> Markup:
    bar = environment(language).get_template("ui.html").module.score_bar  # type: ignore[attr-defined] # A macro of the template.
    return Markup(bar(points / 100, label))  # noqa: S704 - a macro's own output.


def _city(typed: str) -> str | None:
    """The code of a province of today that is meant by a code or a name; an unknown one finds nothing."""
    return (places.code_meant(typed, "province") or "00") if typed.strip() else None


def _called(code: str) -> str:
    known = places.province(code)
    return known.full_name if known else code
