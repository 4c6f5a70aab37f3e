"""What a supplier's own people see: their profile, every product with what it lacks, and the history of a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from service.accounts import Actor
from service.catalogue import rules
from service.catalogue.queries import ADDRESS, Reader
from service.core import clock
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _, locale
from service.core.text import fold, slug

OWN_SUPPLIER = "SELECT id, organisation_id, code, slug, name, state, version FROM catalogue_supplier WHERE organisation_id = %s"

# The names of tables and columns are ours; every value is a parameter.
OWN_PRODUCTS = """
SELECT p.id, p.slug, p.code, p.name, p.name_en, p.state, p.version, p.season_months, p.description IS NOT NULL,
       p.category_code IS NOT NULL, k.packs, k.priced,
       EXISTS (SELECT FROM catalogue_price_tier t WHERE t.product_id = p.id),
       ARRAY(SELECT DISTINCT u.year FROM catalogue_supply u WHERE u.product_id = p.id ORDER BY 1),
       (SELECT json_agg(json_build_array(h.kind, h.issued_on, h.valid_to, w.state)) FROM catalogue_certificate h
          LEFT JOIN catalogue_renewal w ON w.id = h.id WHERE h.product_id = p.id AND h.state = 'checked'),
       p.stock_kg::float8, p.stock_on, k.price
  FROM catalogue_product p
  CROSS JOIN LATERAL (SELECT count(*) AS packs, count(f.retail_price_vnd) AS priced, min(f.retail_price_vnd) AS price
                        FROM catalogue_pack f WHERE f.product_id = p.id) k
 WHERE p.supplier_id = %s ORDER BY p.name, p.id LIMIT 500
"""
OWN_PAPERS = (
    "SELECT h.kind, h.issued_on, h.valid_to, w.state FROM catalogue_certificate h LEFT JOIN catalogue_renewal w ON w.id = h.id"
    " WHERE h.supplier_id = %s AND h.product_id IS NULL AND h.state = 'checked'"
)
HISTORY = """
SELECT j.at, j.fact, j.old, j.new, p.name, o.name, b.name
  FROM core_journal j
  LEFT JOIN accounts_person p ON p.id = j.person_id
  LEFT JOIN accounts_organisation o ON o.id = j.organisation_id
  LEFT JOIN accounts_organisation b ON b.id = j.on_behalf_of
 WHERE j.subject = %s ORDER BY j.id DESC LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class OwnSupplier:
    """The reader's own profile, as far as the desk needs it."""

    id: UUID
    organisation_id: UUID
    code: str
    slug: str
    name: str
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class OwnProduct:
    """One of the reader's own products, with what it lacks."""

    id: UUID
    slug: str
    code: str
    name: str
    name_en: str | None
    state: str
    version: int
    season_months: list[int]
    price_vnd: int | None
    stock_kg: float | None
    stock_on: date | None
    gaps: list[rules.Gap]

    @property
    def title(self) -> str:
        """The name in the reader's language, where there is one."""
        return (self.name_en or self.name) if locale() == "en" else self.name


@dataclass(frozen=True, slots=True)
class Desk:
    """What a supplier's desk shows."""

    supplier: OwnSupplier | None
    products: list[OwnProduct]
    papers: list[rules.Gap]  # What the supplier's own papers lack.


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One fact about a record: when, what, old and new values, by whom and for whom."""

    at: datetime
    fact: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    person: str | None
    organisation: str | None
    office: str | None = None  # The office that acted on the organisation's behalf, where it was not its own people.


async def own_supplier(reader: Reader, actor: Actor) -> OwnSupplier | None:
    """The profile of the organisation that the reader acts for; None when it has not been entered yet."""
    if actor.organisation_id is None:
        return None
    found = await reader.execute(OWN_SUPPLIER, (actor.organisation_id,))
    row = await found.fetchone()
    return OwnSupplier(*row) if row is not None else None


async def desk(reader: Reader, actor: Actor) -> Desk:
    """The reader's profile and products, with what each lacks today."""
    supplier = await own_supplier(reader, actor)
    if supplier is None:
        return Desk(None, [], [])
    today = clock.today()
    found = await reader.execute(OWN_PRODUCTS, (supplier.id,))
    products = [_own_product(row, today) for row in await found.fetchall()]
    found = await reader.execute(OWN_PAPERS, (supplier.id,))
    papers = rules.papers_missing([rules.Paper(*row) for row in await found.fetchall()], today)
    return Desk(supplier, products, papers)


def _own_product(row: Sequence[Any], today: date) -> OwnProduct:
    papers = tuple(rules.Paper(kind, _day(issued), _day(until), renewal) for kind, issued, until, renewal in row[14] or ())
    filled = rules.Filled(
        has_description=row[8], has_category=row[9], has_pack=row[10] > 0, has_price=row[11] > 0, has_wholesale=row[12],
        has_season=bool(row[7]), capacity_years=tuple(row[13]), papers=papers, state=row[5],
    )  # fmt: skip
    return OwnProduct(*(*row[:8], row[17], row[15], row[16], rules.missing(filled, today)))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


async def declared(reader: Reader, product_id: UUID) -> dict[int, dict[int, Decimal]]:
    """What a product has been said to yield: year, month, kilograms."""
    found = await reader.execute(
        "SELECT year, month, capacity_kg FROM catalogue_supply WHERE product_id = %s ORDER BY year, month", (product_id,)
    )
    years: dict[int, dict[int, Decimal]] = {}
    for year, month, kg in await found.fetchall():
        years.setdefault(year, {})[month] = kg
    return years


async def record_history(reader: Reader, actor: Actor, what: str, address: str) -> tuple[str, list[HistoryLine]]:
    """The name and the history of a supplier or product: for its own people and for officers (V10)."""
    statement = {
        "product": "SELECT p.id, p.name, s.organisation_id FROM catalogue_product p"
        " JOIN catalogue_supplier s ON s.id = p.supplier_id WHERE p.slug = %s",
        "supplier": "SELECT id, name, organisation_id FROM catalogue_supplier WHERE slug = %s",
    }[what]
    row = None
    if ADDRESS.fullmatch(address):
        found = await reader.execute(statement, (address,))
        row = await found.fetchone()
    if row is None or not rules.sees_unchecked(actor, row[2]):
        raise NotFound(_("Không có bản ghi này, hoặc không phải để bạn xem."))
    found = await reader.execute(HISTORY, (row[0],))
    return row[1], [HistoryLine(*line) for line in await found.fetchall()]


@dataclass(frozen=True, slots=True)
class Record:
    """A supplier or product as an officer finds it, drafts too."""

    what: str  # "supplier" or "product".
    slug: str
    code: str
    name: str
    state: str
    supplier: str | None


RECORDS = """
SELECT 'supplier', s.slug, s.code, s.name, s.state, NULL FROM catalogue_supplier s
 WHERE s.search_words LIKE ALL (%(words)s) OR s.code = %(code)s
UNION ALL
SELECT 'product', p.slug, p.code, p.name, p.state, s.name
  FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id
 WHERE p.slug LIKE %(slug)s OR p.code = %(code)s
 LIMIT 60
"""


async def records(reader: Reader, actor: Actor, q: str) -> list[Record]:
    """The suppliers and products that an officer may mean by a name or a code, published or not."""
    if not rules.may_see_reviews(actor):
        raise NotAllowed(_("Trang này dành cho cán bộ."))
    words = fold(q).split()[:8]
    if not words:
        return []
    asked = {"words": [f"%{word}%" for word in words], "code": q.strip().replace("\x00", ""), "slug": f"%{slug(q)}%"}
    found = await reader.execute(RECORDS, asked)
    return [Record(*row) for row in await found.fetchall()]


async def latest_changes(reader: Reader) -> list[tuple[HistoryLine, str | None, str | None, str]]:
    """What happened last to suppliers and products, for officers: the fact, the record's name and address, and its kind."""
    found = await reader.execute(
        "SELECT j.at, j.fact, NULL::jsonb, NULL::jsonb, p.name, o.name, b.name, coalesce(c.name, s.name),"
        "       coalesce(c.slug, s.slug),"
        "       CASE WHEN c.id IS NOT NULL THEN 'product' ELSE 'supplier' END"
        "  FROM (SELECT * FROM core_journal ORDER BY id DESC LIMIT 500) j"
        "  LEFT JOIN catalogue_product c ON c.id = j.subject LEFT JOIN catalogue_supplier s ON s.id = j.subject"
        "  LEFT JOIN accounts_person p ON p.id = j.person_id LEFT JOIN accounts_organisation o ON o.id = j.organisation_id"
        "  LEFT JOIN accounts_organisation b ON b.id = j.on_behalf_of"
        " WHERE c.id IS NOT NULL OR s.id IS NOT NULL ORDER BY j.id DESC LIMIT 15"
    )
    return [(HistoryLine(*row[:7]), row[7], row[8], row[9]) for row in await found.fetchall()]
