"""Reminders of papers that run out, by mail at 180, 90 and 30 days (V3): each once, of missed ones the most urgent.

Nothing is made true by a reminder: a paper stops counting because every query asks for one that is valid today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.catalogue import kinds, rules
from service.catalogue.papers import rules as paper_rules
from service.catalogue.papers.expiring import NOT_RENEWED
from service.core import clock, i18n, mail
from service.core.i18n import _

TEMPLATE = "papers_expiring"
# The names of tables and columns are ours; every value is a parameter.
CANDIDATES = text(f"""
SELECT h.id, h.kind, h.stars, h.number, h.valid_to, p.name, p.name_en, p.slug, s.name, s.organisation_id,
       ARRAY(SELECT r.days FROM catalogue_reminder r WHERE r.certificate_id = h.id AND r.valid_to = h.valid_to) AS sent
  FROM catalogue_certificate h
  JOIN catalogue_supplier s ON s.id = h.supplier_id
  LEFT JOIN catalogue_product p ON p.id = h.product_id
 WHERE h.state = 'checked' AND h.valid_to BETWEEN :first AND :last AND {NOT_RENEWED}
 ORDER BY h.valid_to, h.id
""")  # noqa: S608 - see above.
NOTE = text(
    "INSERT INTO catalogue_reminder (certificate_id, valid_to, days, sent_at) VALUES (:id, :valid_to, :days, :now)"
    " ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Due:
    """A paper of which its people are to be told now."""

    id: UUID
    kind: str
    stars: int | None
    number: str | None
    valid_to: date
    product: str | None
    product_en: str | None
    slug: str | None
    supplier: str
    organisation_id: UUID
    threshold: int

    def line(self, today: date) -> dict[str, Any]:
        """What the mail says of it, in the language that is being spoken."""
        known = kinds.KINDS.get(self.kind)
        name = _("OCOP %(n)s sao", n=self.stars) if self.stars else known.called(i18n.locale()) if known else self.kind
        product = (self.product_en or self.product) if i18n.locale() == "en" else self.product
        base = f"/ban-hang/san-pham/{self.slug}/giay-to" if self.slug else "/ban-hang/giay-to"
        return {
            "name": name, "number": self.number, "product": product, "days": (self.valid_to - today).days,
            "valid_to": self.valid_to, "address": base,
        }  # fmt: skip


async def remind(session: AsyncSession) -> int:
    """Tell everybody whose papers run out what is due, one mail for each person; gives the number of papers told of.

    A supplier whom no mail reaches stays due, and is told on the day when there is an address.
    """
    # Two workers must not both find the same reminder unsent.
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('paper reminders'))"))
    today = clock.today()
    due = await _due(session, today)
    people = await accounts.people_of(session, {each.organisation_id for each in due})
    told = 0
    for organisation_id, recipients in people.items():
        papers = [each for each in due if each.organisation_id == organisation_id]
        reached = [person for person in recipients if person.email]
        for person in reached:
            with i18n.speaking(person.language):
                lines = [each.line(today) for each in papers]
            await mail.send(session, person.email, TEMPLATE, person.language, supplier=papers[0].supplier, papers=lines)
        if reached:
            told += len(papers)
            noted = [{"id": each.id, "valid_to": each.valid_to, "days": each.threshold, "now": clock.now()} for each in papers]
            await session.execute(NOTE, noted)
    return told


async def _due(session: AsyncSession, today: date) -> list[Due]:
    last = today + timedelta(days=max(rules.REMINDED_AT))
    due = []
    for row in await session.execute(CANDIDATES, {"first": today, "last": last}):
        threshold = paper_rules.due_reminder(row.valid_to, today, row.sent)
        if threshold is not None:
            paper: list[Any] = [*row[:10], threshold]
            due.append(Due(*paper))
    return due
