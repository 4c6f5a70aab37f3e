"""The reference data as readers see it: OCOP sub-groups and commodities with how many published products belong to each."""

from __future__ import annotations

from dataclasses import dataclass

from service.catalogue.queries import Reader
from service.core.i18n import locale


@dataclass(frozen=True, slots=True)
class CategoryView:
    """One of the OCOP sub-groups."""

    code: str
    name: str
    name_en: str
    group_name: str
    group_name_en: str
    products: int

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_en if locale() == "en" else self.name

    @property
    def group(self) -> str:
        """The group above it in the reader's language."""
        return self.group_name_en if locale() == "en" else self.group_name


@dataclass(frozen=True, slots=True)
class CommodityView:
    """A commodity that many makers' products belong to."""

    slug: str
    name: str
    name_en: str
    category_code: str | None
    hs_hint: str | None
    season_months: list[int]
    synonyms: list[str]
    products: int

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_en if locale() == "en" else self.name


PUBLISHED = """
  FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id
 WHERE p.state = 'published' AND s.state = 'published'
"""
CATEGORIES = f"""
SELECT g.code, g.name, g.name_en, g.group_name, g.group_name_en, coalesce(n.products, 0)
  FROM catalogue_category g
  LEFT JOIN (SELECT p.category_code, count(*) AS products {PUBLISHED} GROUP BY 1) n ON n.category_code = g.code
 ORDER BY g.position, g.code
"""  # noqa: S608 - nothing here comes from outside.
COMMODITIES = f"""
SELECT c.slug, c.name, c.name_en, c.category_code, c.hs_hint, c.season_months, c.synonyms, coalesce(n.products, 0)
  FROM catalogue_commodity c
  LEFT JOIN (SELECT p.commodity_id, count(*) AS products {PUBLISHED} GROUP BY 1) n ON n.commodity_id = c.id
 ORDER BY c.category_code NULLS LAST, c.name
"""  # noqa: S608 - nothing here comes from outside.


async def categories(reader: Reader) -> list[CategoryView]:
    """The OCOP sub-groups in the order of the decision, each with its number of published products."""
    found = await reader.execute(CATEGORIES)
    return [CategoryView(*row) for row in await found.fetchall()]


async def commodities(reader: Reader) -> list[CommodityView]:
    """The commodities by sub-group and name, each with its number of published products."""
    found = await reader.execute(COMMODITIES)
    return [CommodityView(*row) for row in await found.fetchall()]
