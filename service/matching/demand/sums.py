"""What a joint order comes to, and what becomes of it when its members have been asked. Pure: plain numbers in and out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from service.core import clock

FEWEST = 2  # One buyer alone is no joint order.
NOTHING = Decimal(0)


def months_of(first: date, last: date) -> tuple[date, ...]:
    """Every month from the first to the last, as first days."""
    found = [first]
    while found[-1] < last:
        found.append(clock.add_months(found[-1], 1))
    return tuple(found)


def together(shares: Iterable[Mapping[date, Decimal]]) -> dict[date, Decimal]:
    """The kilograms of all members by month."""
    total: dict[date, Decimal] = {}
    for share in shares:
        for month, kg in share.items():
            total[month] = total.get(month, NOTHING) + kg
    return total


def missing(total: Mapping[date, Decimal], months: Iterable[date], target: Decimal) -> dict[date, Decimal]:
    """What is still missing in each month that is not full."""
    return {month: target - total.get(month, NOTHING) for month in months if total.get(month, NOTHING) < target}


def reached(total: Mapping[date, Decimal], months: Iterable[date], target: Decimal) -> bool:
    """Whether every month has come to the target."""
    return not missing(total, months, target)


def filled(total: Mapping[date, Decimal], months: Sequence[date], target: Decimal) -> Fraction:
    """How much of the whole is filled, 0 to 1; what one month has too much fills no other."""
    counted = sum((min(total.get(month, NOTHING), target) for month in months), NOTHING)
    return Fraction(counted) / (Fraction(target) * len(months))


def beyond(
    total: Mapping[date, Decimal], share: Mapping[date, Decimal], before: Mapping[date, Decimal], most: Decimal | None
) -> dict[date, Decimal]:
    """The months in which a member would take more than is left, each with what is left for it.

    `total` counts what the member has so far (`before`). A month that the member only lowers is never refused.
    """
    if most is None:
        return {}
    found = {}
    for month, kg in share.items():
        left = most - (total.get(month, NOTHING) - before.get(month, NOTHING))
        if kg > left and kg > before.get(month, NOTHING):
            found[month] = max(left, NOTHING)
    return found


class Verdict(StrEnum):
    """What follows when the members have been asked whether their figures stand."""

    CONFIRMED = "confirmed"
    AGAIN = "again"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Standing:
    """One member while figures are confirmed: whether it has agreed, what it takes, and since when it takes part."""

    agreed: bool
    share: Mapping[date, Decimal]


def verdict(members: Sequence[Standing], months: Sequence[date], target: Decimal) -> Verdict:
    """What follows from the answers of one round.

    Those who have not agreed drop out. If what remains still reaches the target, or nobody has dropped out, the figures
    stand: everybody who is left has agreed to exactly them. Otherwise the rest are asked again, because they agreed to a
    fuller order than there is now. Each new round has fewer members, so there are never more rounds than members.
    """
    staying = [each for each in members if each.agreed]
    if len(staying) < FEWEST:
        return Verdict.TOO_FEW
    if len(staying) == len(members) or reached(together(each.share for each in staying), months, target):
        return Verdict.CONFIRMED
    return Verdict.AGAIN
