"""A record in words, field by field and nothing left out: what somebody is asked to agree to, or what was typed of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from service import accounts, catalogue
from service.core import formats, places
from service.core.i18n import _, locale
from service.web.pages.desk_forms import product_labels, profile_labels
from service.web.pages.histories import written

Line = tuple[str, str]


def supplier_lines(shown: catalogue.Shown) -> list[Line]:
    """Every field of the supplier with its value; an empty one as a dash."""
    return [(label, _supplier_value(name, shown.said.get(name))) for name, label in profile_labels().items()]


def product_lines(product: catalogue.ShownProduct, goods: dict[str, str], groups: dict[str, str]) -> list[Line]:
    """Every field of a product, then its packs. `goods` and `groups` are the names of commodities and OCOP sub-groups."""
    lines = [(label, _product_value(name, product.said.get(name), goods, groups)) for name, label in product_labels().items()]
    packs = [
        " · ".join([pack["name"], formats.grams(pack["net_weight_g"]), formats.vnd(pack["retail_price_vnd"])])
        for pack in product.packs
    ]
    return [*lines, (_("Quy cách"), "; ".join(packs) or "–")]


def paper_line(paper: catalogue.ShownPaper) -> str:
    """A paper on one line."""
    said = paper.said
    known = catalogue.KINDS.get(said["kind"])
    parts = [
        known.called(locale()) if known else said["kind"],
        _("%(n)s sao", n=said["stars"]) if said["stars"] else "",
        _("số %(number)s", number=said["number"]) if said["number"] else "",
        said["issuer"] or "",
        _("cấp ngày %(day)s", day=formats.day(said["issued_on"])) if said["issued_on"] else "",
        _("có hiệu lực đến %(day)s", day=formats.day(said["valid_to"])) if said["valid_to"] else "",
        paper.product or "",
    ]
    return " · ".join(part for part in parts if part)


def _supplier_value(name: str, value: Any) -> str:
    if name == "legal_form" and value:
        return catalogue.legal_form_name(value)
    if name in ("province_code", "commune_code"):
        place = places.commune(value) if name == "commune_code" else places.province(value)
        return place.full_name if place is not None else "–"
    if name in ("phone", "tax_code"):
        return formats.phone(value) if name == "phone" else accounts.shown_tax_code(value) or "–"
    if name == "founded" and value:
        return str(value)
    if name == "wholesale_public":
        return _("có") if value else _("không")
    return _plainly(value)


def _product_value(name: str, value: Any, goods: dict[str, str], groups: dict[str, str]) -> str:
    if name == "commodity":
        return goods.get(value, "–")
    if name == "category_code":
        return f"{value} {groups.get(value, '')}".strip() if value else "–"
    if name == "season_months":
        return ", ".join(f"T{month}" for month in value or ()) or "–"
    return _plainly(value)


def _plainly(value: Any) -> str:
    return formats.number(value) if isinstance(value, Decimal) else written(value)
