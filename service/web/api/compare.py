"""Products side by side, for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from service import matching
from service.web.api.shapes import Out, Parameters
from service.web.deps import Me, Session

router = APIRouter(tags=["compare"])
SCOPE = "catalogue"


class CompareParameters(Parameters):
    """Which products, in which order."""

    product: list[str] = Field(min_length=1, max_length=20, description="Slugs; the first four different ones are compared.")


class MonthOut(Out):
    """One of the next twelve months."""

    year: int
    month: int
    season: bool
    free_kg: float | None = Field(description="Null where nobody has declared any capacity.")


class ComparedOut(Out):
    """One of the products."""

    slug: str
    name: str
    supplier_slug: str
    supplier_name: str
    photo: str | None
    illustrative: bool
    months: list[MonthOut]


class CellOut(Out):
    """What one product says on one line."""

    lines: list[str]
    note: str = Field(description="What marks it among the others, in words; empty where nothing does.")


class LineOut(Out):
    """One line of the comparison, a cell for each product in their order."""

    name: str
    label: str
    differs: bool
    unclear: bool = Field(description="Not all say something, and those that do agree.")
    cells: list[CellOut]


class ComparisonOut(Out):
    """The products in the order in which they were asked for."""

    products: list[ComparedOut]
    lines: list[LineOut]
    missing: list[str] = Field(description="Not there, or not shown any more.")
    left_out: list[str] = Field(description="Beyond the fourth.")


@router.get("/compare")
async def compare(me: Me, session: Session, asked: Annotated[CompareParameters, Query()]) -> ComparisonOut:
    """Two to four products side by side, as the caller may see them."""
    found = await matching.compare(session, [slug[:200] for slug in asked.product], me)
    return ComparisonOut(
        products=[_product(each) for each in found.products],
        lines=[LineOut.model_validate(line) for line in found.lines],
        missing=found.missing,
        left_out=found.left_out,
    )


def _product(each: matching.Compared) -> ComparedOut:
    page = each.page
    months = [MonthOut(year=cell.year, month=cell.month, season=cell.season, free_kg=cell.free) for cell in page.cells]
    return ComparedOut(
        slug=page.slug, name=page.title, supplier_slug=page.supplier.slug, supplier_name=page.supplier.title,
        photo=page.photos[0].src_320 if page.photos else None, illustrative=page.illustrative, months=months,
    )  # fmt: skip
