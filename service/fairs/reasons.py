"""Why a product and a fair suit each other, in words. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.core import formats
from service.core.i18n import _, ngettext
from service.fairs.suitability import EVEN_VND, Goods, Like, Occasion, Season, Suit

GOOD, SHORT, BAD, UNKNOWN = "good", "short", "bad", "unknown"
NAMED_BUYERS = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of the line, with its tone."""

    text: str
    tone: str


def reasons(occasion: Occasion, goods: Goods, suit: Suit) -> list[Reason]:
    """Season, stock, buyers, what was sold before, stars and road, in this order."""
    return [
        *_season(suit), *_stock(occasion, suit), *_buyers(goods), *_past(goods), *_stars(occasion, goods), *_road(goods)
    ]  # fmt: skip


def _season(suit: Suit) -> Iterable[Reason]:
    yield {
        Season.IN: Reason(_("đúng mùa"), GOOD),
        Season.KEEPS: Reason(_("hết mùa nhưng còn để được"), SHORT),
        Season.OUT: Reason(_("trái mùa"), BAD),
        Season.UNKNOWN: Reason(_("chưa khai mùa vụ"), UNKNOWN),
    }[suit.season]


def _stock(occasion: Occasion, suit: Suit) -> Iterable[Reason]:
    needed, days = formats.kg(suit.needed_kg), min(occasion.days, 31)
    if suit.available_kg is None:
        yield Reason(_("chưa rõ có bao nhiêu hàng"), UNKNOWN)
    elif suit.available_kg <= 0:
        yield Reason(_("không có hàng vào dịp này"), BAD)
    elif suit.available_kg >= suit.needed_kg:
        have = formats.kg(suit.available_kg)
        said = ngettext(
            "có %(have)s, đủ bán %(n)s ngày (ước cần %(needed)s)", "có %(have)s, đủ bán %(n)s ngày (ước cần %(needed)s)", days,
            have=have, needed=needed,
        )  # fmt: skip
        yield Reason(said, GOOD)
    else:
        yield Reason(_("chỉ có %(have)s, ước cần %(needed)s", have=formats.kg(suit.available_kg), needed=needed), SHORT)


def _buyers(goods: Goods) -> Iterable[Reason]:
    if goods.buyers:
        named = ", ".join(goods.buyers[:NAMED_BUYERS])
        more = len(goods.buyers) - NAMED_BUYERS
        if more > 0:
            yield Reason(_("người mua sẽ có mặt: %(names)s và %(n)s nơi khác", names=named, n=more), GOOD)
        else:
            yield Reason(_("người mua sẽ có mặt: %(names)s", names=named), GOOD)
    else:
        yield Reason(_("chưa có người mua nào báo tìm món này"), SHORT)


def _past(goods: Goods) -> Iterable[Reason]:
    past = goods.past
    if past is None:
        yield Reason(_("chưa có số bán ở hội chợ tương tự"), UNKNOWN)
        return
    like = ", ".join(
        words
        for each, words in (
            (Like.KIND, _("cùng loại")),
            (Like.PROVINCE, _("cùng tỉnh")),
            (Like.SEASON, _("cùng mùa")),
        )
        if each in past.like
    )
    told = {"vnd": formats.vnd(past.vnd_a_day), "n": past.fairs, "like": like}
    tone = GOOD if past.vnd_a_day >= EVEN_VND else SHORT
    if past.own:
        yield Reason(_("nơi này từng bán %(vnd)s mỗi gian mỗi ngày ở %(n)s hội chợ trước (%(like)s)", **told), tone)
    else:
        yield Reason(_("mặt hàng này từng bán %(vnd)s mỗi gian mỗi ngày ở %(n)s hội chợ trước (%(like)s)", **told), tone)


def _stars(occasion: Occasion, goods: Goods) -> Iterable[Reason]:
    if not goods.stars:
        return
    if goods.stars_until is None:
        yield Reason(_("%(n)s sao, chưa rõ hạn", n=goods.stars), UNKNOWN)
    elif goods.stars_until >= occasion.ends_on:
        yield Reason(_("%(n)s sao", n=goods.stars), GOOD)
    else:
        yield Reason(_("%(n)s sao, hết hạn %(day)s", n=goods.stars, day=formats.day(goods.stars_until)), BAD)


def _road(goods: Goods) -> Iterable[Reason]:
    if goods.km is not None:
        yield Reason(_("cách khoảng %(km)s km đường bộ", km=formats.number(goods.km)), GOOD if goods.km <= 500 else SHORT)
