"""Reading lots: the page that everybody reads who scans a pack, and the supplier's own list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import rules
from service.catalogue.bulk import staging
from service.catalogue.desk_queries import HISTORY, HistoryLine
from service.catalogue.lots import gs1
from service.catalogue.lots import rules as lot_rules
from service.catalogue.lots.models import LotState, SourceKind
from service.catalogue.models import State
from service.catalogue.queries import Reader
from service.core import cursors, places
from service.core.errors import Invalid, NotFound
from service.core.i18n import _, locale

PAGE = 30
COLUMNS = """
l.id, l.code, l.state, l.harvested_on, l.made_on, l.best_before, l.quantity_kg, l.note, l.names_agreed_at, l.recall_reason,
l.recalled_at, l.illustrative, l.version, l.updated_at, p.id, p.slug, p.code, p.name, p.name_en, p.state,
s.id, s.code, s.slug, s.name, s.name_en, s.state, s.organisation_id"""
FROM = "catalogue_lot l JOIN catalogue_product p ON p.id = l.product_id JOIN catalogue_supplier s ON s.id = l.supplier_id"
# The names of tables and columns are ours; every value is a parameter.
ONE = f"""
SELECT {COLUMNS},
       (SELECT json_agg(json_build_array(f.name, f.gtin) ORDER BY f.position) FROM catalogue_pack f WHERE f.product_id = p.id),
       (SELECT json_agg(json_build_array(x.name, x.kind, x.commune_code, x.area_ha::text, x.kg::text) ORDER BY x.position)
          FROM catalogue_lot_source x WHERE x.lot_id = l.id),
       (SELECT json_agg(json_build_array(x.words, x.checked_on, x.checked_by) ORDER BY x.position)
          FROM catalogue_lot_check x WHERE x.lot_id = l.id),
       (SELECT json_agg(json_build_array(x.place, x.delivered_on, x.kg::text) ORDER BY x.position)
          FROM catalogue_lot_delivery x WHERE x.lot_id = l.id)
  FROM {FROM} WHERE """  # noqa: S608 - see above.
# The same article may be written down by several suppliers (a packer and a maker): the lot tells which one is meant.
BY_LINK = f"""
SELECT s.code, l.code FROM {FROM}
 WHERE l.code = %(lot)s AND l.state <> 'draft'
   AND EXISTS (SELECT FROM catalogue_pack f WHERE f.product_id = p.id AND f.gtin = ANY(%(forms)s)) ORDER BY l.id LIMIT 1
"""  # noqa: S608 - see above.
BY_ARTICLE = """
SELECT p.slug FROM catalogue_pack f JOIN catalogue_product p ON p.id = f.product_id
  JOIN catalogue_supplier s ON s.id = p.supplier_id
 WHERE f.gtin = ANY(%s) AND p.state = 'published' AND s.state = 'published' ORDER BY p.id LIMIT 1
"""
LIST = f"SELECT {COLUMNS} FROM {FROM} WHERE "  # noqa: S608 - see above.
OWNER = "SELECT s.organisation_id FROM catalogue_lot l JOIN catalogue_supplier s ON s.id = l.supplier_id WHERE l.id = %s"
BEFORE = " AND (%(before)s::uuid IS NULL OR l.id < %(before)s) ORDER BY l.id DESC LIMIT %(most)s"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a part of a lot comes from; without a name where its members have not agreed to be named."""

    name: str | None
    kind: str
    commune_code: str | None
    area_ha: Decimal | None
    kg: Decimal | None

    @property
    def place(self) -> str:
        """The commune in words."""
        found = places.commune(self.commune_code)
        return found.full_name if found is not None else ""


@dataclass(frozen=True, slots=True)
class Checked:
    """Something that was checked."""

    words: str
    checked_on: date
    checked_by: str | None


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where a part of a lot went."""

    place: str
    delivered_on: date
    delivered_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot in a list."""

    id: UUID
    code: str
    state: str
    harvested_on: date | None
    made_on: date | None
    best_before: date | None
    quantity_kg: Decimal
    note: str | None
    names_agreed_at: datetime | None
    recall_reason: str | None
    recalled_at: datetime | None
    illustrative: bool
    version: int
    updated_at: datetime
    product_id: UUID
    product_slug: str
    product_code: str
    product_name: str
    product_name_en: str | None
    product_state: str
    supplier_id: UUID
    supplier_code: str
    supplier_slug: str
    supplier_name: str
    supplier_name_en: str | None
    supplier_state: str
    organisation_id: UUID

    @property
    def product(self) -> str:
        """The product's name in the reader's language, where there is one."""
        return (self.product_name_en or self.product_name) if locale() == "en" else self.product_name

    @property
    def supplier(self) -> str:
        """The supplier's name in the reader's language, where there is one."""
        return (self.supplier_name_en or self.supplier_name) if locale() == "en" else self.supplier_name

    @property
    def on_market(self) -> bool:
        """Whether the product and its supplier have pages that everybody may open."""
        return self.product_state == State.PUBLISHED and self.supplier_state == State.PUBLISHED


@dataclass(frozen=True, slots=True)
class LotPage:
    """A lot with its lists, as far as the reader may know them."""

    lot: LotLine
    packs: list[tuple[str, str | None]] = field(default_factory=list)  # Name of a size, and its barcode number.
    sources: list[Source] = field(default_factory=list)
    checks: list[Checked] = field(default_factory=list)
    deliveries: list[Delivered] = field(default_factory=list)

    @property
    def members(self) -> int:
        """How many members it comes from."""
        return sum(source.kind == SourceKind.MEMBER for source in self.sources)

    @property
    def plots(self) -> int:
        """How many plots it comes from."""
        return len(self.sources) - self.members

    @property
    def communes(self) -> list[str]:
        """The communes that it comes from, each once."""
        return list(dict.fromkeys(source.place for source in self.sources if source.place))

    @property
    def delivered_kg(self) -> Decimal:
        """How much of it has gone out, as far as it was weighed."""
        return sum((each.delivered_kg or Decimal(0) for each in self.deliveries), Decimal(0))

    @property
    def link(self) -> gs1.DigitalLink | None:
        """The GS1 address by the first size that has a barcode number; None where none has."""
        found = (gs1.link(gtin, self.lot.code) for _name, gtin in self.packs if gtin)
        return next((link for link in found if link is not None), None)


@dataclass(frozen=True, slots=True)
class LotList:
    """A page of lots."""

    items: list[LotLine]
    next: str | None


def state_name(state: str) -> str:
    """The state of a lot in words."""
    return {
        LotState.DRAFT: _("bản nháp"),
        LotState.OPEN: _("đang mở"),
        LotState.CLOSED: _("đã khép"),
        LotState.RECALLED: _("đã thu hồi"),
    }[LotState(state)]


async def lot_page(reader: Reader, actor: Actor | None, supplier_code: str, lot_code: str) -> LotPage:
    """A lot by the codes in its address; a draft is there for its own people and for officers only."""
    where = "s.code = %s AND l.code = %s"
    return await _one(reader, actor, where, (supplier_code, lot_code.upper()), own=False)


async def own_lot(reader: Reader, actor: Actor, lot_code: str) -> LotPage:
    """A lot of the reader's own supplier, with every name."""
    where = "s.organisation_id = %s AND l.code = %s"
    return await _one(reader, actor, where, (actor.organisation_id, lot_code.upper()), own=True)


async def lot_by_id(reader: Reader, actor: Actor | None, lot_id: UUID) -> LotPage:
    """A lot by its id; its own people read every name."""
    owner = await (await reader.execute(OWNER, (lot_id,))).fetchone()
    return await _one(reader, actor, "l.id = %s", (lot_id,), own=owner is not None and rules.belongs(actor, owner[0]))


async def lot_written(session: AsyncSession, actor: Actor, lot_id: UUID) -> LotPage:
    """A lot as the present transaction has it, for who has just written it."""
    return await lot_by_id(await staging.connection(session), actor, lot_id)


async def lot_linked(reader: Reader, link: gs1.DigitalLink) -> tuple[str, str]:
    """Supplier and code of the lot that a GS1 address names."""
    asked = {"lot": (link.lot or "").upper(), "forms": gs1.forms_of(link.gtin)}
    row = await (await reader.execute(BY_LINK, asked)).fetchone()
    if row is None:
        raise _unknown()
    return str(row[0]), str(row[1])


async def article_linked(reader: Reader, gtin: str) -> str:
    """The product on the market that bears this barcode number, by its slug."""
    row = await (await reader.execute(BY_ARTICLE, (gs1.forms_of(gtin),))).fetchone()
    if row is None:
        raise NotFound(_("Chưa có sản phẩm nào trên chợ mang mã vạch này."))
    return str(row[0])


async def own_lots(reader: Reader, actor: Actor, *, cursor: str | None = None) -> LotList:
    """The lots of the reader's own supplier, the newest first."""
    return await _list(reader, "s.organisation_id = %(owner)s", {"owner": actor.organisation_id}, cursor)


async def public_lots(
    reader: Reader, *, supplier: str | None = None, product: str | None = None, cursor: str | None = None
) -> LotList:
    """The lots that everybody may see, the newest first; of one supplier (its code) or one product (its slug)."""
    where = (
        "l.state <> 'draft' AND s.state = 'published' AND p.state = 'published'"
        " AND (%(supplier)s::text IS NULL OR s.code = %(supplier)s) AND (%(product)s::text IS NULL OR p.slug = %(product)s)"
    )
    return await _list(reader, where, {"supplier": supplier, "product": product}, cursor)


async def _list(reader: Reader, where: str, asked: dict[str, Any], cursor: str | None) -> LotList:
    found = await reader.execute((LIST + where + BEFORE).encode(), {**asked, "before": _opened(cursor), "most": PAGE + 1})
    items = [LotLine(*row) for row in await found.fetchall()]
    return LotList(items[:PAGE], cursors.sealed([str(items[PAGE - 1].id)]) if len(items) > PAGE else None)


def _opened(cursor: str | None) -> UUID | None:
    if not cursor:
        return None
    try:
        (key,) = cursors.opened(cursor)
        return UUID(key)
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(_("Trang này không còn. Hãy quay lại đầu danh sách.")) from error


async def _one(reader: Reader, actor: Actor | None, where: str, values: Sequence[Any], *, own: bool) -> LotPage:
    row = await (await reader.execute((ONE + where).encode(), values)).fetchone()
    if row is None:
        raise _unknown()
    width = len(LotLine.__dataclass_fields__)
    line = LotLine(*row[:width])
    if not lot_rules.may_see_lot(actor, line.organisation_id, line.state):
        raise _unknown()
    packs, sources, checks, deliveries = (each or [] for each in row[width:])
    named = own or line.names_agreed_at is not None
    return LotPage(
        line,
        [(name, gtin) for name, gtin in packs],
        [Source(name if named else None, kind, code, _kg(area), _kg(kg)) for name, kind, code, area, kg in sources],
        [Checked(words, date.fromisoformat(day), by) for words, day, by in checks],
        [Delivered(place, date.fromisoformat(day), _kg(kg)) for place, day, kg in deliveries],
    )


async def lot_history(reader: Reader, actor: Actor, lot_id: UUID) -> list[HistoryLine]:
    """What has happened to a lot, the newest first, for its own people and for officers."""
    owner = await (await reader.execute(OWNER, (lot_id,))).fetchone()
    if owner is None or not (rules.is_officer(actor) or rules.belongs(actor, owner[0])):
        raise _unknown()
    found = await reader.execute(HISTORY, (lot_id,))
    return [HistoryLine(*line) for line in await found.fetchall()]


def _kg(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _unknown() -> NotFound:
    return NotFound(_("Không có lô hàng này. Hãy xem lại mã trên bao bì."))
