"""What fees are reckoned from: who exhibits in which booth, the rates, the terms of payment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.core import clock
from service.fairs.charges import fees
from service.fairs.charges.fees import Charge, Exhibitor, Stay, Tariff
from service.fairs.charges.models import Rate, Terms
from service.fairs.charges.views import TermsView
from service.fairs.models import Fair

GONE = ("rejected", "withdrawn")
# Who is reckoned with: the accepted ones, everybody who has a booth or has paid, and those that are asked for.
_PEOPLE = text(
    """
SELECT a.id, a.code, a.exhibitor, a.state, a.illustrative, a.place, a.submitted_at, a.supplier_id, a.booths, a.class_codes,
       a.least_m2, coalesce(m.first_day, a.starts_on) AS starts_on, coalesce(m.last_day, a.ends_on) AS ends_on, a.district_code,
       coalesce(s.province_code, a.province_code) AS province_code, s.legal_form,
       CASE WHEN m.first_day IS NULL THEN coalesce(g.lead_id, a.id) ELSE a.id END AS together
  FROM fairs_application a
  LEFT JOIN catalogue_supplier s ON s.id = a.supplier_id
  LEFT JOIN fairs_share_member m ON m.application_id = a.id AND m.state = 'agreed'
  LEFT JOIN fairs_share g ON g.id = m.share_id
 WHERE a.fair_id = :fair AND a.state <> 'draft'
   AND (a.state = 'accepted' OR a.id = ANY(:also)
        OR EXISTS (SELECT 1 FROM fairs_payment p WHERE p.application_id = a.id)
        OR EXISTS (SELECT 1 FROM fairs_occupancy o WHERE o.fair_id = a.fair_id AND o.state = 'taken'
                      AND (o.application_id = a.id OR (o.application_id IS NULL AND o.supplier_id = a.supplier_id))))
 ORDER BY a.id
"""
).bindparams(bindparam("also", type_=ARRAY(Uuid)))
# The list price of a booth: its own, else its class's, for a booth or by the square metre.
_STAYS = text(
    """
SELECT o.application_id, o.supplier_id, b.id AS booth_id, b.code AS booth, h.name AS hall, c.code AS class_code,
       coalesce(b.price_vnd,
                round(CASE WHEN c.price_by = 'm2' THEN c.price_vnd * b.width_m * b.depth_m ELSE c.price_vnd END)::bigint)
         AS list_vnd,
       lower(o.days) AS first_day, upper(o.days) - 1 AS last_day, o.share_id
  FROM fairs_occupancy o
  JOIN fairs_booth b ON b.id = o.booth_id
  JOIN fairs_hall h ON h.id = b.hall_id
  JOIN fairs_booth_class c ON c.id = b.class_id
 WHERE o.fair_id = :fair AND o.state = 'taken'
 ORDER BY h.position, b.code, o.id
"""
)
_CLASSES = text(
    "SELECT c.code, c.price_by, c.price_vnd, c.width_m * c.depth_m AS m2 FROM fairs_booth_class c"
    " WHERE c.fair_id = :fair ORDER BY c.position, c.code"
)


@dataclass(frozen=True, slots=True)
class Person:
    """One exhibitor as far as money goes."""

    code: str
    exhibitor: str
    state: str
    illustrative: bool
    applied_on: date | None
    stays: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that the fees of a fair are reckoned from."""

    people: dict[UUID, Person]
    exhibitors: tuple[Exhibitor, ...]
    tariffs: tuple[Tariff, ...]
    terms: TermsView
    first_day: date
    last_day: date

    def charges(self) -> dict[UUID, tuple[Charge, ...]]:
        """What each application owes for booths."""
        return fees.charges(self.exhibitors, self.tariffs, self.first_day, self.last_day)


async def terms_of(session: AsyncSession, fair_id: UUID) -> TermsView:
    """How a fair is paid for."""
    row = await session.get(Terms, fair_id)
    if row is None:
        return TermsView()
    return TermsView(row.vat_percent, row.deposit_percent, row.rest_days, row.pay_to, row.version)


async def gathered(session: AsyncSession, fair: Fair, *, also: Iterable[UUID] = ()) -> Material:
    """Read it all, in five statements; `also` are applications that nobody has accepted yet, reckoned as if somebody had."""
    people = (await session.execute(_PEOPLE, {"fair": fair.id, "also": list(also)})).all()
    stays = _given(people, (await session.execute(_STAYS, {"fair": fair.id})).all())
    classes = (await session.execute(_CLASSES, {"fair": fair.id})).all()
    rows = await session.scalars(
        select(Rate).where(Rate.fair_id == fair.id).order_by(Rate.position, Rate.id)
    )  # fmt: skip
    shared = _groups(people)
    known: dict[UUID, Person] = {}
    exhibitors = []
    for row in people:
        applied = row.submitted_at.astimezone(clock.ZONE).date() if row.submitted_at is not None else None
        own = stays.get(row.id) or _wished(fair, row, classes, shared)
        known[row.id] = Person(row.code, row.exhibitor, row.state, row.illustrative, applied, own)
        exhibitors.append(_exhibitor(row, applied, own))
    return Material(
        known, tuple(exhibitors), tuple(_tariff(row) for row in rows), await terms_of(session, fair.id), fair.starts_on,
        fair.ends_on,
    )  # fmt: skip


def _exhibitor(row: Any, applied: date | None, stays: tuple[Stay, ...]) -> Exhibitor:
    return Exhibitor(
        application_id=row.id, place=row.place, applied_at=row.submitted_at, applied_on=applied,
        who=row.supplier_id or row.id, old_district=row.district_code,
        province_code=row.province_code, legal_form=row.legal_form, stays=stays if row.state not in GONE else (),
    )  # fmt: skip


def _given(people: Sequence[Any], rows: Sequence[Any]) -> dict[UUID, tuple[Stay, ...]]:
    """The booths that each application has. A booking that names a supplier only belongs to that supplier's application."""
    of_supplier = {row.supplier_id: row.id for row in people if row.supplier_id is not None and row.state not in GONE}
    known = {row.id for row in people}
    together: defaultdict[tuple[Any, ...], list[UUID]] = defaultdict(list)
    whose: list[tuple[UUID, Any]] = []
    for row in rows:
        application_id = row.application_id or of_supplier.get(row.supplier_id)
        if application_id is None or application_id not in known:
            # Somebody without an application, who shares a booth, still has her part of it.
            application_id = row.application_id or row.supplier_id or row.booth_id
        whose.append((application_id, row))
        together[_shared(row)].append(application_id)
    found: defaultdict[UUID, list[Stay]] = defaultdict(list)
    for application_id, row in whose:
        sharers = sorted(together[_shared(row)])
        stay = Stay(row.booth, row.hall, row.class_code, row.list_vnd, row.first_day, row.last_day, len(sharers),
                    sharers.index(application_id))  # fmt: skip
        found[application_id].append(stay)
    return {application_id: tuple(each) for application_id, each in found.items()}


def _shared(row: Any) -> tuple[Any, ...]:
    return row.booth_id, row.first_day, row.last_day, row.share_id


def _groups(people: Sequence[Any]) -> dict[UUID, list[UUID]]:
    """Who asks for one booth on the same days: by the first application, all of them."""
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in people:
        if row.state not in GONE:
            found[row.together].append(row.id)
    return found


def _wished(fair: Fair, row: Any, classes: Sequence[Any], shared: dict[UUID, list[UUID]]) -> tuple[Stay, ...]:
    """The booths that were applied for, of the first class that would do, while none has been given."""
    if row.state in GONE:
        return ()
    fitting = [each for each in classes if each.code in row.class_codes] or list(classes)
    if not fitting:
        return ()
    chosen = fitting[0]
    price = chosen.price_vnd
    if chosen.price_by == "m2":
        price = round(chosen.price_vnd * max(row.least_m2 or Decimal(0), chosen.m2))
    group = sorted(shared.get(row.together, [row.id]))
    first, last = row.starts_on or fair.starts_on, row.ends_on or fair.ends_on
    rank = group.index(row.id) if row.id in group else 0
    return tuple(Stay("", "", chosen.code, price, first, last, len(group), rank) for _booth in range(row.booths))


def _tariff(row: Rate) -> Tariff:
    return Tariff(
        row.id, row.kind, row.name, row.class_code, row.price_vnd, row.percent_off, row.until_day, row.quota, row.quota_per,
        frozenset(row.legal_forms), frozenset(row.province_codes), row.source, row.quota_places,
    )  # fmt: skip
