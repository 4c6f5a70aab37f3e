"""A pooled lot as a JSON file.

    {"demand_kg": [900, 900], "max_suppliers": 10,
     "suppliers": [{"id": "s1", "free_kg": [500, 400], "price": 61000, "engagement_cost": 500000, "multiple_kg": 10}]}

Every other field of `Supplier` and `Problem` may be there under its own name; what is the same in all months may be one number.
Without `levels` a file asks for coverage, then cost, and nothing else.

Figures are read exactly as they are written. Prices with decimals are counted in the smallest unit that the file uses, and so
are kilograms: a file whose kilograms are all whole is answered in whole kilograms. What cannot be read is refused with one
sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

from service.core.errors import Invalid
from service.core.i18n import _
from service.matching.pooling.problem import Level, Plan, Problem, Supplier

MOST_CELLS = 4_000_000
MOST_DIGITS = 24
MOST_KG = 10**12
ASKED = (Level.COVERAGE, Level.COST)
KNOWN = {
    "months", "demand_kg", "suppliers", "max_suppliers", "ceiling", "mark_required", "specification", "pinned", "required",
    "excluded", "previous", "levels",
}  # fmt: skip
KNOWN_OF_SUPPLIERS = {
    "id", "free_kg", "price", "quality", "engagement_cost", "least_share_kg", "least_total_kg", "multiple_kg", "most_total_kg",
    "group", "may_use_mark", "specification", "freight",
}  # fmt: skip

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Sheet:
    """A problem in whole units, how many of them make a kilogram and a đồng, and the fields that nobody understood."""

    problem: Problem
    kg_units: int
    money_units: int
    ignored: tuple[str, ...]

    def kg(self, units: int) -> int | float:
        """Kilograms."""
        return plain(Fraction(units, self.kg_units))

    def money(self, units: int) -> int | float:
        """Đồng for whole kilograms: sums of kilograms × price, and engagement costs."""
        return plain(self.exact(units))

    def exact(self, units: int) -> Fraction:
        """The same, exactly."""
        return Fraction(units, self.money_units * self.kg_units)


def read(text: str) -> Sheet:
    """The problem that a file describes. Raises `Invalid`."""
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except Invalid:
        raise
    except (ValueError, ArithmeticError, RecursionError) as error:
        line = f" ({error.msg}, {error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Invalid(_("Tệp không phải JSON đọc được%(where)s.", where=line)) from error
    if not isinstance(data, dict):
        raise Invalid(_("Tệp phải là một đối tượng JSON có “demand_kg” và “suppliers”."))
    return _sheet(data)


def _no_number(word: str) -> NoReturn:
    raise Invalid(_("“%(word)s” không phải là số.", word=word))


def _sheet(data: dict[str, Any]) -> Sheet:
    suppliers = data.get("suppliers")
    if not isinstance(suppliers, list) or not all(isinstance(each, dict) for each in suppliers):
        raise Invalid(_("“suppliers” phải là danh sách các đối tượng."))
    demand = data.get("demand_kg")
    months = data.get("months", len(demand) if isinstance(demand, list) else 1)
    if isinstance(months, bool) or not isinstance(months, int) or months < 1:
        raise Invalid(_("“months” phải là số tháng, từ 1 trở lên."))
    if months * max(1, len(suppliers)) > MOST_CELLS:
        raise Invalid(_("Tệp quá lớn: số nguồn nhân số tháng nhiều nhất là %(n)s.", n=MOST_CELLS))
    whole = _Reader(data, "", months)
    rows = [_Reader(each, _name_of(each, place), months) for place, each in enumerate(suppliers, 1)]
    names: set[str] = set()
    for row in rows:
        if row.where in names:
            raise Invalid(_("Hai nguồn cùng mã “%(id)s”.", id=row.where[:60]))
        names.add(row.where)
    pinned, previous = whole.shares("pinned", names), whole.shares("previous", names)
    ceiling = whole.one("ceiling")
    kg_units = _units(
        [*whole.by_month("demand_kg"), *_shared(pinned), *_shared(previous), *(kg for row in rows for kg in row.weights())]
    )
    money_units = _units([ceiling or 0, *(money for row in rows for money in row.money())])
    problem = Problem(
        months=months,
        demand_kg=tuple(_whole(kg, kg_units) for kg in whole.by_month("demand_kg")),
        suppliers=tuple(_supplier(row, kg_units, money_units) for row in rows),
        max_suppliers=whole.count("max_suppliers"),
        ceiling=None if ceiling is None else _whole(ceiling, money_units),
        mark_required=whole.switch("mark_required", default=False),
        specification=whole.words("specification"),
        pinned={name: tuple(None if kg is None else _whole(kg, kg_units) for kg in pins) for name, pins in pinned.items()},
        required=whole.names("required", names),
        excluded=whole.names("excluded", names),
        previous=None if data.get("previous") is None else Plan({
            name: tuple(_whole(kg or 0, kg_units) for kg in share) for name, share in previous.items()
        }),
        levels=whole.levels(),
    )  # fmt: skip
    ignored = {key for key in data if key not in KNOWN} | {
        f"suppliers.{key}" for row in rows for key in row.data if key not in KNOWN_OF_SUPPLIERS
    }
    return Sheet(problem, kg_units, money_units, tuple(sorted(ignored)))


def _shared(shares: Mapping[str, list[Number | None]]) -> list[Number]:
    return [kg for share in shares.values() for kg in share if kg is not None]


def _name_of(data: dict[str, Any], place: int) -> str:
    name = data.get("id", f"s{place}")
    if isinstance(name, bool) or not isinstance(name, int | str) or name == "":
        raise Invalid(_("Nguồn thứ %(n)s: “id” phải là chữ hoặc số nguyên.", n=place))
    return str(name)


def _supplier(row: _Reader, kg_units: int, money_units: int) -> Supplier:
    prices = tuple(_whole(price, money_units) for price in row.by_month("price"))
    most = row.one("most_total_kg")
    pack = row.one("multiple_kg")
    if pack is not None and pack <= 0:
        row.refuse("multiple_kg", _("phải lớn hơn 0"))
    quality = row.one("quality") or 0
    return Supplier(
        id=row.where,
        free_kg=tuple(_whole(kg, kg_units) for kg in row.by_month("free_kg")),
        price=prices[0] if len(set(prices)) == 1 else prices,
        quality=float(quality),
        engagement_cost=_whole(row.one("engagement_cost") or 0, money_units) * kg_units,
        least_share_kg=_whole(row.one("least_share_kg") or 0, kg_units),
        least_total_kg=_whole(row.one("least_total_kg") or 0, kg_units),
        multiple_kg=1 if pack is None else _whole(pack, kg_units),
        most_total_kg=None if most is None else _whole(most, kg_units),
        group=row.words("group") or "",
        may_use_mark=row.switch("may_use_mark", default=True),
        specification=row.words("specification") or "",
        freight=_whole(row.one("freight") or 0, money_units),
    )


class _Reader:
    """One object of the file: reads its fields and says where one is not right."""

    def __init__(self, data: Mapping[str, Any], where: str, months: int) -> None:
        self.data, self.where, self.months = data, where, months

    def refuse(self, key: str, should: str) -> NoReturn:
        if self.where:
            raise Invalid(_("Nguồn %(id)s: “%(key)s” %(should)s.", id=self.where[:60], key=key, should=should))
        raise Invalid(_("“%(key)s” %(should)s.", key=key, should=should))

    def _number(self, key: str, value: Any, should: str | None = None) -> Number:
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
            self.refuse(key, should or _("phải là số không âm"))
        if value >= 10**MOST_DIGITS or (isinstance(value, Decimal) and _decimals(value) > MOST_DIGITS):
            self.refuse(key, _("có quá nhiều chữ số"))
        if key.endswith("_kg") and value > MOST_KG:
            self.refuse(key, _("nhiều nhất là %(n)s kg", n=MOST_KG))
        return value

    def one(self, key: str) -> Number | None:
        value = self.data.get(key)
        return None if value is None else self._number(key, value)

    def by_month(self, key: str) -> list[Number]:
        value = self.data.get(key)
        should = _("phải là một số không âm, hoặc danh sách %(n)s số không âm", n=self.months)
        if not isinstance(value, list):
            return [self._number(key, value, should)] * self.months
        if len(value) != self.months:
            self.refuse(key, should)
        return [self._number(key, each, should) for each in value]

    def weights(self) -> list[Number]:
        """Every figure in kilograms."""
        terms = ("least_share_kg", "least_total_kg", "multiple_kg", "most_total_kg")
        return [*self.by_month("free_kg"), *(self.one(key) or 0 for key in terms)]

    def money(self) -> list[Number]:
        """Every figure in đồng."""
        return [*self.by_month("price"), self.one("engagement_cost") or 0, self.one("freight") or 0]

    def count(self, key: str) -> int | None:
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0 or value != int(min(value, 10**9)):
            self.refuse(key, _("phải là số nguyên không âm, hoặc null"))
        return int(value)

    def switch(self, key: str, *, default: bool) -> bool:
        value = self.data.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(key, _("phải là true hoặc false"))
        return value

    def words(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is not None and not isinstance(value, str):
            self.refuse(key, _("phải là chữ"))
        return value

    def names(self, key: str, known: set[str]) -> frozenset[str]:
        value = self.data.get(key)
        if value is None:
            return frozenset()
        if not isinstance(value, list) or not {str(each) for each in value} <= known:
            self.refuse(key, _("phải là danh sách mã của các nguồn trong tệp"))
        return frozenset(str(each) for each in value)

    def shares(self, key: str, known: set[str]) -> dict[str, list[Number | None]]:
        value = self.data.get(key)
        if value is None:
            return {}
        should = _("phải cho mỗi mã nguồn trong tệp một danh sách %(n)s số kg hoặc null", n=self.months)
        if not isinstance(value, dict) or not set(value) <= known:
            self.refuse(key, should)
        for share in value.values():
            if not isinstance(share, list) or len(share) != self.months:
                self.refuse(key, should)
        return {
            name: [None if kg is None else self._number(f"{key}_kg", kg, should) for kg in share]
            for name, share in value.items()
        }

    def levels(self) -> tuple[Level, ...]:
        value = self.data.get("levels")
        if value is None:
            return (Level.COVERAGE, Level.MOVED, Level.COST) if self.data.get("previous") is not None else ASKED
        if not isinstance(value, list) or not value or value[0] != "coverage" or len(set(map(str, value))) < len(value) or not (
            {str(each) for each in value} <= {level.value for level in Level}
        ):  # fmt: skip
            names = ", ".join(Level)
            self.refuse("levels", _("phải bắt đầu bằng coverage và chỉ gồm: %(levels)s", levels=names))
        return tuple(Level(each) for each in value)


def _decimals(value: Number) -> int:
    """How many digits stand behind the point, zeros at the end not counted; the digits are counted as they were written."""
    if not isinstance(value, Decimal):
        return 0
    _sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or exponent >= 0 or not any(digits):
        return 0
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, -exponent - zeros)


def _units(numbers: list[Number]) -> int:
    return int(10 ** max((_decimals(each) for each in numbers), default=0))


def _whole(number: Number, units: int) -> int:
    return int(Fraction(number) * units)


def plain(value: Fraction) -> int | float:
    """A whole number as one, any other as the nearest that JSON can say."""
    return int(value) if value.denominator == 1 else float(value)
