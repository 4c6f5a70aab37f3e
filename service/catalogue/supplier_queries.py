"""Suppliers as readers see them: the page of one, and the list in dictionary order, with or without products (C17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service import accounts
from service.accounts import Actor
from service.catalogue import rules
from service.catalogue.marks.shown import MARK_JSON, held_marks
from service.catalogue.papers import rules as paper_rules
from service.catalogue.queries import ADDRESS, CARD, FIRST_PACK, PHOTOS, SCANS, Reader, card, certificates, photo
from service.catalogue.views import SupplierCard, SupplierList, SupplierPage
from service.core import clock, cursors, places
from service.core.errors import NotFound
from service.core.i18n import _
from service.core.text import fold

MOST = 100

# The names of tables and columns are ours; every value is a parameter.
SUPPLIER_PAGE = f"""
SELECT s.id, s.organisation_id, s.code, s.slug, s.name, s.name_en, s.legal_form, s.tax_code, s.province_code, s.commune_code,
       s.address, s.phone, s.email, s.website, s.founded, s.members, s.people, s.area_ha::float8, s.capacity_note, s.story,
       s.min_order_kg::float8, s.wholesale_public, s.verified_on, s.state, s.illustrative, s.source, s.version, s.updated_at,
       (SELECT json_agg(json_build_array(h.id, h.kind, h.stars, h.number, h.issuer, h.level, h.issued_on, h.valid_to,
          h.source, true, h.state, {SCANS}) ORDER BY h.kind, h.issued_on DESC NULLS LAST, h.id)
          FROM catalogue_certificate h WHERE h.supplier_id = s.id AND h.product_id IS NULL),
       (SELECT json_agg({MARK_JSON} ORDER BY m.name)
          FROM catalogue_mark_user w JOIN catalogue_mark m ON m.id = w.mark_id WHERE w.supplier_id = s.id),
       (SELECT json_agg({CARD} ORDER BY x.name, x.id)
          FROM (SELECT * FROM catalogue_product p WHERE p.supplier_id = s.id AND (p.state = 'published'
             OR s.organisation_id = %(own)s OR %(officer)s) ORDER BY p.name, p.id LIMIT 200) x {FIRST_PACK}),
       {PHOTOS.format(holder="supplier", id="s.id")}
  FROM catalogue_supplier s
 WHERE s.slug = %(slug)s
"""  # noqa: S608 - see above.


async def supplier_page(reader: Reader, slug: str, actor: Actor | None = None) -> SupplierPage:
    """All that the page of a supplier shows to this reader. Raises NotFound for what is not there or not for her eyes."""
    own = actor.organisation_id if actor is not None else None
    asked = {"slug": slug, "today": clock.today(), "own": own, "officer": rules.is_officer(actor)}
    page = None
    if ADDRESS.fullmatch(slug):
        found = await reader.execute(SUPPLIER_PAGE, asked)
        row = await found.fetchone()
        page = _supplier_page(row, actor) if row is not None else None
    if page is None or not rules.may_see(actor, page):
        raise NotFound(_("Không có nhà cung cấp này, hoặc hồ sơ chưa được đăng."))
    if not rules.belongs(actor, page.organisation_id):
        if accounts.is_personal_tax_code(page.tax_code) or page.legal_form == "household":
            page.tax_code = None
        if not rules.shows_contact(page.legal_form):
            page.phone = page.email = page.address = page.people = None
    page.tax_code = accounts.shown_tax_code(page.tax_code)
    return page


def _supplier_page(row: tuple[Any, ...], actor: Actor | None) -> SupplierPage:
    papers, marks, products, photos = row[28:32]
    province_code, commune_code = row[8:10]
    return SupplierPage(
        *(
            *row[:10],
            places.where(province_code, commune_code),
            list(places.former_names(commune_code or province_code or "")),
            *row[10:28],
            certificates(papers or (), clock.today(), inside=rules.sees_unchecked(actor, row[1]), buys=paper_rules.buys(actor)),
            held_marks(marks or (), commune=commune_code),
            [card(product) for product in products or ()],
            [photo(each) for each in photos or ()],
        )
    )


@dataclass(frozen=True, slots=True)
class SupplierSearch:
    """What the list of suppliers is asked for."""

    q: str = ""
    legal_form: str | None = None
    province: str | None = None
    commune: str | None = None
    cursor: str | None = None
    limit: int = 24


CONDITIONS = {
    "q": "s.search_words LIKE ALL (%(words)s)",
    "legal_form": "s.legal_form = %(legal_form)s",
    "province": "s.province_code = %(province)s",
    "commune": "s.commune_code = %(commune)s",
}


async def suppliers(reader: Reader, search: SupplierSearch) -> SupplierList:
    """The published suppliers that fit, in dictionary order, with their numbers by legal form and place: two statements."""
    words = [f"%{word}%" for word in fold(search.q).split()[:8]]
    after = cursors.place(search.cursor, str) if search.cursor else None
    asked: dict[str, Any] = {
        "words": words,
        "legal_form": search.legal_form,
        "province": search.province,
        "commune": search.commune,
        "key": after[0] if after else None,
        "id": after[1] if after else None,
        "limit": min(max(search.limit, 1), MOST) + 1,
    }
    on = [text for name, text in CONDITIONS.items() if getattr(search, name)]
    where = " AND ".join(["s.state = 'published'", *on])
    keyset = " AND (s.name_key, s.id) > (%(key)s, %(id)s::uuid)" if after else ""
    # The conditions are ours, chosen by name; the values are parameters.
    found = await reader.execute(
        "SELECT s.id, s.slug, s.name, s.name_en, s.legal_form, s.province_code, s.commune_code, s.verified_on, s.illustrative,"  # noqa: S608 - see above.
        " (SELECT count(*) FROM catalogue_product p WHERE p.supplier_id = s.id AND p.state = 'published'), s.photo_key,"
        " s.name_key"
        f" FROM catalogue_supplier s WHERE {where}{keyset} ORDER BY s.name_key, s.id LIMIT %(limit)s",
        asked,
    )
    rows = await found.fetchall()
    limit = asked["limit"] - 1
    last = rows[limit - 1] if len(rows) > limit else None
    items = [SupplierCard(*(*row[:7], places.where(row[5], row[6]), *row[7:11])) for row in rows[:limit]]
    counts = await _counts(reader, where, asked)
    return SupplierList(items, counts["total"], _sealed(last[11], last[0]) if last else None, *counts["groups"])


async def _counts(reader: Reader, where: str, asked: dict[str, Any]) -> dict[str, Any]:
    found = await reader.execute(
        "SELECT grouping(s.legal_form, s.commune_code, s.province_code), s.legal_form, s.commune_code, s.province_code,"  # noqa: S608 - see above.
        " count(*)"
        f" FROM catalogue_supplier s WHERE {where}"
        " GROUP BY GROUPING SETS ((s.legal_form), (s.commune_code), (s.province_code), ()) ORDER BY 5 DESC, 2, 3, 4",
        asked,
    )
    groups: list[dict[str, int]] = [{}, {}, {}]
    total = 0
    for level, form, commune, province, count in await found.fetchall():
        if level == 0b111:
            total = count
            continue
        which = {0b011: 0, 0b101: 1, 0b110: 2}[level]
        key = (form, commune, province)[which]
        if key:
            groups[which][key] = count
    return {"total": total, "groups": groups}


def _sealed(name_key: str, row_id: UUID) -> str:
    return cursors.sealed([name_key, row_id.hex])
