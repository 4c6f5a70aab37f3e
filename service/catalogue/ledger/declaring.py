"""What is declared or kept back may not go below what is promised: it is refused in words, with every promise in the way.

The triggers and the check of the table would refuse it too (0014_ledger.sql), without saying to whom the goods are promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from service.catalogue.bulk import staging
from service.catalogue.ledger import rules
from service.catalogue.ledger.inputs import first_day
from service.core import formats
from service.core.errors import Invalid
from service.core.i18n import _

NAMED = 6  # So many months are told with their promises; every one stands beside its own field.

# The products are held before anything of them is read: nobody promises of them until what is declared has been kept.
_HOLD = "SELECT id FROM catalogue_product WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE"
_BALANCES = """
SELECT p.id, p.name, p.reserve_kg, b.year * 12 + b.month - 1, b.promised_kg + b.delivered_kg
  FROM catalogue_ledger_month b JOIN catalogue_product p ON p.id = b.product_id
 WHERE b.product_id = ANY(%(ids)s) AND b.promised_kg + b.delivered_kg > 0 ORDER BY p.name, p.id, b.year, b.month
"""
_DECLARED = "SELECT product_id, year * 12 + month - 1, capacity_kg FROM catalogue_supply WHERE product_id = ANY(%(ids)s)"
_TO_WHOM = """
SELECT m.product_id, m.year * 12 + m.month - 1, m.kg - m.released_kg, m.label
  FROM catalogue_promise m WHERE m.product_id = ANY(%(ids)s) AND m.kg > m.released_kg ORDER BY m.id
"""


@dataclass(frozen=True, slots=True)
class Short:
    """A month in which more is promised than would be left: how much there must be at least, and the promises in words."""

    product_id: UUID
    product: str
    month: int
    least_kg: Decimal
    promises: str

    @property
    def sentence(self) -> str:
        """What is in the way."""
        at = {"month": formats.month(first_day(self.month)), "kg": formats.kg(self.least_kg)}
        return _("%(month)s cần ít nhất %(kg)s vì đã hứa: %(promises)s.", promises=self.promises, **at)

    @property
    def beside(self) -> str:
        """What stands beside the narrow field of the month."""
        return _("%(month)s: ít nhất %(kg)s.", month=formats.month(first_day(self.month)), kg=formats.kg(self.least_kg))


async def refuse_below(
    conn: staging.Connection, wished: Mapping[UUID, Mapping[int, Decimal | None]], *, reserve: Decimal | None = None
) -> None:
    """Refuse capacities by month (None: not declared any more), or a reserve, that leave less than what is promised.

    Raises Invalid; its errors stand by the fields of a form of one product: `capacity_03`, or `reserve_kg`.
    """
    short = await _short(conn, wished, reserve)
    if not short:
        return
    several = len({each.product_id for each in short}) > 1
    said = [f"{each.product}: {each.sentence}" if several else each.sentence for each in short]
    more = _("Và %(n)s tháng nữa.", n=len(said) - NAMED) if len(said) > NAMED else ""
    # One figure may stand for the same month of several years: what is needed most is said.
    by_need = sorted(sorted(short, key=lambda each: each.least_kg), key=lambda each: each.month % 12)
    beside = {f"capacity_{each.month % 12 + 1:02d}": each.beside for each in by_need}
    if reserve is not None:
        beside = {"reserve_kg": short[0].sentence}
    raise Invalid(
        " ".join((_("Như vậy thì còn ít hơn số đã hứa."), *said[:NAMED], more)).rstrip(), beside if not several else None
    )


async def _short(
    conn: staging.Connection, wished: Mapping[UUID, Mapping[int, Decimal | None]], reserve: Decimal | None
) -> list[Short]:
    await conn.execute(_HOLD, {"ids": sorted(wished)})
    balances = await (await conn.execute(_BALANCES, {"ids": list(wished)})).fetchall()
    ids = {"ids": list({row[0] for row in balances})}
    if not balances:
        return []
    declared: dict[UUID, dict[int, Decimal]] = {}
    for product_id, month, kg in await (await conn.execute(_DECLARED, ids)).fetchall():
        declared.setdefault(product_id, {})[month] = kg
    found = []
    for product_id, name, stored, month, taken in balances:
        after = {**declared.get(product_id, {}), **wished[product_id]}
        capacity = {at: kg for at, kg in after.items() if kg is not None}
        kept_back = stored if reserve is None else reserve
        free = rules.free_in(rules.kept_back(capacity, kept_back), [month])
        if free.get(month, Decimal(0)) < taken:
            found.append((product_id, name, month, taken + kept_back))
    if not found:
        return []
    whom: dict[tuple[UUID, int], list[str]] = {}
    for product_id, month, kg, label in await (await conn.execute(_TO_WHOM, ids)).fetchall():
        whom.setdefault((product_id, month), []).append(_("%(kg)s cho %(label)s", kg=formats.kg(kg), label=label))
    return [Short(*each, _listed(whom.get((each[0], each[2]), ()))) for each in found]


def _listed(promises: Iterable[str]) -> str:
    return "; ".join(promises)
