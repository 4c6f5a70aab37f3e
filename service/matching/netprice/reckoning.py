"""The assumptions that somebody has typed, reckoned for both cities, and every word that goes with the figures. No database."""

from __future__ import annotations

from dataclasses import dataclass

from service.core import formats, places
from service.core.i18n import _
from service.core.places import Place
from service.matching.freight import LARGE_LORRY, LONG_FROM_KM, LONG_HAUL
from service.matching.netprice.inputs import NetPriceWords
from service.matching.netprice.simulation import Assumptions, Freight, Part, Result, simulate

CITIES = ((places.HANOI, "hanoi"), (places.HO_CHI_MINH_CITY, "hcm"))
START = "01843"  # Phường Bắc Kạn: where the road is measured from, when nobody has said.


@dataclass(frozen=True, slots=True)
class Bar:
    """One step as it is drawn: from where to where on a line of a hundred, and in words."""

    label: str
    amount: int
    left: int
    start: float
    width: float
    total: bool = False


@dataclass(frozen=True, slots=True)
class CityResult:
    """What is left in one city."""

    code: str
    key: str
    said: Assumptions
    result: Result

    @property
    def name(self) -> str:
        """The city."""
        known = places.province(self.code)
        return known.full_name if known else self.code

    @property
    def bars(self) -> list[Bar]:
        """The staircase: the list price, each part that takes something, and what is left."""
        top = max(self.said.list_price, 1)
        lowest = min(0, *(step.left for step in self.result.steps))
        scale = 100 / (top - lowest)

        def bar(label: str, amount: int, left: int, high: int, low: int, *, total: bool = False) -> Bar:
            return Bar(label, amount, left, round((low - lowest) * scale, 2), round((high - low) * scale, 2), total)

        bars = [bar(_("Giá bán"), top, top, top, 0, total=True)]
        before = top
        for step in self.result.steps:
            if step.amount:
                bars.append(bar(part_name(step.part), step.amount, step.left, before, step.left))
                before = step.left
        net = self.result.net
        return [*bars, bar(_("Giá thực nhận"), net, net, max(net, 0), min(net, 0), total=True)]

    @property
    def line(self) -> str:
        """What it comes to, in one sentence."""
        result = self.result
        told = [_("Bán %(price)s/kg còn %(net)s/kg", price=formats.vnd(self.said.list_price), net=formats.vnd(result.net))]
        if result.margin is None:
            told.append(_("chưa nhập giá thành nên chưa tính được lãi"))
        elif result.never:
            told.append(_("mỗi kg lỗ %(vnd)s dù bán bao nhiêu", vnd=formats.vnd(-result.margin)))
        elif (result.profit_a_month or 0) < 0:
            told.append(_("mỗi tháng lỗ %(vnd)s", vnd=formats.vnd(-(result.profit_a_month or 0))))
        else:
            told.append(_("mỗi tháng lãi %(vnd)s", vnd=formats.vnd(result.profit_a_month)))
        return "; ".join(told) + "."

    @property
    def break_even(self) -> str:
        """How much must be sold, in words."""
        month, year = self.result.break_even_kg_a_month, self.result.break_even_kg_a_year
        if month is None or year is None:
            return _("Không có điểm hòa vốn: giá thực nhận không bù được giá thành của một kg.")
        if month == 0:
            return _("Không có chi phí cố định nên bán kg nào có lãi kg ấy.")
        return _("Hòa vốn từ %(month)s mỗi tháng, %(year)s cả năm.", month=formats.kg(month), year=formats.kg(year))

    @property
    def highest_discount(self) -> str:
        """How much discount can be borne, in words."""
        highest = self.result.highest_discount
        if highest is None:
            return _("Với lượng này thì không chiết khấu vẫn lỗ.")
        return _("Chịu được chiết khấu nhiều nhất %(percent)s %% mà chưa lỗ.", percent=formats.number(highest))

    @property
    def road(self) -> str:
        """What the freight stands on."""
        freight = self.said.freight
        per_kg = formats.vnd(round(freight.per_kg))
        if freight.stated is not None:
            return _("Cước theo báo giá: %(vnd)s/kg.", vnd=per_kg)
        return _(
            "Cước ước tính %(vnd)s/kg: %(km)s km × %(rate)s/tấn-km, xe đầy %(load)s %%.",
            vnd=per_kg, km=formats.number(freight.km), rate=formats.vnd(freight.vnd_per_tonne_km),
            load=formats.number(freight.load_percent),
        )  # fmt: skip


def reckon(words: NetPriceWords) -> list[CityResult]:
    """Both cities side by side; nothing where no price is given."""
    if words.price is None:
        return []
    found = []
    for code, key in CITIES:
        said = assumptions(words, code, key)
        found.append(CityResult(code, key, said, simulate(said)))
    return found


def assumptions(words: NetPriceWords, code: str, key: str) -> Assumptions:
    """What is assumed of the way to one city."""
    km: int | None = getattr(words, f"km_{key}")
    return Assumptions(
        list_price=words.price or 0,
        vat_percent=words.vat,
        vat_included=words.vat_included,
        discount_percent=words.discount,
        promotion_percent=words.promotion,
        promotion_share_percent=words.promotion_share,
        promotion_vnd=words.promotion_vnd,
        returns_percent=words.returns,
        credit_days=words.credit_days,
        yearly_rate_percent=words.rate,
        freight=Freight(
            km if km is not None else road(words.place, code),
            getattr(words, f"rate_{key}"),
            words.load,
            getattr(words, f"freight_{key}"),
        ),
        packaging=words.packaging,
        listing_fee=words.listing_fee,
        kg_per_month=words.kg,
        production_cost=words.production,
        fixed_costs=words.fixed,
    )


def road(place: str | None, city: str) -> int:
    """Kilometres by road from there to the city, estimated; from phường Bắc Kạn where nothing usable is given."""
    here = start(place)
    there = places.province(city)
    return places.km_by_road(here, there) if here is not None and there is not None else 0


def start(place: str | None) -> Place | None:
    """Where the goods leave from."""
    return places.commune(place) or places.province(place) or places.commune(START)


def assumed(words: NetPriceWords) -> list[str]:
    """What the figures of both cities rest on, in words, so that they can be read without the form."""
    said = [
        _("giá bán %(vnd)s/kg", vnd=formats.vnd(words.price)),
        _("chiết khấu %(percent)s %%", percent=formats.number(words.discount)),
        _("trả sau %(n)s ngày, vốn %(percent)s %% một năm", n=words.credit_days, percent=formats.number(words.rate)),
        _("hàng trả, hao hụt %(percent)s %%", percent=formats.number(words.returns)),
        _("bao bì %(vnd)s/kg", vnd=formats.vnd(words.packaging)),
        _("phí mở mã hàng %(vnd)s một năm", vnd=formats.vnd(words.listing_fee)),
        _("bán %(kg)s mỗi tháng", kg=formats.kg(words.kg)),
        _("chi phí cố định %(vnd)s mỗi tháng", vnd=formats.vnd(words.fixed)),
    ]
    if words.promotion_vnd is not None:
        said.insert(2, _("khuyến mãi %(vnd)s/kg", vnd=formats.vnd(words.promotion_vnd)))
    else:
        depth, share = formats.number(words.promotion), formats.number(words.promotion_share)
        said.insert(2, _("khuyến mãi giảm %(depth)s %% trên %(share)s %% lượng hàng", depth=depth, share=share))
    if words.vat_included:
        said.insert(1, _("giá đã gồm thuế GTGT %(percent)s %%", percent=formats.number(words.vat)))
    if words.production is not None:
        said.append(_("giá thành %(vnd)s/kg", vnd=formats.vnd(words.production)))
    here = start(words.place)
    if here is not None:
        said.append(_("hàng đi từ %(place)s", place=places.where(None, here.code) or here.full_name))
    return said


def part_name(part: Part) -> str:
    """What takes something off the price, in words."""
    return {
        Part.VAT: _("Thuế GTGT trong giá"),
        Part.DISCOUNT: _("Chiết khấu"),
        Part.PROMOTION: _("Khuyến mãi"),
        Part.RETURNS: _("Hàng trả, hao hụt"),
        Part.CREDIT: _("Vốn nằm trong công nợ"),
        Part.FREIGHT: _("Cước vận chuyển"),
        Part.PACKAGING: _("Bao bì, thùng"),
        Part.LISTING: _("Phí mở mã hàng"),
    }[part]


def grounds() -> dict[str, str]:
    """What each assumption of the market stands on, in words: where a figure was read, or that it is only a guess."""
    own = _("Ước của chợ để bắt đầu, chưa có nguồn: sửa theo số của bạn.")
    return {
        "vat": _("Nhiều nông sản có cách tính thuế riêng: hỏi người mua giá đã gồm thuế GTGT chưa."),
        "discount": _(
            "Một chuỗi đòi 17–25 % tổng chiết khấu, người bán hải sản nói chịu được 10 % (báo, 2016); ở đây lấy 15 %."
        ),
        "promotion": _(
            "Khuyến mãi sinh nhật, ngày lễ đẩy chi phí lên 30–40 % giá vốn (một hãng nước mắm OCOP 4 sao, báo, 2023)."
        ),
        "promotion_share": own,
        "returns": _("Siêu thị thường trả lại hàng ế; tỷ lệ này là ước của chợ, chưa kiểm chứng."),
        "credit_days": _("Công nợ thường 30–60 ngày, chưa kiểm chứng; ở đây lấy 45 ngày."),
        "rate": own,
        "km": _("Ước tính: 1,3 lần đường chim bay."),
        "rate_km": _(
            "Ước của chợ, dùng chung với lô ghép: xe lớn %(near)s một tấn một km, đường trên %(km)s km %(far)s.",
            near=formats.vnd(LARGE_LORRY),
            far=formats.vnd(LONG_HAUL),
            km=formats.number(LONG_FROM_KM),
        ),
        "load": own,
        "listing_fee": _("Có chuỗi thu phí mở mã hàng, có chuỗi không; báo không nêu mức. Hỏi trước khi ký."),
    }
