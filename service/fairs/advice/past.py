"""What was sold at earlier fairs that are like a coming one: the evidence behind the advice. PURE: plain data in and out.

An earlier fair is like a coming one when at least two hold of: the same kind of event, the same province, the same season (not
more than a month apart, whatever the year). What a supplier has sold is its own affair: it speaks only to its own people and to
the organiser of those fairs. To everybody else speaks what all sold of the same goods, where at least three did.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from service.fairs.suitability import Like, Past

ENOUGH_ALIKE = 2
ENOUGH_EXHIBITORS = 3


@dataclass(frozen=True, slots=True)
class Sold:
    """What one exhibitor sold of one commodity at one fair, and on how many booth-days it said what it had sold."""

    fair_id: UUID
    kind: str
    province_code: str | None
    month: int
    organiser_id: UUID | None
    exhibitor_id: UUID
    supplier_id: UUID | None
    commodity_id: UUID | None
    vnd: int
    booth_days: int


@dataclass(frozen=True, slots=True)
class Coming:
    """What is asked of the earlier fairs: something like this one."""

    kind: str
    province_code: str | None
    months: frozenset[int]


def alike(sold: Sold, coming: Coming) -> frozenset[Like]:
    """In what the earlier fair is like the coming one."""
    found = set()
    if sold.kind == coming.kind:
        found.add(Like.KIND)
    if sold.province_code is not None and sold.province_code == coming.province_code:
        found.add(Like.PROVINCE)
    if any(_apart(sold.month, month) <= 1 for month in coming.months):
        found.add(Like.SEASON)
    return frozenset(found)


def past_of(
    facts: Iterable[Sold], coming: Coming, *, commodity_id: UUID | None, supplier_id: UUID, may_know_own: bool
) -> Past | None:
    """The best evidence there is: of this supplier before that of all, from the fairs most like before the others."""
    if commodity_id is None:
        return None
    of_goods = [(each, alike(each, coming)) for each in facts if each.commodity_id == commodity_id and each.booth_days > 0]
    own = [pair for pair in of_goods if pair[0].supplier_id == supplier_id] if may_know_own else []
    for evidence, is_own in ((own, True), (of_goods, False)):
        for least in (len(Like), ENOUGH_ALIKE):
            close = [pair for pair in evidence if len(pair[1]) >= least]
            enough = 1 if is_own else ENOUGH_EXHIBITORS
            if len({each.exhibitor_id for each, _ in close}) >= enough:
                return _told(close, own=is_own)
    return None


def _told(close: list[tuple[Sold, frozenset[Like]]], *, own: bool) -> Past:
    vnd, days = sum(each.vnd for each, _ in close), sum(each.booth_days for each, _ in close)
    like = frozenset.intersection(*(found for _, found in close))
    return Past(round(vnd / days), len({each.fair_id for each, _ in close}), own, like)


def _apart(one: int, other: int) -> int:
    between = abs(one - other) % 12
    return min(between, 12 - between)
