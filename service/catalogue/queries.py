"""Everything that a product's page shows, in one statement through the plain driver: it is the second hottest page.

The statement is prepared by the driver after a few uses; what hangs on the reader (wholesale prices, drafts) and on the day
(which papers hold) is decided here in Python, by the rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from service.accounts import Actor
from service.catalogue import kinds, rules
from service.catalogue.ledger.strip import cells
from service.catalogue.marks.shown import MARK_JSON, shown_marks
from service.catalogue.models import CertificateState, State
from service.catalogue.papers import rules as paper_rules
from service.catalogue.papers.photo_views import PhotoView
from service.catalogue.views import (
    CertificateView,
    PackView,
    ProductCard,
    ProductPage,
    SupplierBrief,
    TierView,
)
from service.core import clock, places
from service.core.errors import NotFound
from service.core.i18n import _

Reader = psycopg.AsyncConnection[tuple[Any, ...]]

ADDRESS = re.compile(r"[0-9a-z-]{1,120}")  # Whatever else stands in an address names nothing of ours.

# A product as a card: its first pack, and the stars that hold today. `x` is the product.
CARD = """
  json_build_array(x.id, x.slug, x.name, x.name_en, x.state, x.illustrative, x.season_months, k.name, k.net_weight_g,
    k.retail_price_vnd, (SELECT max(h.stars) FROM catalogue_certificate h WHERE h.product_id = x.id AND h.kind = 'OCOP'
      AND h.state = 'checked' AND coalesce(h.valid_to >= %(today)s, true)
      AND coalesce(h.issued_on <= %(today)s, true)), x.category_code, x.photo_key)
"""
# The scans of a paper `h`: their keys, and whether something of it waits to be checked, so that buyers do not see them yet.
SCANS = """
  (SELECT json_agg(c.key ORDER BY c.id) FROM catalogue_scan c WHERE c.certificate_id = h.id AND c.ready),
  EXISTS (SELECT FROM catalogue_review r WHERE r.subject = h.id AND r.state = 'waiting')
"""
# The photos of `x`, in order.
PHOTOS = """
  (SELECT json_agg(json_build_array(f.id, f.key, f.width, f.height, f.caption) ORDER BY f.position, f.id)
     FROM catalogue_photo f WHERE f.holder = '{holder}' AND f.holder_id = {id} AND f.width IS NOT NULL)
"""
FIRST_PACK = """
  LEFT JOIN LATERAL (SELECT f.name, f.net_weight_g, f.retail_price_vnd FROM catalogue_pack f WHERE f.product_id = x.id
    ORDER BY f.position, f.name LIMIT 1) k ON true
"""

# The names of tables and columns are ours; every value is a parameter.
PRODUCT_COLUMNS = f"""
SELECT p.id, p.code, p.slug, p.name, p.name_en, p.state, p.version, p.illustrative, p.source, p.description, p.ingredients,
       p.origin, p.storage, p.unit, p.shelf_life_days, p.season_months, p.lead_days, p.min_order_kg::float8,
       p.stock_kg::float8, p.stock_on, p.updated_at,
       g.code, g.name, g.name_en, g.group_name, g.group_name_en, c.slug, c.name, c.name_en, c.hs_hint,
       s.id, s.organisation_id, s.code, s.slug, s.name, s.name_en, s.legal_form, s.province_code, s.commune_code,
       s.state, s.verified_on, s.wholesale_public, s.illustrative, s.min_order_kg::float8,
       (SELECT json_agg(json_build_array(k.name, k.net_weight_g, k.per_carton, k.gtin, k.retail_price_vnd, k.min_packs,
          k.multiple_packs) ORDER BY k.position, k.name) FROM catalogue_pack k WHERE k.product_id = p.id)::text,
       (SELECT json_agg(json_build_array(t.from_kg, t.price_vnd_per_kg) ORDER BY t.from_kg)
          FROM catalogue_price_tier t WHERE t.product_id = p.id)::text,
       (SELECT json_agg(json_build_array(u.year, u.month, u.capacity_kg) ORDER BY u.year, u.month)
          FROM catalogue_supply u WHERE u.product_id = p.id)::text,
       (SELECT json_agg(json_build_array(h.id, h.kind, h.stars, h.number, h.issuer, h.level, h.issued_on, h.valid_to,
          h.source, h.product_id IS NULL, h.state, {SCANS})
          ORDER BY h.stars DESC NULLS LAST, h.issued_on DESC NULLS LAST, h.kind, h.id)
          FROM catalogue_certificate h
         WHERE h.product_id = p.id OR (h.supplier_id = p.supplier_id AND h.product_id IS NULL))::text,
       (SELECT json_agg({MARK_JSON} ORDER BY m.name)
          FROM catalogue_mark_user w JOIN catalogue_mark m ON m.id = w.mark_id WHERE w.supplier_id = s.id)::text,
       (SELECT json_agg({CARD}) FROM (SELECT * FROM catalogue_product o WHERE o.supplier_id = p.supplier_id AND o.id <> p.id
          AND o.state = 'published' ORDER BY o.id LIMIT 4) x {FIRST_PACK})::text,
       {PHOTOS.format(holder="product", id="p.id")}::text,
       (SELECT json_agg(json_build_array(b.year, b.month, b.promised_kg, b.delivered_kg) ORDER BY b.year, b.month)
          FROM catalogue_ledger_month b WHERE b.product_id = p.id AND b.promised_kg + b.delivered_kg > 0)::text,
       p.reserve_kg::float8
"""  # noqa: S608 - see above.
PRODUCT_TABLES = """
  FROM catalogue_product p
  JOIN catalogue_supplier s ON s.id = p.supplier_id
  LEFT JOIN catalogue_category g ON g.code = p.category_code
  LEFT JOIN catalogue_commodity c ON c.id = p.commodity_id
"""
PRODUCT_PAGE = f"{PRODUCT_COLUMNS}{PRODUCT_TABLES} WHERE p.slug = %(slug)s"
# The same for several products at once, and how many pages of lots each has.
PRODUCT_PAGES = f"""{PRODUCT_COLUMNS},
       (SELECT count(*) FROM catalogue_lot l WHERE l.product_id = p.id AND l.state IN ('open', 'closed'))
       {PRODUCT_TABLES} WHERE p.slug = ANY(%(slugs)s)
"""  # noqa: S608 - see above.


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product as it was read for one reader: equal records make equal pages, so that a page may be drawn once for both."""

    row: tuple[Any, ...]
    today: date
    wholesale: bool
    inside: bool = False  # Read by its own people or by who checks it: papers that nobody has checked yet are shown as such.
    buys: bool = False  # Read by a verified buyer, who sees the scans of what has been checked.

    @property
    def supplier(self) -> SupplierBrief:
        """Who makes it."""
        row = self.row
        return SupplierBrief(*(*row[30:39], places.where(row[37], row[38]), *row[39:44]))

    def page(self) -> ProductPage:
        """All that the page of the product shows."""
        parts = (json.loads(part) if part else [] for part in self.row[44:52])
        packs, tiers, supply, papers, marks, others, photos, taken = parts
        season = self.row[15]
        page = ProductPage(
            *(
                *self.row[:15],
                list(season),
                *self.row[16:30],
                self.supplier,
                [PackView(*pack) for pack in packs],
                [TierView(*tier) for tier in tiers] if self.wholesale else [],
                cells(supply, season, self.today, reserve=self.row[52], taken=taken),
                certificates(papers, self.today, inside=self.inside, buys=self.buys),
                shown_marks(marks, commune=self.row[38], commodity=self.row[26]),
                [card(other) for other in others],
                [photo(each) for each in photos],
            )
        )
        page.wholesale_hidden = bool(tiers) and not self.wholesale
        return page


async def product_record(reader: Reader, slug: str, actor: Actor | None = None) -> ProductRecord:
    """What is stored of a product, for this reader. Raises NotFound for what is not there or not for her eyes."""
    today = clock.today()
    if ADDRESS.fullmatch(slug):
        found = await reader.execute(PRODUCT_PAGE, {"slug": slug, "today": today})
        row = await found.fetchone()
        record = _record(row, today, actor) if row is not None else None
        if record is not None:
            return record
    raise NotFound(_("Không có sản phẩm này, hoặc sản phẩm chưa được đăng."))


def _record(row: tuple[Any, ...], today: date, actor: Actor | None) -> ProductRecord | None:
    """The row as this reader may see it; None where it is not for her eyes."""
    stored = (*row[:15], tuple(row[15]), *row[16:])
    supplier = ProductRecord(stored, today, wholesale=False).supplier
    if not rules.may_see(actor, supplier, row[5]):
        return None
    inside = rules.sees_unchecked(actor, supplier.organisation_id)
    return ProductRecord(stored, today, rules.may_see_wholesale(actor, supplier), inside, paper_rules.buys(actor))


async def product_pages(reader: Reader, slugs: Iterable[str], actor: Actor | None = None) -> dict[str, tuple[ProductPage, int]]:
    """The published ones of these products, each as its page shows it and with the number of its lots' pages: one statement.

    What is not there, not published or not for this reader is missing.
    """
    today = clock.today()
    asked = [slug for slug in slugs if ADDRESS.fullmatch(slug)]
    found: dict[str, tuple[ProductPage, int]] = {}
    if asked:
        for *columns, lots in await (await reader.execute(PRODUCT_PAGES, {"slugs": asked, "today": today})).fetchall():
            record = _record(tuple(columns), today, actor)
            if record is not None and columns[5] == State.PUBLISHED and record.supplier.state == State.PUBLISHED:
                found[columns[2]] = (record.page(), lots)
    return found


async def product_page(reader: Reader, slug: str, actor: Actor | None = None) -> ProductPage:
    """All that the page of a product shows to this reader. Raises NotFound for what is not there or not for her eyes."""
    return (await product_record(reader, slug, actor)).page()


def card(values: Sequence[Any]) -> ProductCard:
    """A product of a list, from its JSON row."""
    return ProductCard(UUID(values[0]), *values[1:])


def photo(values: Sequence[Any]) -> PhotoView:
    """A photo, from its JSON row."""
    return PhotoView(UUID(values[0]), *values[1:])


def certificates(
    papers: Iterable[Sequence[Any]], today: date, *, inside: bool = False, buys: bool = False
) -> list[CertificateView]:
    """Papers as JSON rows, with their standing today: what holds first, in the order given.

    Papers that nobody has checked are for those inside: the supplier's own people, and those who check. Scans are for them, and
    for a verified buyer (`buys`) where nothing of the paper waits to be checked.
    """
    out = []
    for row_id, *said, issued_on, valid_to, source, of_supplier, state, scans, waits in papers:
        if state != CertificateState.CHECKED and not inside:
            continue
        issued = date.fromisoformat(issued_on) if issued_on else None
        until = date.fromisoformat(valid_to) if valid_to else None
        status = kinds.standing(said[0], issued, until, today)
        seen = (scans or []) if inside or (buys and not waits) else []
        out.append(CertificateView(*(UUID(row_id), *said, issued, until, source, of_supplier, status, state, seen)))
    return sorted(out, key=lambda paper: not paper.holds)
