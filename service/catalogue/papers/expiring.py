"""Papers that run out: who has to renew which, how far that has come (V3), for officers and for the supplier itself.

A paper is left out where a newer checked one of its kind holds longer: then there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from service.accounts import Actor, Role
from service.catalogue import kinds, rules
from service.catalogue.papers.models import RenewalState
from service.core import clock, cursors, places
from service.core.errors import NotAllowed
from service.core.i18n import _, locale

if TYPE_CHECKING:
    from service.catalogue.queries import Reader

MOST = 100
LONGEST = max(rules.REMINDED_AT)
LAPSED_DAYS = 365  # A paper that ran out longer ago is history.

# Nothing of its kind holds longer; `h` is the paper. The names of tables and columns are ours; every value is a parameter.
NOT_RENEWED = """NOT EXISTS (SELECT FROM catalogue_certificate n WHERE n.supplier_id = h.supplier_id AND n.kind = h.kind
   AND n.product_id IS NOT DISTINCT FROM h.product_id AND n.state = 'checked'
   AND (n.valid_to > h.valid_to OR n.valid_to IS NULL))"""
EXPIRING = f"""
SELECT h.id, h.kind, h.stars, h.number, h.valid_to, p.slug, p.name, p.name_en, s.slug, s.name, s.name_en, s.organisation_id,
       s.province_code, s.commune_code, coalesce(w.state, 'not_begun'), w.day, w.note, coalesce(w.version, 0)
  FROM catalogue_certificate h
  JOIN catalogue_supplier s ON s.id = h.supplier_id
  LEFT JOIN catalogue_product p ON p.id = h.product_id
  LEFT JOIN catalogue_renewal w ON w.id = h.id
 WHERE h.state = 'checked' AND h.valid_to BETWEEN %(first)s AND %(last)s AND {NOT_RENEWED}
   AND (cardinality(%(area)s::text[]) = 0 OR s.province_code = ANY(%(area)s) OR s.commune_code = ANY(%(area)s))
   AND (%(own)s::uuid IS NULL OR s.organisation_id = %(own)s)
   AND (%(id)s::uuid IS NULL OR h.id = %(id)s)
   AND (%(after)s::date IS NULL OR (h.valid_to, h.id) > (%(after)s, %(after_id)s::uuid))
 ORDER BY h.valid_to, h.id LIMIT %(limit)s
"""  # noqa: S608 - see above.


@dataclass(frozen=True, slots=True)
class Expiring:
    """A paper that runs out, or has, with how far its renewal has come."""

    id: UUID
    kind: str
    stars: int | None
    number: str | None
    valid_to: date
    product_slug: str | None
    product_name: str | None
    product_name_en: str | None
    supplier_slug: str
    supplier_name: str
    supplier_name_en: str | None
    organisation_id: UUID
    province_code: str | None
    commune_code: str | None
    renewal: str
    renewal_day: date | None
    renewal_note: str | None
    renewal_version: int

    @property
    def name(self) -> str:
        """The paper in the reader's language."""
        if self.stars:
            return _("OCOP %(n)s sao", n=self.stars)
        kind = kinds.KINDS.get(self.kind)
        return kind.called(locale()) if kind else self.kind

    @property
    def product(self) -> str | None:
        """The product in the reader's language; None for a paper of the supplier as a whole."""
        return (self.product_name_en or self.product_name) if locale() == "en" else self.product_name

    @property
    def supplier(self) -> str:
        """The supplier in the reader's language."""
        return (self.supplier_name_en or self.supplier_name) if locale() == "en" else self.supplier_name

    @property
    def place(self) -> str:
        """Where the supplier is."""
        return places.where(self.province_code, self.commune_code)

    @property
    def days(self) -> int:
        """Days that are left; less than nought when it has run out."""
        return (self.valid_to - clock.today()).days

    @property
    def renewal_name(self) -> str:
        """How far its renewal has come, in words."""
        return renewal_name(self.renewal)


@dataclass(frozen=True, slots=True)
class ExpiringList:
    """A page of papers that run out, the next one to end first."""

    items: list[Expiring]
    next: str | None


def renewal_name(state: str) -> str:
    """How far a renewal has come, in the reader's language."""
    return {
        RenewalState.NOT_BEGUN.value: _("chưa bắt đầu"),
        RenewalState.SENT.value: _("đã gửi hồ sơ"),
        RenewalState.ASSESSED.value: _("đã đánh giá lại"),
    }[state]


async def expiring(
    reader: Reader, actor: Actor, *, days: int = LONGEST, lapsed: bool = False, area: Sequence[str] = (),
    cursor: str | None = None, limit: int = 30, certificate_id: UUID | None = None,
) -> ExpiringList:  # fmt: skip
    """The papers that end within so many days, or with `lapsed` those that have ended within a year, for this reader.

    Officers see everybody's, a supplier's people their own; nobody else has any.
    """
    everybody = rules.may_see_reviews(actor)
    if not everybody and actor.role is not Role.SUPPLIER:
        raise NotAllowed(_("Trang này dành cho nhà cung cấp và cán bộ."))
    today = clock.today()
    after = cursors.place(cursor, date.fromisoformat) if cursor else None
    last = today + timedelta(days=min(max(days, 0), 3660))
    size = min(max(limit, 1), MOST)
    asked = {
        "first": today - timedelta(days=LAPSED_DAYS) if lapsed else today,
        "last": today - timedelta(days=1) if lapsed else last,
        "area": list(area), "own": None if everybody else actor.organisation_id, "id": certificate_id,
        "after": after[0] if after else None, "after_id": after[1] if after else None, "limit": size + 1,
    }  # fmt: skip
    rows = await (await reader.execute(EXPIRING, asked)).fetchall()
    items = [Expiring(*row) for row in rows[:size]]
    more = items[-1] if len(rows) > size else None
    return ExpiringList(items, cursors.sealed([more.valid_to.isoformat(), more.id.hex]) if more else None)
