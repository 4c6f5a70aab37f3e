"""Protected names as readers see them: what each protects, who may use it, and what keeps a product from showing it (V8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor, Role
from service.catalogue import kinds
from service.catalogue.marks.rules import MarkTerms, mark_obstacles, obstacle_name, obstacles_for_maker
from service.catalogue.queries import ADDRESS, Reader
from service.core import cursors, places
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _, locale

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ProtectedName:
    """A geographical indication or mark with what it protects."""

    slug: str
    name: str
    kind: str
    number: str | None
    decision: str | None
    decided_on: date | None
    manager: str | None
    area: str | None
    commune_codes: list[str]
    commodity_slug: str | None
    commodity_name: str | None
    commodity_name_en: str | None
    source: str | None
    users: int  # Published suppliers on the list.

    @property
    def kind_name(self) -> str:
        """Its kind in words."""
        return kinds.mark_kind_name(self.kind)

    @property
    def commodity(self) -> str | None:
        """The goods in the reader's language."""
        return self.commodity_name_en if locale() == "en" else self.commodity_name

    @property
    def communes(self) -> list[str]:
        """The communes of the area by name; empty where the area is not known by commune."""
        known = (places.commune(code) for code in self.commune_codes)
        return [place.full_name for place in known if place is not None]

    @property
    def terms(self) -> MarkTerms:
        """What the rules need to know of it."""
        return MarkTerms(self.commodity_slug, self.commune_codes)


@dataclass(frozen=True, slots=True)
class UserView:
    """A supplier on the list of a name."""

    id: UUID
    slug: str
    name: str
    commune_code: str | None
    place: str
    state: str
    since: date | None
    decision: str | None
    obstacles: list[str]

    @property
    def why_not(self) -> list[str]:
        """What keeps it from using the name though it is on the list, in words."""
        return [obstacle_name(each) for each in self.obstacles]


@dataclass(frozen=True, slots=True)
class OwnMark:
    """A name that one of the reader's own products shows, or could show if something were not in the way."""

    mark: ProtectedName
    product_slug: str
    product: str
    obstacles: list[str]

    @property
    def why_not(self) -> list[str]:
        """What is in the way, in words; empty when the product shows the name."""
        return [obstacle_name(each) for each in self.obstacles]


# The names of tables and columns are ours; every value is a parameter.
MARK = """
SELECT m.slug, m.name, m.kind, m.number, m.decision, m.decided_on, m.manager, m.area, m.commune_codes, c.slug, c.name,
       c.name_en, m.source, (SELECT count(*) FROM catalogue_mark_user w JOIN catalogue_supplier s ON s.id = w.supplier_id
                   WHERE w.mark_id = m.id AND s.state = 'published')
  FROM catalogue_mark m LEFT JOIN catalogue_commodity c ON c.id = m.commodity_id
"""
USERS = """
SELECT s.id, s.slug, s.name, s.commune_code, s.province_code, s.state, w.since, w.decision, s.name_key
  FROM catalogue_mark_user w JOIN catalogue_mark m ON m.id = w.mark_id JOIN catalogue_supplier s ON s.id = w.supplier_id
 WHERE m.slug = %(slug)s AND (s.state = 'published' OR %(officer)s)
   AND (%(key)s::text IS NULL OR (s.name_key, s.id) > (%(key)s::text, %(id)s::uuid))
 ORDER BY s.name_key, s.id LIMIT %(limit)s
"""
MAKERS = """
SELECT s.id FROM catalogue_mark_user w
  JOIN catalogue_mark m ON m.id = w.mark_id
  JOIN catalogue_supplier s ON s.id = w.supplier_id
 WHERE m.slug = %s AND (m.commune_codes = '{}' OR s.commune_code = ANY(m.commune_codes))
"""
OWN = """
SELECT m.slug, p.slug, p.name, p.name_en, s.commune_code, c.slug, w.supplier_id IS NOT NULL
  FROM catalogue_supplier s
  JOIN catalogue_product p ON p.supplier_id = s.id
  JOIN catalogue_mark m ON true
  LEFT JOIN catalogue_commodity c ON c.id = p.commodity_id
  LEFT JOIN catalogue_mark_user w ON w.mark_id = m.id AND w.supplier_id = s.id
 WHERE s.organisation_id = %s AND (m.commodity_id = p.commodity_id OR (w.supplier_id IS NOT NULL AND m.commodity_id IS NULL))
 ORDER BY p.name, p.id, m.name LIMIT 300
"""


UNDER_MARK = text("""
SELECT p.id, s.commune_code, g.slug, w.supplier_id IS NOT NULL, c.slug, m.commune_codes
  FROM catalogue_product p
  JOIN catalogue_supplier s ON s.id = p.supplier_id
  JOIN catalogue_mark m ON m.slug = :slug
  LEFT JOIN catalogue_commodity g ON g.id = p.commodity_id
  LEFT JOIN catalogue_commodity c ON c.id = m.commodity_id
  LEFT JOIN catalogue_mark_user w ON w.mark_id = m.id AND w.supplier_id = s.id
 WHERE p.id = ANY(:products)
""").bindparams(bindparam("products", type_=ARRAY(Uuid)))


async def protected_names(reader: Reader) -> list[ProtectedName]:
    """Every protected name, by its own name. They are few: a province has a dozen."""
    found = await reader.execute(f"{MARK} ORDER BY m.name, m.id")
    return [ProtectedName(*row) for row in await found.fetchall()]


async def protected_name(reader: Reader, slug: str) -> ProtectedName:
    """One protected name. Raises NotFound."""
    row = None
    if ADDRESS.fullmatch(slug):
        found = await reader.execute(f"{MARK} WHERE m.slug = %s", (slug,))
        row = await found.fetchone()
    if row is None:
        raise NotFound(_("Không có chỉ dẫn địa lý hay nhãn hiệu này."))
    return ProtectedName(*row)


async def mark_users(
    reader: Reader, mark: ProtectedName, actor: Actor | None = None, *, cursor: str | None = None, limit: int = A_PAGE
) -> tuple[list[UserView], str | None]:
    """Who may use a name, in dictionary order; officers see those too that are not published yet."""
    key, row_id = cursors.place(cursor, str) if cursor else (None, None)
    officer = actor is not None and actor.role is Role.OFFICER
    asked = {"slug": mark.slug, "officer": officer, "key": key, "id": row_id, "limit": limit + 1}
    found = await reader.execute(USERS, asked)
    rows = await found.fetchall()
    users = [
        UserView(
            *(*row[:4], places.where(row[4], row[3]), *row[5:8], obstacles_for_maker(mark.terms, listed=True, commune=row[3]))
        )
        for row in rows[:limit]
    ]
    further = cursors.sealed([rows[limit - 1][8], rows[limit - 1][0].hex]) if len(rows) > limit else None
    return users, further


async def mark_makers(reader: Reader, slug: str) -> frozenset[UUID]:
    """The suppliers that may use a name: on its list, and at home where it protects. As `obstacles_for_maker` says it."""
    found = await reader.execute(MAKERS, (slug,))
    return frozenset(row[0] for row in await found.fetchall())


async def products_under_mark(session: AsyncSession, slug: str, product_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Of these products, those that may be sold under the name: listed makers, from its area, of its goods. One statement."""
    found = await session.execute(UNDER_MARK, {"slug": slug, "products": list(product_ids)})
    return frozenset(
        product_id
        for product_id, commune, goods, listed, protected, communes in found.all()
        if not mark_obstacles(MarkTerms(protected, communes), listed=listed, commune=commune, commodity=goods)
    )


async def own_marks(reader: Reader, actor: Actor) -> list[OwnMark]:
    """For each of the reader's own products: the names that it shows, or what keeps it from showing them."""
    if actor.organisation_id is None or actor.role is not Role.SUPPLIER:
        raise NotAllowed(_("Bàn bán hàng dành cho nhà cung cấp."))
    names = {each.slug: each for each in await protected_names(reader)}
    found = await reader.execute(OWN, (actor.organisation_id,))
    return [
        OwnMark(
            names[mark],
            slug,
            (name_en or name) if locale() == "en" else name,
            mark_obstacles(names[mark].terms, listed=listed, commune=commune, commodity=commodity),
        )
        for mark, slug, name, name_en, commune, commodity, listed in await found.fetchall()
    ]
