"""Reads of checklists and of readiness, each for one reader; as many statements for a hundred products as for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import catalogue
from service.accounts import Actor
from service.catalogue import OfferRow, ProductPage
from service.core import clock, places
from service.core.errors import NotAllowed
from service.core.i18n import _, locale
from service.matching.checklists import rules, words
from service.matching.checklists.judging import Answer, Goods, Held, Point, Wish, judge
from service.matching.checklists.models import Wanted

MOST_BUYERS = 300

_LISTS = """
SELECT b.id AS buyer_id, b.organisation_id, b.slug, b.name, b.state, b.province_code, b.illustrative, c.id, c.note,
       c.version, c.updated_at,
       (SELECT json_agg(json_build_array(i.id, i.kind, i.required, i.number, i.code, i.words) ORDER BY i.position, i.id)
          FROM matching_checklist_item i WHERE i.checklist_id = c.id) AS items,
       (SELECT json_agg(json_build_array(a.item_id, a.product_id, a.accepts, a.words))
          FROM matching_checklist_item i JOIN matching_checklist_answer a ON a.item_id = i.id
         WHERE i.checklist_id = c.id AND a.product_id = ANY(:products)) AS answers
  FROM matching_checklist c JOIN matching_buyer b ON b.id = c.buyer_id
"""
_OF_BUYER = text(f"{_LISTS} WHERE c.buyer_id = :buyer").bindparams(
    bindparam("products", type_=ARRAY(Uuid)), bindparam("buyer", type_=Uuid)
)
_OF_ORGANISATION = text(f"{_LISTS} WHERE b.organisation_id = :organisation").bindparams(
    bindparam("products", type_=ARRAY(Uuid)), bindparam("organisation", type_=Uuid)
)
_SHOWN = text(f"{_LISTS} WHERE b.state = 'verified' ORDER BY b.name, b.id LIMIT {MOST_BUYERS}").bindparams(
    bindparam("products", type_=ARRAY(Uuid))
)


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """The conditions of one buyer; `required` and `not_required` are what it says, all else is unknown."""

    id: UUID
    buyer_id: UUID
    organisation_id: UUID
    buyer_slug: str
    buyer_name: str
    province_code: str | None
    illustrative: bool
    shown: bool
    note: str | None
    version: int
    updated_at: datetime
    wishes: tuple[Wish, ...]
    answers: Mapping[UUID, Mapping[UUID, Answer]]  # By product, then by condition.

    @property
    def required(self) -> list[str]:
        """What it asks for, in words."""
        return [words.condition(each) for each in self.wishes if each.required]

    @property
    def not_required(self) -> list[str]:
        """What it says not to ask for, in words."""
        return [words.condition(each) for each in self.wishes if not each.required]


@dataclass(frozen=True, slots=True)
class GapView:
    """One thing that is missing: in words, whether it fails or nobody knows, and which part of the desk closes it."""

    text: str
    unknown: bool
    part: str | None  # None: the supplier answers it right there.
    item_id: UUID
    refused: bool = False


@dataclass(frozen=True, slots=True)
class ReadinessView:
    """How ready one product is for one buyer, in words."""

    product_id: UUID
    product_slug: str
    product_name: str
    buyer_slug: str
    buyer_name: str
    held: int
    required: int
    unseen: int
    line: str
    gaps: list[GapView]

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return self.required > 0 and self.held == self.required


async def own_checklist(session: AsyncSession, actor: Actor) -> ChecklistView | None:
    """The checklist of the reader's own organisation; None while it has none."""
    if not rules.may_keep_checklist(actor):
        raise NotAllowed(_("Điều kiện vào hàng do nhà phân phối đặt. Hãy đăng nhập bằng tổ chức mua hàng."))
    found = await session.execute(_OF_ORGANISATION, {"organisation": actor.organisation_id, "products": []})
    row = found.mappings().one_or_none()
    return _view(row) if row is not None else None


async def checklist_of(session: AsyncSession, buyer_id: UUID) -> ChecklistView | None:
    """What a buyer asks for, for everybody who may know the buyer; None where it shows nothing."""
    row = (await session.execute(_OF_BUYER, {"buyer": buyer_id, "products": []})).mappings().one_or_none()
    return _view(row) if row is not None and rules.shows_checklist(row["state"]) else None


async def readiness(
    session: AsyncSession, checklist: ChecklistView | None, rows: Collection[OfferRow], actor: Actor | None
) -> dict[UUID, ReadinessView]:
    """How ready these products are for the buyer of the checklist, as this reader may see it: one statement more."""
    if checklist is None or not rows:
        return {}
    facts = await catalogue.shelf_facts(session, [row.id for row in rows])
    return {row.id: ready(checklist, row, facts.get(row.id), actor) for row in rows}


async def readiness_of(
    session: AsyncSession, buyer_id: UUID, rows: Collection[OfferRow], actor: Actor | None
) -> dict[UUID, ReadinessView]:
    """The same for a buyer by its id: one statement where it has no checklist that this reader may see, else two."""
    checklist = await checklist_for(session, buyer_id, [row.id for row in rows]) if rows else None
    if checklist is None or not (checklist.shown or rules.reads_before_shown(actor, checklist.organisation_id)):
        return {}
    return await readiness(session, checklist, rows, actor)


async def checklist_for(session: AsyncSession, buyer_id: UUID, products: Iterable[UUID]) -> ChecklistView | None:
    """A buyer's checklist with the answers for these products."""
    found = await session.execute(_OF_BUYER, {"buyer": buyer_id, "products": list(products)})
    row = found.mappings().one_or_none()
    return _view(row) if row is not None else None


async def own_checklist_for(session: AsyncSession, organisation_id: UUID, products: Iterable[UUID]) -> ChecklistView | None:
    """The same for the buyer that an organisation is."""
    found = await session.execute(_OF_ORGANISATION, {"organisation": organisation_id, "products": list(products)})
    row = found.mappings().one_or_none()
    return _view(row) if row is not None else None


async def shown_checklists(session: AsyncSession, products: Iterable[UUID]) -> list[ChecklistView]:
    """Every checklist that suppliers may see, with the answers for these products."""
    found = await session.execute(_SHOWN, {"products": list(products)})
    return [_view(row) for row in found.mappings()]


def ready_page(checklist: ChecklistView, page: ProductPage, lots: int, actor: Actor | None, place: str | None) -> ReadinessView:
    """How ready a product is whose page has been read already."""
    papers = tuple(
        Held(paper.kind, paper.stars, paper.issued_on, paper.valid_to, paper.status == "endless")
        for paper in page.certificates
        if paper.state == "checked"
    )
    goods = Goods(
        legal_form=page.supplier.legal_form,
        papers=papers,
        barcodes=tuple(pack.gtin for pack in page.packs if pack.gtin),
        packs=len(page.packs),
        packs_g=tuple(pack.net_weight_g for pack in page.packs if pack.net_weight_g),
        photos=len(page.photos),
        lots=lots,
        in_english=bool(page.name_en),
        least_order_kg=page.least_order_kg,
        lead_days=page.lead_days,
        shelf_life_days=page.shelf_life_days,
        days_on_road=days_on_road(place, checklist.province_code),
    )
    named = (page.id, page.slug, page.title, page.supplier.organisation_id)
    return _judged(checklist, named, goods, actor)


def goods_of(row: OfferRow, facts: catalogue.ShelfFacts | None, checklist: ChecklistView) -> Goods:
    """A row of the catalogue as the checklist sees it."""
    papers = zip(row.paper_kind, row.paper_stars, row.paper_from, row.paper_to, strict=True)
    return Goods(
        legal_form=row.legal_form,
        papers=tuple(
            Held(kind, stars, issued, until, kind in catalogue.KINDS and catalogue.KINDS[kind].endless)
            for kind, stars, issued, until in papers
        ),
        barcodes=tuple(facts.barcodes) if facts else (),
        packs=facts.packs if facts else 0,
        packs_g=tuple(row.packs_g),
        photos=facts.photos if facts else 0,
        lots=facts.lots if facts else 0,
        in_english=facts.in_english if facts else False,
        least_order_kg=row.least_order_kg,
        lead_days=row.lead_days,
        shelf_life_days=row.shelf_life_days,
        days_on_road=days_on_road(row.commune_code or row.province_code, checklist.province_code),
    )


def days_on_road(place: str | None, city: str | None) -> int | None:
    """The most days that a lorry needs from there to the buyer; None where one end is not known."""
    here = places.commune(place) or places.province(place)
    there = places.province(city)
    return places.days_on_road(here, there)[1] if here is not None and there is not None else None


def ready(checklist: ChecklistView, row: OfferRow, facts: catalogue.ShelfFacts | None, actor: Actor | None) -> ReadinessView:
    """How ready one product is for the buyer of the checklist, as this reader may see it."""
    name = (row.name_en or row.name) if locale() == "en" else row.name
    return _judged(checklist, (row.id, row.slug, name, row.organisation_id), goods_of(row, facts, checklist), actor)


def _judged(checklist: ChecklistView, named: tuple[UUID, str, str, UUID], goods: Goods, actor: Actor | None) -> ReadinessView:
    product_id, slug, name, supplier = named
    sees = rules.may_read_answers(actor, supplier, checklist.organisation_id)
    judged = judge(checklist.wishes, goods, checklist.answers.get(product_id, {}), clock.today(), sees_answers=sees)
    return ReadinessView(
        product_id, slug, name, checklist.buyer_slug, checklist.buyer_name, judged.held, judged.required, judged.unseen,
        words.line(judged), [_gap(each) for each in judged.gaps],
    )  # fmt: skip


def _gap(point: Point) -> GapView:
    unknown = point.verdict.value == "unknown"
    part = words.PARTS.get(point.wish.kind)
    return GapView(words.gap(point), unknown, part, point.wish.id, point.answer is not None and not point.answer.accepts)


def _view(row: RowMapping) -> ChecklistView:
    answers: dict[UUID, dict[UUID, Answer]] = {}
    for item, product, accepts, said in row["answers"] or []:
        answers.setdefault(UUID(product), {})[UUID(item)] = Answer(accepts, said)
    return ChecklistView(
        row["id"], row["buyer_id"], row["organisation_id"], row["slug"], row["name"], row["province_code"],
        row["illustrative"], rules.shows_checklist(row["state"]), row["note"], row["version"],
        row["updated_at"].astimezone(clock.ZONE), tuple(_wish(each) for each in row["items"] or []), answers,
    )  # fmt: skip


def _wish(values: list[Any]) -> Wish:
    item_id, kind, *said = values
    return Wish(UUID(item_id), Wanted(kind), *said)
