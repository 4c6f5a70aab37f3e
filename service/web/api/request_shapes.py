"""A sourcing request as programs get it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from service import matching
from service.web.api.shapes import Out


class MonthOut(Out):
    """So many kilograms in one month."""

    year: int
    month: int
    kg: float


class BuyerOut(Out):
    """Whose request it is."""

    slug: str
    name: str
    kind: str
    verified: bool
    illustrative: bool


class CommodityRef(Out):
    """A reference commodity."""

    slug: str
    name: str
    name_en: str


class RequestOut(Out):
    """One sourcing request."""

    code: str
    title: str
    state: str = Field(description="draft, open or closed.")
    answerable: bool = Field(description="Open, and its deadline not over.")
    visibility: str = Field(description="public, matched, anonymous or invited.")
    buyer: BuyerOut | None = Field(description="Null where the buyer is not named.")
    commodity: CommodityRef | None
    words: str | None
    months: list[MonthOut]
    total_kg: float
    ceiling_vnd_per_kg: int | None
    min_stars: int | None
    certificates: list[str]
    pack_net_g: int | None
    delivery_province_code: str
    place: str | None
    deadline: date | None
    note: str | None
    sealed: bool = Field(description="Nobody reads a quote before the deadline is over.")
    closes_at_quotes: int | None = Field(description="So many quotes end it before its deadline; null where none do.")
    quotes: int = Field(description="How many suppliers have quoted.")
    mark: str | None = Field(description="The protected name under which the goods will be sold: its slug.")
    extra: dict[str, Any] = Field(description="What a matching round asks besides.")
    opened_at: datetime | None
    illustrative: bool
    version: int


def request_out(view: matching.RequestView) -> RequestOut:
    """A request as programs get it."""
    return RequestOut(
        code=view.code,
        title=view.title,
        state=view.state,
        answerable=view.answerable,
        visibility=view.visibility,
        buyer=BuyerOut.model_validate(view.buyer) if view.buyer else None,
        commodity=CommodityRef.model_validate(view.commodity) if view.commodity else None,
        words=view.words,
        months=[MonthOut(year=day.year, month=day.month, kg=float(kg)) for day, kg in view.months],
        total_kg=float(view.total),
        ceiling_vnd_per_kg=view.ceiling,
        min_stars=view.min_stars,
        certificates=list(view.certificates),
        pack_net_g=view.pack_g,
        delivery_province_code=view.province_code,
        place=view.place,
        deadline=view.deadline,
        note=view.note,
        sealed=view.sealed,
        closes_at_quotes=view.closes_at_quotes,
        quotes=view.quotes,
        mark=view.mark_slug,
        extra=dict(view.extra),
        opened_at=view.opened_at,
        illustrative=view.illustrative,
        version=view.version,
    )
