"""What exhibitors owe for their booths (F3). Pure: asks no database and reads no clock.

    charges(exhibitors, tariffs, first_day, last_day) -> {application: (Charge, ...)}     booths, early rates, support
    bill(charges, ordered, vat_percent) -> (Item, ...)                                    with services and VAT, line by line
    instalments(total, paid, ...) -> (Instalment, ...)                                    what is due when

Money is whole đồng and never below nothing for anybody. Two rules make shares add up: a booth by days costs the difference of
two rounded running sums, so days that cover the fair cost exactly the booth; and of a shared booth the first ones take the đồng
that does not divide. Inside a quota the order of choice counts, then who applied first: the order in which exhibitors are
handed in changes nothing. A shared booth, or one for some days, takes only its part of a quota.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from service.fairs.charges.models import QuotaPer, RateKind

LAST = datetime.max.replace(tzinfo=UTC)


class ChargeKind(StrEnum):
    """What a line of a statement is for."""

    BOOTH = "booth"
    EARLY = "early"
    SUPPORT = "support"
    SERVICE = "service"
    VAT = "vat"


@dataclass(frozen=True, slots=True)
class Tariff:
    """One rate of the fair."""

    id: UUID
    kind: str  # A RateKind.
    name: str
    class_code: str | None = None
    price_vnd: int | None = None
    percent_off: Decimal | None = None
    until_day: date | None = None
    quota: int | None = None
    quota_per: str = QuotaPer.FAIR
    legal_forms: frozenset[str] = frozenset()
    province_codes: frozenset[str] = frozenset()
    source: str | None = None
    quota_places: Mapping[str, int] = field(default_factory=dict, hash=False)  # Another number for some places.

    def most(self, counted: Hashable) -> int | None:
        """How many booths it pays for there; None: as many as come."""
        return self.quota_places.get(counted, self.quota) if isinstance(counted, str) else self.quota


@dataclass(frozen=True, slots=True)
class Stay:
    """An exhibitor in one booth for some days; `sharers` are all who have it on these days, `rank` which of them this is."""

    booth: str  # Its code; empty while none has been given.
    hall: str
    class_code: str
    list_vnd: int  # The whole booth for the whole fair.
    first_day: date
    last_day: date
    sharers: int = 1
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Exhibitor:
    """Who has applied, where she stands in the order of choice, and what decides about her rates."""

    application_id: UUID
    place: int | None
    applied_at: datetime | None
    applied_on: date | None  # The day of it where the fair is held.
    who: Hashable  # The supplier, or the application of one that is not on the market.
    old_district: str | None
    province_code: str | None
    legal_form: str | None
    stays: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class Charge:
    """One line for one booth: the rent, what an early form takes off, what somebody else pays."""

    kind: ChargeKind
    stay: Stay
    amount_vnd: int  # Below nothing: taken off.
    tariff: Tariff | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """So much of a service at the price it was ordered at."""

    service_id: UUID
    name: str
    unit: str
    quantity: int
    price_vnd: int


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a statement; exactly one of the three says where it comes from, VAT has none."""

    kind: ChargeKind
    amount_vnd: int
    charge: Charge | None = None
    ordered: Ordered | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the sum, the day by which it is due, and how much of it has come in."""

    deposit: bool
    amount_vnd: int
    due_on: date | None
    paid_vnd: int

    @property
    def open_vnd(self) -> int:
        """What has not come in."""
        return self.amount_vnd - self.paid_vnd


def charges(
    exhibitors: Iterable[Exhibitor], tariffs: Sequence[Tariff], first_day: date, last_day: date
) -> dict[UUID, tuple[Charge, ...]]:
    """What each exhibitor owes for booths. The tariffs come in the organiser's order."""
    length = (last_day - first_day).days + 1
    used: defaultdict[tuple[UUID, Hashable], Fraction] = defaultdict(Fraction)
    found: dict[UUID, tuple[Charge, ...]] = {}
    for each in sorted(exhibitors, key=_order):
        lines: list[Charge] = []
        for stay in sorted(each.stays, key=lambda one: (one.booth, one.first_day, one.last_day, one.rank)):
            lines += _stay(each, stay, tariffs, first_day, length, used)
        found[each.application_id] = tuple(lines)
    return found


def bill(lines: Iterable[Charge], ordered: Iterable[Ordered], vat_percent: Decimal | None) -> tuple[Item, ...]:
    """Booths, services, and VAT on what the exhibitor herself pays."""
    items = [Item(each.kind, each.amount_vnd, charge=each) for each in lines]
    items += [Item(ChargeKind.SERVICE, each.quantity * each.price_vnd, ordered=each) for each in ordered if each.quantity]
    if vat_percent is not None:
        items.append(Item(ChargeKind.VAT, part(sum(item.amount_vnd for item in items), vat_percent), percent=vat_percent))
    return tuple(items)


def instalments(
    total: int, paid: int, *, deposit_percent: int, applied_on: date | None, starts_on: date, rest_days: int
) -> tuple[Instalment, ...]:
    """The deposit with the form and the rest before the opening; what came in counts for the deposit first."""
    deposit = part(total, Decimal(deposit_percent))
    came = max(paid, 0)
    parts = [(True, deposit, applied_on), (False, total - deposit, starts_on - timedelta(days=rest_days))]
    found = []
    for is_deposit, amount, due_on in parts:
        covered = min(came, amount)
        came -= covered
        if amount:
            found.append(Instalment(is_deposit, amount, due_on, covered))
    return tuple(found)


def part(amount: int, percent: Decimal) -> int:
    """So much per cent in whole đồng, halves upwards."""
    return int((Decimal(amount) * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


def takes(stay: Stay, first_day: date, length: int) -> Fraction:
    """How much of one booth for the whole fair this is."""
    begin, end = _span(stay, first_day, length)
    return Fraction(end - begin, length * stay.sharers)


def _order(each: Exhibitor) -> tuple[float, datetime, UUID]:
    return (each.place if each.place is not None else float("inf"), each.applied_at or LAST, each.application_id)


def _span(stay: Stay, first_day: date, length: int) -> tuple[int, int]:
    begin = min(max((stay.first_day - first_day).days, 0), length)
    return begin, max(begin, min(max((stay.last_day - first_day).days + 1, 0), length))


def _share(amount: int, stay: Stay, first_day: date, length: int) -> int:
    """What of the price of a booth falls on this stay."""
    begin, end = _span(stay, first_day, length)
    for_days = _rounded(amount * end, length) - _rounded(amount * begin, length)
    each, left = divmod(for_days, stay.sharers)
    return each + (1 if stay.rank < left else 0)


def _rounded(over: int, under: int) -> int:
    return (2 * over + under) // (2 * under)


def _stay(
    who: Exhibitor, stay: Stay, tariffs: Sequence[Tariff], first_day: date, length: int,
    used: defaultdict[tuple[UUID, Hashable], Fraction],
) -> list[Charge]:  # fmt: skip
    usual, tariff = _usual(stay, tariffs)
    rent = _share(usual, stay, first_day, length)
    lines = [Charge(ChargeKind.BOOTH, stay, rent, tariff)]
    early = _early(who, stay, tariffs, usual)
    if early is not None:
        less = min(0, _share(early[0], stay, first_day, length) - rent)
        if less:
            lines.append(Charge(ChargeKind.EARLY, stay, less, early[1]))
            rent += less
    wanted = takes(stay, first_day, length)
    for each in tariffs:
        if each.kind != RateKind.SUBSIDISED or not _is_for(each, stay) or not _may_have(each, who):
            continue
        counted = _counted(each, who)
        if counted is None:
            continue
        most = each.most(counted)
        if most is not None and used[each.id, counted] + wanted > most:
            continue
        used[each.id, counted] += wanted
        off = part(rent, each.percent_off or Decimal(0))
        if off:
            lines.append(Charge(ChargeKind.SUPPORT, stay, -off, each))
        break
    return lines


def _usual(stay: Stay, tariffs: Sequence[Tariff]) -> tuple[int, Tariff | None]:
    """The price without favour: the first standard rate of this class, else one for all, else the list price."""
    fitting = [each for each in tariffs if each.kind == RateKind.STANDARD and _is_for(each, stay)]
    chosen = next((each for each in fitting if each.class_code), next(iter(fitting), None))
    return (stay.list_vnd, None) if chosen is None else (_price(chosen, stay.list_vnd), chosen)


def _early(who: Exhibitor, stay: Stay, tariffs: Sequence[Tariff], usual: int) -> tuple[int, Tariff] | None:
    """The best early rate that she was in time for, if it is better than the usual one."""
    fitting = [
        (_price(each, usual), place)
        for place, each in enumerate(tariffs)
        if each.kind == RateKind.EARLY and _is_for(each, stay) and each.until_day is not None
        and who.applied_on is not None and who.applied_on <= each.until_day
    ]  # fmt: skip
    best = min(fitting, default=None)
    return (best[0], tariffs[best[1]]) if best is not None and best[0] < usual else None


def _price(tariff: Tariff, of: int) -> int:
    return tariff.price_vnd if tariff.price_vnd is not None else of - part(of, tariff.percent_off or Decimal(0))


def _is_for(tariff: Tariff, stay: Stay) -> bool:
    return tariff.class_code is None or tariff.class_code == stay.class_code


def _may_have(tariff: Tariff, who: Exhibitor) -> bool:
    return (not tariff.legal_forms or who.legal_form in tariff.legal_forms) and (
        not tariff.province_codes or who.province_code in tariff.province_codes
    )


def _counted(tariff: Tariff, who: Exhibitor) -> Hashable | None:
    """For whom the quota is counted; None where that is not known, so that nobody gets an uncounted place."""
    if tariff.quota is None and not tariff.quota_places:
        return ""
    counted: Mapping[str, Hashable | None] = {
        QuotaPer.FAIR: "", QuotaPer.OLD_DISTRICT: who.old_district, QuotaPer.PROVINCE: who.province_code,
        QuotaPer.EXHIBITOR: who.who,
    }  # fmt: skip
    return counted[tariff.quota_per]
