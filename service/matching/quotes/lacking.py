"""What a quote lacks against its request, in words: kilograms by month, the ceiling, papers, packs, days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from service.core import clock, formats
from service.core.i18n import _
from service.matching.queries import Stored
from service.matching.quotes.inputs import QuoteDraft
from service.matching.ranking import Match
from service.matching.reasons import failed_of_goods, short_month

MONTHS_NAMED = 4


def lacks(asked: Stored, draft: QuoteDraft, matches: Iterable[Match]) -> list[str]:
    """Each thing that is missing as one short sentence; empty where the quote is all that was asked for."""
    row = asked.row
    found = _short(dict(zip(row["months"], row["kg"], strict=True)), draft)
    ceiling = row["ceiling_vnd_per_kg"]
    dear = max(each.price_vnd_per_kg for each in draft.lines)
    if ceiling is not None and dear > ceiling:
        found.append(_("giá cao hơn trần %(vnd)s/kg", vnd=formats.vnd(dear - ceiling)))
    if row["pack_net_g"] is not None and draft.pack_net_g is not None and draft.pack_net_g != row["pack_net_g"]:
        asked_pack, pack = formats.grams(row["pack_net_g"]), formats.grams(draft.pack_net_g)
        found.append(_("gói %(pack)s thay vì %(asked)s", pack=pack, asked=asked_pack))
    first = min(each.month for each in draft.lines)
    if draft.lead_days is not None and clock.today() + timedelta(days=draft.lead_days) > _end(first):
        found.append(_("cần %(n)s ngày chuẩn bị, không kịp %(month)s", n=draft.lead_days, month=short_month(first)))
    for match in matches:
        found.extend(words for words in failed_of_goods(match) if words not in found)
    return found


def _short(asked: dict[date, Decimal], draft: QuoteDraft) -> list[str]:
    given: dict[date, Decimal] = {}
    for each in draft.lines:
        given[each.month] = given.get(each.month, Decimal(0)) + each.kg
    missing = [(day, kg - given.get(day, Decimal(0))) for day, kg in sorted(asked.items()) if given.get(day, Decimal(0)) < kg]
    words = [_("%(month)s thiếu %(kg)s", month=short_month(day), kg=formats.kg(kg)) for day, kg in missing[:MONTHS_NAMED]]
    if len(missing) > MONTHS_NAMED:
        words.append(_("và %(n)s tháng nữa", n=len(missing) - MONTHS_NAMED))
    return words


def _end(month: date) -> date:
    return clock.add_months(month, 1) - timedelta(days=1)
