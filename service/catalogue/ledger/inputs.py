"""What is asked of the ledger: so many kilograms of a product in a month, and on whose account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from service.catalogue.ledger.models import SourceKind
from service.core.errors import Invalid
from service.core.formats import LARGEST
from service.core.i18n import _

YEARS = range(2000, 2101)
GRAM = Decimal("0.001")
LONGEST = 500
Key = tuple[UUID, int]  # A product, and a month counted as year times 12 plus month less 1.


@dataclass(frozen=True, slots=True)
class Wish:
    """So many kilograms of a product in a month; `month` is any day of it."""

    product_id: UUID
    month: date
    kg: Decimal


@dataclass(frozen=True, slots=True)
class Source:
    """What a promise comes from; `label` says it to the supplier: "YC-7K2M9 · Siêu thị Phố Chàm"."""

    kind: str
    id: UUID
    label: str


@dataclass(frozen=True, slots=True)
class Deal:
    """What one source asks for. `instead_of` names a source whose promises are let go in the same move: a pool's holds become
    an award without being free for anybody in between.
    """

    source: Source
    wishes: Sequence[Wish]
    instead_of: tuple[str, UUID] | None = None


def number(day: date) -> int:
    """The month of that day, counted as year times 12 plus month less 1."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a counted month."""
    return date(month // 12, month % 12 + 1, 1)


def wanted(wishes: Iterable[Wish]) -> dict[Key, Decimal]:
    """The wishes by product and month, in the one order in which everybody locks; of one month they are summed up."""
    found: dict[Key, Decimal] = {}
    for wish in wishes:
        key = (wish.product_id, _known(wish.month))
        found[key] = found.get(key, Decimal(0)) + weighed(Decimal(wish.kg))
    if not found:
        raise Invalid(_("Chưa có tháng nào để hứa hàng."))
    return dict(sorted(found.items()))


def weighed(kg: Decimal) -> Decimal:
    """The kilograms, if they can be promised at all: more than nothing, whole grams, and no more than anybody can type."""
    if not kg.is_finite() or kg <= 0:
        raise Invalid(_("Số kg phải lớn hơn 0."))
    if kg > LARGEST:
        raise Invalid(_("Số quá lớn."))
    if kg != kg.quantize(GRAM):
        raise Invalid(_("Số kg chỉ tính tới gam: ba số sau dấu phẩy."))
    return kg


def spoken(source: Source) -> Source:
    """The source with words that can be stored."""
    if source.kind not in {kind.value for kind in SourceKind}:
        raise ValueError(f"no such source of a promise: {source.kind}")
    return Source(source.kind, source.id, said(source.label))


def said(words: str) -> str:
    """Words as the database can hold them, and no longer than anybody reads."""
    return words.replace("\x00", "").strip()[:LONGEST]


def _known(day: date) -> int:
    if day.year not in YEARS:
        raise Invalid(_("Năm %(year)s nằm ngoài lịch của sổ năng lực (2000–2100).", year=day.year))
    return number(day)
