"""How what was awarded to a joint order is shared out: in proportion to what each member asked for, exact to the last gram.

Pure. Largest remainders: everybody gets the whole part of its exact share, and what is left over goes, unit by unit, to those
whose exact share was cut most. So the sum is exactly what was awarded, nobody is more than one unit from its exact share,
and nobody gets more than it asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

K = TypeVar("K")  # A member.
L = TypeVar("L")  # A line of an award.
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Split(Generic[K, L]):
    """Each line shared out over the members, and what no member had asked for."""

    lines: Mapping[L, Mapping[K, Decimal]]
    surplus: Decimal

    def of(self, member: K) -> Decimal:
        """Everything that a member gets."""
        return sum((shares.get(member, NOTHING) for shares in self.lines.values()), NOTHING)


def split(kg: Decimal, asks: Mapping[K, Decimal]) -> dict[K, Decimal]:
    """So many kilograms over the members, in proportion to their asks and never above them.

    >>> split(Decimal(10), {"a": Decimal(5), "b": Decimal(5), "c": Decimal(5)})
    {'a': Decimal('4'), 'b': Decimal('3'), 'c': Decimal('3')}
    """
    unit = _unit([kg, *asks.values()])
    asked = {member: int(ask / unit) for member, ask in asks.items()}
    whole = sum(asked.values())
    give = min(int(kg / unit), whole)
    if whole == 0 or give <= 0:
        return dict.fromkeys(asks, NOTHING)
    parts = {member: divmod(give * ask, whole) for member, ask in asked.items()}
    left = give - sum(part for part, _rest in parts.values())
    # Equal remainders are served in the order of the members' names, so that the same award is always shared out alike.
    by_rest = sorted(parts, key=lambda member: (-parts[member][1], str(member)))
    more = set(by_rest[:left])
    return {member: (part + (member in more)) * unit for member, (part, _rest) in parts.items()}


def split_lines(lines: Sequence[tuple[L, Decimal]], asks: Mapping[K, Decimal]) -> Split[K, L]:
    """Several lines of one month, one after the other, each over what the members still miss."""
    open_asks = dict(asks)
    shared: dict[L, dict[K, Decimal]] = {}
    surplus = NOTHING
    for line, kg in lines:
        shares = split(kg, open_asks)
        surplus += kg - sum(shares.values(), NOTHING)
        shared[line] = shares
        open_asks = {member: ask - shares[member] for member, ask in open_asks.items()}
    return Split(shared, surplus)


def _unit(numbers: Iterable[Decimal]) -> Decimal:
    """The coarsest unit in which all of these are whole: a kilogram, or as many decimals of one as are written."""
    digits = 0
    for each in numbers:
        exponent = each.normalize().as_tuple().exponent
        digits = max(digits, -exponent if isinstance(exponent, int) else 0)
    return Decimal(1).scaleb(-digits)
