"""The list of products: one box, filters with counts, and the same address for a person, a bookmark and a search while typing.

/san-pham        catalogue/products.html (fragment catalogue/_results.html)
/san-pham/goi-y  catalogue/_suggestions.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import escape
from starlette.responses import Response

from service import catalogue, matching
from service.catalogue import Address, FacetGroup, Found
from service.core import places
from service.core.formats import kg, plain_number, vnd
from service.core.i18n import _, locale, speaking
from service.web.deps import Page, Reader
from service.web.pages.render import remembered
from service.web.pages.strips import month_name
from service.web.sealing import seal_soon

router = APIRouter()
SHOWN = 8  # Values of a group that are shown before what was chosen.


_place = lru_cache(maxsize=4000)(places.where)


@lru_cache
def _money(language: str) -> Callable[[int], str]:
    """Prices as they are written in a language; the same ones come again and again."""

    @lru_cache(maxsize=4000)
    def written(amount: int) -> str:
        with speaking(language):
            return vnd(amount)

    return written


@lru_cache
def _stars(language: str) -> dict[int, str]:
    """The stars of a card, as marks for the eye and in words for the ear."""
    with speaking(language):
        return {n: _stars_html(n) for n in (3, 4, 5)}


def _stars_html(n: int) -> str:
    words = escape(_("OCOP %(n)s sao", n=n))
    return f'<span class="stars"><span aria-hidden="true">OCOP {"★" * n}</span><span class="vh">{words}</span></span>'


def _cards(cards: str, listing: bool) -> str:
    """The cards of a list, from the text in which the search keeps them; `listing` puts a button on each for a shortlist."""
    if len(cards) < len('[{"slug":""}]'):
        return ""

    def context() -> dict[str, Any]:
        language = locale()
        shown = json.loads(cards)
        return {"cards": shown, "place": _place, "money": _money(language), "stars_shown": _stars(language), "listing": listing}

    return remembered("catalogue/_card.html", (cards, listing), context)


@dataclass(frozen=True, slots=True)
class Chip:
    """Something chosen, and the address without it."""

    text: str
    without: str


@router.get("/san-pham")
async def products(request: Request, page: Page, reader: Reader) -> Response:
    """Products that fit, best first, with the exact number behind every filter."""
    listing = await catalogue.find(reader, request.query_params.multi_items(), SHOWN)
    address, found, groups = listing.address, listing.found, listing.groups
    seal_soon()
    here = _to(address.kept)
    may_list = matching.may_keep_lists(page.me) and page.me is not None and page.me.may_write
    answer = page.show(
        "catalogue/products.html",
        fragment="catalogue/_results.html",
        status=422 if address.errors else 200,
        asked=address.asked,
        typed=dict(address.kept),
        errors=address.errors,
        found=found,
        cards=_cards(found.cards, may_list),
        saving=_saving(address) if page.me is not None and not address.errors else "",
        groups=[group for group in groups if group.name != "month"],
        months=_months(groups),
        sorts=_sorts(),
        chips=_chips(address, groups),
        suppliers=[name for name in found.names if name[0] == "s"],
        commodities=[name for name in found.names if name[0] == "g"],
        hints=_hints(address, found),
        here=here,
        first=_to(address.kept, cursor=None) if address.asked.cursor else None,
        next=_to(address.kept, cursor=found.next) if found.next else None,
    )
    if "hx-request" in request.headers:
        answer.headers["HX-Push-Url"] = here
    return answer


@router.get("/san-pham/goi-y")
async def suggestions(request: Request, page: Page, reader: Reader) -> Response:
    """What somebody who has typed this far may want."""
    return page.show(
        "catalogue/_suggestions.html", found=await catalogue.suggest(reader, request.query_params.get("q", "")[:200])
    )


def _to(kept: list[tuple[str, str]], **changes: str | None) -> str:
    """The address of this list with some parameters changed; a change of what is asked begins at the first page."""
    pairs = [(name, value) for name, value in kept if name not in changes and (name != "cursor" or not changes)]
    pairs.extend((name, value) for name, value in changes.items() if value is not None)
    return f"/san-pham?{urlencode(pairs)}" if pairs else "/san-pham"


def _saving(address: Address) -> str:
    """What is kept when the reader saves this search: its parameters without order and page; empty where nothing is asked."""
    return urlencode([pair for pair in address.kept if pair[0] not in ("cursor", "limit", "sort")])


def _without(kept: list[tuple[str, str]], name: str, value: str) -> str:
    pairs = [pair for pair in kept if pair != (name, value) and pair[0] != "cursor"]
    return f"/san-pham?{urlencode(pairs)}" if pairs else "/san-pham"


def _chips(address: Address, groups: list[FacetGroup]) -> list[Chip]:
    named = {(group.name, option.value): option.name for group in groups for option in group.options}
    chips = []
    for name, value in address.kept:
        if name in ("cursor", "limit", "sort"):
            continue
        words = {
            "q": f"“{value.strip()}”",
            "price_max": _("đến %(price)s", price=vnd(address.asked.price_max)),
            "kg": _("có ít nhất %(kg)s", kg=kg(address.asked.kg)),
            "month": month_name(address.asked.month or 1),
            "supplier": _("của %(name)s", name=value),
        }.get(name)
        chips.append(Chip(words or named.get((name, value), value), _without(address.kept, name, value)))
    return chips


def _months(groups: list[FacetGroup]) -> list[tuple[str, str]]:
    counted = {option.value: option.count for group in groups if group.name == "month" for option in group.options}
    return [
        (str(n), _("%(month)s (%(count)s đúng vụ)", month=month_name(n).capitalize(), count=counted.get(str(n), 0)))
        for n in range(1, 13)
    ]


def _sorts() -> list[tuple[str, str]]:
    return [
        ("", _("Phù hợp nhất")),
        ("price", _("Giá từ thấp")),
        ("-price", _("Giá từ cao")),
        ("name", _("Tên A–Z")),
        ("new", _("Mới đăng")),
    ]


def _hints(address: Address, found: Found) -> list[tuple[str, str]]:
    """What the words said besides goods, offered as a filter and never applied unasked."""
    meaning, asked = found.meaning, address.asked
    hints = []
    if meaning.kg is not None and asked.kg is None:
        change: dict[str, Any] = {"kg": plain_number(meaning.kg)}
        said = _("có %(kg)s", kg=kg(meaning.kg))
        if meaning.month is not None:
            change["month"] = str(meaning.month)
            said = _("có %(kg)s trong %(month)s", kg=kg(meaning.kg), month=month_name(meaning.month))
        hints.append((said, _to(address.kept, **change)))
    elif meaning.month is not None and asked.month is None:
        hints.append((_("đúng vụ %(month)s", month=month_name(meaning.month)), _to(address.kept, month=str(meaning.month))))
    if meaning.price_max is not None and asked.price_max is None:
        hints.append(
            (_("giá đến %(price)s", price=vnd(meaning.price_max)), _to(address.kept, price_max=str(meaning.price_max)))
        )
    if meaning.stars is not None and "s" not in asked.filters:
        hints.append((_("OCOP %(n)s sao", n=meaning.stars), _to(address.kept, stars=str(meaning.stars))))
    return hints
