"""What waits to be checked, longest first; all that an officer must see of one submission; and where a supplier's own stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor
from service.catalogue import kinds, rules
from service.catalogue.models import Category, Certificate, Commodity, Product, Supplier
from service.catalogue.queries import SCANS, Reader, certificates
from service.catalogue.reviews import decisions as reviews
from service.catalogue.reviews.models import Review, ReviewKind, ReviewState
from service.catalogue.views import CertificateView
from service.core import clock, cursors, places
from service.core.errors import NotAllowed, NotFound
from service.core.events import plain
from service.core.i18n import _

MOST = 100
IN_AREA = "(cardinality(%(area)s::text[]) = 0 OR s.province_code = ANY(%(area)s) OR s.commune_code = ANY(%(area)s))"
NAMED = """
  JOIN catalogue_supplier s ON s.id = r.supplier_id
  LEFT JOIN catalogue_certificate c ON c.id = r.subject AND r.kind = 'certificate'
  LEFT JOIN catalogue_product p ON p.id = CASE r.kind WHEN 'product' THEN r.subject WHEN 'certificate' THEN c.product_id END
  LEFT JOIN accounts_person a ON a.id = r.submitted_by
  LEFT JOIN accounts_organisation o ON o.id = r.submitted_for
"""
# The names of tables and columns are ours; every value is a parameter.
QUEUE = f"""
SELECT r.id, r.kind, r.is_revision, r.subject, r.supplier_id, s.slug, s.name, s.province_code, s.commune_code, p.slug, p.name,
       c.kind, c.number, r.submitted_at, r.submitted_by, a.name, o.name, r.proposed
  FROM catalogue_review r {NAMED}
 WHERE r.state = 'waiting' AND (%(kind)s::text IS NULL OR r.kind = %(kind)s) AND {IN_AREA}
   AND (%(at)s::timestamptz IS NULL OR (r.submitted_at, r.id) > (%(at)s, %(id)s::uuid))
   AND (%(but)s::uuid IS NULL OR r.submitted_by IS DISTINCT FROM %(but)s)
 ORDER BY r.submitted_at, r.id LIMIT %(limit)s
"""  # noqa: S608 - see above.
COUNTS = f"""
SELECT r.kind, count(*) FROM catalogue_review r JOIN catalogue_supplier s ON s.id = r.supplier_id
 WHERE r.state = 'waiting' AND {IN_AREA} GROUP BY r.kind
"""  # noqa: S608 - see above.
PAPERS = f"""
SELECT h.id, h.kind, h.stars, h.number, h.issuer, h.level, h.issued_on::text, h.valid_to::text, h.source, h.product_id IS NULL,
       h.state, {SCANS}, r.id
  FROM catalogue_certificate h LEFT JOIN catalogue_review r ON r.subject = h.id AND r.state = 'waiting'
 WHERE h.supplier_id = %(supplier)s AND (h.product_id IS NULL OR h.product_id = %(product)s::uuid)
 ORDER BY h.stars DESC NULLS LAST, h.issued_on DESC NULLS LAST, h.kind, h.id
"""  # noqa: S608 - see above.
EARLIER = """
SELECT r.state, r.is_revision, r.submitted_at, a.name, o.name, r.decided_at, d.name, r.reasons, r.note
  FROM catalogue_review r
  LEFT JOIN accounts_person a ON a.id = r.submitted_by LEFT JOIN accounts_organisation o ON o.id = r.submitted_for
  LEFT JOIN accounts_person d ON d.id = r.decided_by
 WHERE r.subject = %s ORDER BY r.id DESC LIMIT 20
"""
STANDING = """
SELECT DISTINCT ON (r.subject) r.subject, r.id, r.kind, r.state, r.is_revision, r.submitted_at, r.decided_at, r.reasons, r.note,
       r.proposed, k.slug
  FROM catalogue_review r LEFT JOIN catalogue_commodity k ON k.id = (r.proposed ->> 'commodity_id')::uuid
 WHERE r.supplier_id = %s ORDER BY r.subject, r.id DESC
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One submission in the queue."""

    id: UUID
    kind: str
    is_revision: bool
    subject: UUID
    supplier_id: UUID
    supplier_slug: str
    supplier: str
    province_code: str | None
    commune_code: str | None
    product_slug: str | None
    product: str | None
    paper: str | None
    paper_number: str | None
    submitted_at: datetime
    submitted_by: UUID | None
    person: str | None
    organisation: str | None
    proposed: dict[str, Any]

    @property
    def name(self) -> str:
        """What is to be checked, in words."""
        if self.paper is not None:
            known = kinds.KINDS.get(self.paper)
            return " ".join(part for part in (known.short if known else self.paper, self.paper_number) if part)
        return self.product or self.supplier

    @property
    def place(self) -> str:
        """Where its supplier is, in words."""
        return places.where(self.province_code, self.commune_code)

    @property
    def days(self) -> int:
        """For how many days it has waited."""
        return max(0, (clock.today() - self.submitted_at.astimezone(clock.ZONE).date()).days)


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of what waits, longest first, with the numbers of every kind in the same area."""

    items: list[Waiting]
    counts: dict[str, int]
    next: str | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What became of one submission of the same record."""

    state: str
    is_revision: bool
    submitted_at: datetime
    person: str | None
    organisation: str | None
    decided_at: datetime | None
    decided_by: str | None
    reasons: dict[str, str]
    note: str | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """All that an officer must see of a submission. `said` is stored; `proposed` is wished of what is published."""

    id: UUID
    kind: str
    state: str
    is_revision: bool
    subject: UUID
    seen: str
    submitted_at: datetime
    supplier: Supplier
    product: Product | None
    paper: CertificateView | None
    said: dict[str, Any]
    proposed: dict[str, Any]
    based_on: dict[str, Any]
    papers: list[tuple[CertificateView, UUID | None]]  # With the submission that waits for it, if any.
    earlier: list[Earlier]
    may_decide: bool
    why_not: str
    missing: list[rules.Gap] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What is to be checked, in words."""
        if self.paper is not None:
            return " ".join(part for part in (self.paper.short, self.paper.number) if part)
        return self.product.name if self.product is not None else self.supplier.name

    @property
    def slug(self) -> str:
        """The address of the page that shows it, once it is published."""
        return self.product.slug if self.product is not None else self.supplier.slug


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the newest submission of one of a supplier's own records stands."""

    subject: UUID
    review_id: UUID
    kind: str
    state: str
    is_revision: bool
    submitted_at: datetime
    decided_at: datetime | None
    reasons: dict[str, str]
    note: str | None
    proposed: dict[str, Any]
    commodity: str | None  # The slug of the commodity that is proposed.

    @property
    def waits(self) -> bool:
        """Whether it waits to be checked."""
        return self.state == ReviewState.WAITING

    @property
    def returned(self) -> bool:
        """Whether it was given back last."""
        return self.state == ReviewState.RETURNED


async def review_queue(
    reader: Reader, actor: Actor, *, kind: str | None = None, area: Sequence[str] = (), cursor: str | None = None,
    limit: int = 20, others_only: bool = False,
) -> Queue:  # fmt: skip
    """What waits, longest first; `area`: codes of provinces or communes; `others_only`: not what the actor handed in."""
    _permit(actor)
    after = cursors.place(cursor, _moment) if cursor else None
    limit = min(max(limit, 1), MOST)
    asked = {
        "kind": kind, "area": list(area), "at": after[0] if after else None, "id": after[1] if after else None,
        "limit": limit + 1, "but": actor.person_id if others_only else None,
    }  # fmt: skip
    rows = await (await reader.execute(QUEUE, asked)).fetchall()
    items = [Waiting(*row) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    counts = dict.fromkeys((each.value for each in ReviewKind), 0)
    counts |= dict(await (await reader.execute(COUNTS, {"area": list(area)})).fetchall())
    return Queue(items, counts, cursors.sealed([last.submitted_at.isoformat(), last.id.hex]) if last else None)


async def review_page(session: AsyncSession, reader: Reader, actor: Actor, review_id: UUID) -> ReviewPage:
    """All that an officer must see of one submission. Raises NotFound for everybody else, and for what is not there."""
    review = await session.get(Review, review_id, populate_existing=True) if rules.may_see_reviews(actor) else None
    supplier = await session.get(Supplier, review.supplier_id, populate_existing=True) if review is not None else None
    if review is None or supplier is None:
        raise NotFound(_("Không có hồ sơ này đang chờ duyệt."))
    record, product = await _record(session, review, supplier)
    typists = await reviews.typed_by(session, review, record)
    papers = await _papers(reader, supplier.id, product.id if product is not None else None)
    paper = next((view for view, _waiting in papers if view.id == review.subject), None)
    if review.kind != ReviewKind.CERTIFICATE:
        paper = None
    lacks = [] if isinstance(record, Certificate) else rules.missing_for_submission(await reviews.ready(session, record))
    found = await (await reader.execute(EARLIER, (review.subject,))).fetchall()
    return ReviewPage(
        id=review.id, kind=review.kind.value, state=review.state.value, is_revision=review.is_revision, subject=review.subject,
        seen=reviews.fingerprint(review, record), submitted_at=review.submitted_at, supplier=supplier, product=product,
        paper=paper, said=await _in_words(session, reviews.said(record)), proposed=await _in_words(session, review.proposed),
        based_on=await _in_words(session, review.based_on), papers=papers, earlier=[Earlier(*row) for row in found],
        may_decide=review.state == ReviewState.WAITING and rules.may_decide(actor, supplier.organisation_id, typists),
        why_not=rules.why_not_decide(actor, supplier.organisation_id, typists), missing=lacks,
    )  # fmt: skip


async def waiting_for(reader: Reader, subject: UUID) -> UUID | None:
    """The submission of this record that waits, if any."""
    found = await reader.execute("SELECT id FROM catalogue_review WHERE subject = %s AND state = 'waiting'", (subject,))
    row = await found.fetchone()
    return row[0] if row else None


async def standings(reader: Reader, actor: Actor, supplier_id: UUID, organisation_id: UUID) -> dict[UUID, Standing]:
    """Where the newest submission of each record of the reader's own supplier stands."""
    if not rules.sees_unchecked(actor, organisation_id):
        return {}
    found = await reader.execute(STANDING, (supplier_id,))
    return {row[0]: Standing(*row) for row in await found.fetchall()}


def _permit(actor: Actor) -> None:
    if not rules.may_see_reviews(actor):
        raise NotAllowed(_("Trang này dành cho cán bộ."))


async def _record(session: AsyncSession, review: Review, supplier: Supplier) -> tuple[reviews.Record, Product | None]:
    if review.kind == ReviewKind.SUPPLIER:
        return supplier, None
    if review.kind == ReviewKind.PRODUCT:
        product = await session.get(Product, review.subject, populate_existing=True)
        if product is not None:
            return product, product
    else:
        paper = await session.get(Certificate, review.subject, populate_existing=True)
        if paper is not None:
            held_by = paper.product_id
            return paper, await session.get(Product, held_by, populate_existing=True) if held_by else None
    raise NotFound(_("Hồ sơ này không còn nữa."))


async def _papers(reader: Reader, supplier_id: UUID, product_id: UUID | None) -> list[tuple[CertificateView, UUID | None]]:
    rows = await (await reader.execute(PAPERS, {"supplier": supplier_id, "product": product_id})).fetchall()
    waits = {row[0]: row[-1] for row in rows}
    views = certificates(((str(row[0]), *row[1:-1]) for row in rows), clock.today(), inside=True)
    return [(view, waits[view.id]) for view in views]


async def _in_words(session: AsyncSession, values: dict[str, Any]) -> dict[str, Any]:
    """The values as people read them: names instead of keys and codes."""
    words: dict[str, Any] = dict(plain(values))
    if words.get("commodity_id"):
        words["commodity_id"] = await session.scalar(select(Commodity.name).where(Commodity.id == UUID(words["commodity_id"])))
    if words.get("category_code"):
        name = await session.scalar(select(Category.name).where(Category.code == words["category_code"]))
        words["category_code"] = f"{words['category_code']} {name}"
    if words.get("legal_form"):
        words["legal_form"] = kinds.legal_form_name(words["legal_form"])
    for name, known in (("province_code", places.province), ("commune_code", places.commune)):
        place = known(words[name]) if words.get(name) else None
        if place is not None:
            words[name] = place.full_name
    if words.get("tax_code"):  # Of a household's own number nobody sees more than the end, officers included.
        words["tax_code"] = accounts.shown_tax_code(words["tax_code"])
    if words.get("kind") in kinds.KINDS:
        words["kind"] = kinds.KINDS[words["kind"]].name
    if words.get("level"):
        words["level"] = kinds.level_name(words["level"])
    return words


def _moment(told: str) -> str:
    return datetime.fromisoformat(told).isoformat()
