"""The counts beside a list of results, with their names in the reader's language."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from service.catalogue.kinds import KINDS
from service.catalogue.search.engine import Asked, Reader
from service.core import places
from service.core.i18n import _, locale
from service.core.text import fold

GROUPS = {"category": "c", "commodity": "g", "stars": "s", "certificate": "k", "province": "p", "commune": "w", "month": "m"}
NAMES_HOLD_SECONDS = 30.0  # A category's or commodity's new name shows after this long at the latest; a new one at once.


@dataclass(slots=True)
class Labels:
    """Names of categories and commodities, as (Vietnamese, English)."""

    categories: dict[str, tuple[str, str]] = field(default_factory=dict)
    commodities: dict[str, tuple[str, str]] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)
    read_at: float = float("-inf")
    written: dict[str, dict[str, str]] = field(default_factory=dict)  # Language → facet → name, as they were needed.

    def of(self, facet: str) -> str:
        """The name of a facet in the reader's language."""
        names = self.written.setdefault(locale(), {})
        found = names.get(facet)
        if found is None:
            found = names[facet] = self._of(facet)
        return found

    def _of(self, facet: str) -> str:
        kind, value = facet[0], facet[1:]
        english = locale() == "en"
        if kind == "c":
            return self.categories.get(value, (value, value))[english]
        if kind == "g":
            return self.commodities.get(value, (value, value))[english]
        if kind == "s":
            return _("%(n)s sao", n=value)
        if kind == "k":
            known = KINDS.get(value)
            return known.label("en" if english else "vi") if known else value
        if kind == "m":
            return _("tháng %(n)s", n=int(value))
        place = places.province(value) if kind == "p" else places.commune(value)
        return place.full_name if place else value


@dataclass(slots=True)
class Option:
    """One value of a group with the exact number of products."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(slots=True)
class FacetGroup:
    """One group of filters."""

    name: str
    title: str
    options: list[Option]


_labels = Labels()


async def labels(reader: Reader, facets: Iterable[str] = ()) -> Labels:
    """The names; read again when they are old, or when one is asked for that is not among them."""
    fresh = time.monotonic() - _labels.read_at < NAMES_HOLD_SECONDS
    if fresh and all(
        f[1:] in _labels.categories if f[0] == "c" else f[1:] in _labels.commodities if f[0] == "g" else True for f in facets
    ):
        return _labels
    found = await reader.execute(
        "SELECT 'c', g.code, g.name, g.name_en FROM catalogue_category g "
        "UNION ALL SELECT 'g', c.slug, c.name, c.name_en FROM catalogue_commodity c"
    )
    rows = await found.fetchall()
    _labels.categories = {code: (name, name_en) for kind, code, name, name_en in rows if kind == "c"}
    _labels.commodities = {slug: (name, name_en) for kind, slug, name, name_en in rows if kind == "g"}
    _labels.by_name = {fold(name): slug for slug, (name, _name_en) in _labels.commodities.items()}
    _labels.written = {}
    _labels.read_at = time.monotonic()
    return _labels


async def settle(reader: Reader, asked: Asked) -> dict[str, str]:
    """Turn a category's group ("I.3") into its sub-groups and a commodity's name into its slug; what nobody knows is told."""
    errors: dict[str, str] = {}
    wanted = [*asked.filters.get("c", ()), *asked.filters.get("g", ())]
    if not wanted:
        return errors
    known = await labels(reader, wanted)
    if categories := asked.filters.pop("c", None):
        found = [
            f"c{code}"
            for code in known.categories
            if any(code == one[1:] or code.startswith(f"{one[1:].rstrip('.')}.") for one in categories)
        ]
        if not found or not all(
            any(code[1:] == one[1:] or code[1:].startswith(f"{one[1:].rstrip('.')}.") for code in found) for one in categories
        ):
            errors["category"] = _("Không có nhóm sản phẩm “%(code)s”.", code=categories[0][1:][:40])
        if found:
            asked.filters["c"] = found
    if goods := asked.filters.pop("g", None):
        slugs = [one[1:] if one[1:] in known.commodities else known.by_name.get(fold(one[1:]), "") for one in goods]
        if not all(slugs):
            errors["commodity"] = _("Không có mặt hàng “%(name)s”.", name=goods[0][1:][:40])
        if any(slugs):
            asked.filters["g"] = [f"g{slug}" for slug in slugs if slug]
    return errors


def counts(facets: str) -> dict[str, int]:
    """The counts by facet."""
    counted: dict[str, int] = json.loads(facets)
    return counted


def groups(counted: dict[str, int], asked: Asked, known: Labels, most: int = 0) -> list[FacetGroup]:
    """The groups in the order of the page, each with the most frequent values (all when `most` is 0) and what is chosen."""
    by_kind: dict[str, list[str]] = {kind: [] for kind in GROUPS.values()}
    for facet in counted:
        if facet[0] in by_kind and not facet.startswith("wx"):
            by_kind[facet[0]].append(facet)
    titles = {
        "category": _("Nhóm sản phẩm"),
        "commodity": _("Mặt hàng"),
        "stars": _("Hạng OCOP"),
        "certificate": _("Giấy chứng nhận"),
        "province": _("Tỉnh, thành phố"),
        "commune": _("Xã, phường"),
        "month": _("Vào mùa tháng"),
    }
    made = []
    written = known.of
    for name, kind in GROUPS.items():
        chosen = set(asked.filters.get(kind, ()))
        found = by_kind[kind]
        found.extend(facet for facet in chosen if facet not in counted and facet[0] == kind and not facet.startswith("wx"))
        if kind in "sm":
            found.sort(reverse=kind == "s")
        else:
            found.sort(key=lambda facet: (-counted.get(facet, 0), facet))
            if most and len(found) > most:
                found = [*found[:most], *(facet for facet in found[most:] if facet in chosen)]
        options = [Option(_value(facet), written(facet), counted.get(facet, 0), facet in chosen) for facet in found]
        if options:
            made.append(FacetGroup(name, titles[name], options))
    return made


def _value(facet: str) -> str:
    return str(int(facet[1:])) if facet[0] == "m" else facet[1:]


__all__ = ["FacetGroup", "Labels", "Option", "counts", "groups", "labels", "settle"]
