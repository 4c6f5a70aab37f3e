"""A quote as a person types it: one product, a box for each month, one price with others for single months.

A quote that already speaks of several products is edited one product at a time; the others stay in it as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from service.core.errors import Invalid
from service.core.i18n import _
from service.core.inputs import Day, Input, OptionalDong, OptionalKilograms, OptionalText, OptionalWhole
from service.matching.quotes.inputs import (
    Days,
    Percent,
    Price,
    QuoteDraft,
    QuoteLine,
    Terms,
    Tier,
    freight_said,
    note_said,
    pack_said,
)

TIERS = (1, 2, 3)
LARGEST = Decimal(10_000_000)


def _weight(value: Decimal | None) -> Decimal | None:
    if value is not None and not 0 <= value <= LARGEST:
        raise ValueError(_("Khối lượng phải từ 0 đến 10.000 tấn."))
    if value is not None and value != round(value, 3):
        raise ValueError(_("Khối lượng tính đến gam, nhiều nhất ba số lẻ."))
    return value


def _money(value: int | None) -> int | None:
    if value is not None and not 0 < value <= 100_000_000:
        raise ValueError(_("Giá phải lớn hơn 0 và không quá 100 triệu đồng một kg."))
    return value


Kg = Annotated[OptionalKilograms, AfterValidator(_weight)]
Vnd = Annotated[OptionalDong, AfterValidator(_money)]


class QuoteForm(Input):
    """The form. `kg_01` … `kg_12` are the request's months by their place in the year, `price_01` … a price of their own."""

    product: UUID
    price: Price
    kg_01: Kg = None
    kg_02: Kg = None
    kg_03: Kg = None
    kg_04: Kg = None
    kg_05: Kg = None
    kg_06: Kg = None
    kg_07: Kg = None
    kg_08: Kg = None
    kg_09: Kg = None
    kg_10: Kg = None
    kg_11: Kg = None
    kg_12: Kg = None
    price_01: Vnd = None
    price_02: Vnd = None
    price_03: Vnd = None
    price_04: Vnd = None
    price_05: Vnd = None
    price_06: Vnd = None
    price_07: Vnd = None
    price_08: Vnd = None
    price_09: Vnd = None
    price_10: Vnd = None
    price_11: Vnd = None
    price_12: Vnd = None
    tier_from_1: Kg = None
    tier_from_2: Kg = None
    tier_from_3: Kg = None
    tier_less_1: Vnd = None
    tier_less_2: Vnd = None
    tier_less_3: Vnd = None
    pack_net_g: Annotated[OptionalWhole, AfterValidator(pack_said)] = None
    lead_days: Days = None
    delivery: Annotated[str, Field(pattern="^(delivered|collected)$")] = "delivered"
    freight_vnd_per_kg: Annotated[OptionalDong, AfterValidator(freight_said)] = None
    credit_days: Days = None
    deposit_percent: Percent = Decimal(0)
    discount_percent: Percent = Decimal(0)
    valid_until: Day
    sample: bool = False
    note: Annotated[OptionalText, AfterValidator(note_said)] = None
    alone: bool = False  # The quote's other products are taken out of it.
    version: Annotated[int | None, BeforeValidator(lambda value: value or None)] = Field(default=None, ge=1, le=2**31 - 1)

    def draft(self, months: Iterable[date]) -> QuoteDraft:
        """The quote, each box in the year in which the request asks for that month. Raises `Invalid` by the field."""
        years = {day.month: day for day in months}
        wrong: dict[str, str] = {}
        lines = []
        for month in range(1, 13):
            kg = getattr(self, f"kg_{month:02}")
            if not kg:
                continue
            if month not in years:
                wrong[f"kg_{month:02}"] = _("Người mua không cần hàng tháng này.")
                continue
            price = getattr(self, f"price_{month:02}") or self.price
            lines.append(QuoteLine(product_id=self.product, month=years[month], kg=kg, price_vnd_per_kg=price))
        if not lines and not wrong:
            wrong["form"] = _("Ghi số kg cho ít nhất một tháng.")
        tiers = self._tiers(wrong)
        if self.delivery == "collected" and self.freight_vnd_per_kg is None:
            wrong["freight_vnd_per_kg"] = _("Ghi cước chở đến nơi nhận (đ/kg), để người mua so được giá.")
        if wrong:
            raise Invalid(_("Báo giá còn chỗ cần sửa."), wrong)
        try:
            return QuoteDraft(
                lines=tuple(lines), tiers=tiers, delivered=self.delivery == "delivered",
                **{name: getattr(self, name) for name in Terms.model_fields if name not in ("tiers", "delivered")},
            )  # fmt: skip
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            said = str((first.get("ctx") or {}).get("error") or first["msg"])
            raise Invalid(said, {"tier_from_1": said}) from error

    def _tiers(self, wrong: dict[str, str]) -> tuple[Tier, ...]:
        tiers = []
        for place in TIERS:
            least, less = getattr(self, f"tier_from_{place}"), getattr(self, f"tier_less_{place}")
            if least and less:
                tiers.append(Tier(from_kg=least, less_vnd_per_kg=less))
            elif least or less:
                wrong[f"tier_from_{place}"] = _("Ghi cả lượng lẫn số tiền bớt, hoặc để trống cả hai.")
        return tuple(tiers)


def others_of(sent: QuoteDraft | None, product_id: UUID | None) -> tuple[QuoteLine, ...]:
    """What a quote of several products says of those that are not being edited; nothing where it has only ever been of one."""
    if sent is None or len({line.product_id for line in sent.lines}) < 2:
        return ()
    return tuple(line for line in sent.lines if line.product_id != product_id)


def with_others(draft: QuoteDraft, others: Sequence[QuoteLine]) -> QuoteDraft:
    """The quote with the lines that stay. Raises `Invalid` where the two together are no quote."""
    if not others:
        return draft
    try:
        return QuoteDraft.model_validate(dict(draft) | {"lines": (*draft.lines, *others)})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        said = str((first.get("ctx") or {}).get("error") or first["msg"])
        raise Invalid(said, {"form": said}) from error


def as_typed(draft: QuoteDraft, written: Mapping[str, Any], product_id: UUID | None = None) -> dict[str, Any]:
    """One product of a quote (the first, where none is named) as one would type it; `written` gives the writers of kilograms,
    money and days.
    """
    kg, vnd, day = written["kg"], written["vnd"], written["day"]
    product = product_id or draft.lines[0].product_id
    lines = [line for line in draft.lines if line.product_id == product]
    prices = [line.price_vnd_per_kg for line in lines]
    usual = max(set(prices), key=lambda price: (prices.count(price), -price))
    typed: dict[str, Any] = {
        "product": str(product), "price": vnd(usual), "pack_net_g": draft.pack_net_g,
        "lead_days": draft.lead_days, "delivery": "delivered" if draft.delivered else "collected",
        "freight_vnd_per_kg": None if draft.freight_vnd_per_kg is None else vnd(draft.freight_vnd_per_kg),
        "credit_days": draft.credit_days, "deposit_percent": kg(draft.deposit_percent),
        "discount_percent": kg(draft.discount_percent), "valid_until": day(draft.valid_until),
        "sample": "true" if draft.sample else "", "note": draft.note,
    }  # fmt: skip
    for line in lines:
        typed[f"kg_{line.month.month:02}"] = kg(line.kg)
        if line.price_vnd_per_kg != usual:
            typed[f"price_{line.month.month:02}"] = vnd(line.price_vnd_per_kg)
    for place, tier in enumerate(draft.tiers[: len(TIERS)], 1):
        typed[f"tier_from_{place}"], typed[f"tier_less_{place}"] = kg(tier.from_kg), vnd(tier.less_vnd_per_kg)
    return typed
