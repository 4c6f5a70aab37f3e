"""The market at a glance, for its front page: how much there is, what is in season, the OCOP groups, and who came last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import psycopg

from service.catalogue import kinds
from service.core import places
from service.core.i18n import locale

Reader = psycopg.AsyncConnection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class InSeason:
    """A commodity in its season, with its months and how many published products there are of it."""

    slug: str
    name: str
    name_en: str
    season_months: list[int]
    products: int

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_en if locale() == "en" else self.name


@dataclass(frozen=True, slots=True)
class Group:
    """An OCOP sub-group that has published products."""

    code: str
    name: str
    name_en: str
    group: str
    group_en: str
    products: int

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_en if locale() == "en" else self.name

    @property
    def heading(self) -> str:
        """The name of the group above, in the reader's language."""
        return self.group_en if locale() == "en" else self.group


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A supplier that joined lately."""

    slug: str
    name: str
    name_en: str | None
    legal_form: str
    province_code: str | None
    commune_code: str | None
    illustrative: bool
    products: int

    @property
    def title(self) -> str:
        """The name in the reader's language, where there is one."""
        return (self.name_en or self.name) if locale() == "en" else self.name

    @property
    def legal_form_name(self) -> str:
        """The legal form in words."""
        return kinds.legal_form_name(self.legal_form)

    @property
    def place(self) -> str:
        """The place in words; empty when unknown."""
        return places.where(self.province_code, self.commune_code)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the front page says of the catalogue."""

    products: int
    suppliers: int
    in_season: list[InSeason]
    groups: list[Group]
    newcomers: list[Newcomer]

    @property
    def headings(self) -> list[tuple[str, list[Group]]]:
        """The groups under the headings of the OCOP list, in its own order."""
        return [(heading, list(groups)) for heading, groups in groupby(self.groups, key=lambda each: each.heading)]


# The products of a supplier that has withdrawn are nowhere to be seen, so they are counted nowhere.
OVERVIEW = """
WITH shown AS MATERIALIZED (
  SELECT p.commodity_id, p.category_code
    FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id AND s.state = 'published'
   WHERE p.state = 'published')
SELECT
  (SELECT count(*) FROM shown),
  (SELECT count(*) FROM catalogue_supplier WHERE state = 'published'),
  (SELECT json_agg(json_build_array(t.slug, t.name, t.name_en, t.season_months, t.products)) FROM (
     SELECT c.slug, c.name, c.name_en, c.season_months, count(*) AS products
       FROM catalogue_commodity c JOIN shown p ON p.commodity_id = c.id
      WHERE %(month)s = ANY (c.season_months) AND cardinality(c.season_months) < 12
      GROUP BY c.id ORDER BY products DESC, c.slug LIMIT 10) t),
  (SELECT json_agg(json_build_array(t.code, t.name, t.name_en, t.group_name, t.group_name_en, t.products) ORDER BY t.position)
     FROM (
     SELECT g.code, g.name, g.name_en, g.group_name, g.group_name_en, g.position, count(*) AS products
       FROM catalogue_category g JOIN shown p ON p.category_code = g.code
      GROUP BY g.code) t),
  (SELECT json_agg(json_build_array(t.slug, t.name, t.name_en, t.legal_form, t.province_code, t.commune_code, t.illustrative,
     (SELECT count(*) FROM catalogue_product p WHERE p.supplier_id = t.id AND p.state = 'published'))) FROM (
     SELECT * FROM catalogue_supplier s WHERE s.state = 'published' ORDER BY s.id DESC LIMIT 6) t)
"""


async def overview(reader: Reader, month: int) -> Overview:
    """The catalogue at a glance, in one statement. A commodity that is in season all year round is no news of this month."""
    found = await reader.execute(OVERVIEW, {"month": month})
    rows: Sequence[Sequence[Any]] = await found.fetchall()
    ((products, suppliers, in_season, groups, newcomers),) = rows
    return Overview(
        products,
        suppliers,
        [InSeason(*each) for each in in_season or ()],
        [Group(*each) for each in groups or ()],
        [Newcomer(*each) for each in newcomers or ()],
    )
