"""A match in words: "4 sao · giao đủ T12–T1 · thiếu 300 kg T2 · cao hơn trần 2.000 đ/kg". Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from service.core import formats
from service.core.i18n import _, locale
from service.matching.evidence import best_stars, paper_name
from service.matching.ranking import FACTORS, Change, Condition, Covered, Match, Unknown
from service.matching.terms import first_day

GOOD, SHORT, BAD, UNKNOWN = "good", "short", "bad", "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of the line; `tone` says whether it speaks for the offer, partly, against it, or is not known."""

    text: str
    tone: str


def reasons(match: Match, goods: str = "") -> list[Reason]:
    """Why, in the order in which buyers ask: goods, stars, months, price, papers, packs, order, time, trust."""
    failed = {(each.condition, each.kind) for each in match.failures}
    unclear = {(each.condition, each.kind) for each in match.unknowns}
    return [
        *_goods(failed, goods),
        *_stars(match, failed, unclear),
        *_months(match),
        *_price(match, failed, unclear),
        *_papers(match, failed, unclear),
        *_packs(match),
        *_order(match, failed, unclear),
        *_lead(match, failed, unclear),
        *_mark(match, failed),
        *_trust(failed),
    ]


def sentence(match: Match, goods: str = "") -> str:
    """The whole line, as in the terminal."""
    return " · ".join(reason.text for reason in reasons(match, goods))


Failed = set[tuple[Condition, str | None]]
Unclear = set[tuple[Condition, str | None]]


def _goods(failed: Failed, goods: str) -> Iterable[Reason]:
    if (Condition.COMMODITY, None) in failed:
        yield Reason(_("khác mặt hàng: %(goods)s", goods=goods) if goods else _("khác mặt hàng"), BAD)


def _stars(match: Match, failed: Failed, unclear: Unclear) -> Iterable[Reason]:
    least = match.request.min_stars
    best = best_stars(match)
    if (Condition.STARS, None) in failed:
        if best >= (least or 0):
            ends = [paper.valid_to for paper in match.offer.papers if paper.stars == best and paper.valid_to]
            yield Reason(_("%(n)s sao chỉ có hạn đến %(day)s", n=best, day=formats.day(max(ends, default=None))), BAD)
        elif best:
            yield Reason(_("%(n)s sao, cần %(least)s sao", n=best, least=least), BAD)
        else:
            yield Reason(_("không có sao OCOP, cần %(least)s sao", least=least), BAD)
    elif best:
        known = match.known[FACTORS.index("quality")]
        unsure = (Condition.STARS, None) in unclear or not known
        yield Reason(_("%(n)s sao, chưa rõ hạn", n=best) if unsure else _("%(n)s sao", n=best), UNKNOWN if unsure else GOOD)


def _months(match: Match) -> Iterable[Reason]:
    months = match.months
    if all(each.given == 0 and each.in_time for each in months):
        yield Reason(_("không có hàng trong %(months)s", months=spans(each.month for each in months)), BAD)
        return
    full = [each.month for each in months if each.given is not None and each.missing == 0]
    if full:
        yield Reason(_("giao đủ %(months)s", months=spans(full)), GOOD)
    for missing, group in _alike(each for each in months if each.given and each.missing):
        yield Reason(_("thiếu %(kg)s %(months)s", kg=formats.kg(missing), months=spans(group)), SHORT)
    none = [each.month for each in months if each.given == 0 and each.in_time]
    if none:
        yield Reason(_("không có hàng %(months)s", months=spans(none)), SHORT)
    late = [each.month for each in months if not each.in_time]
    if late and any(each.in_time for each in months):
        yield Reason(_("không kịp giao %(months)s", months=spans(late)), SHORT)
    unclear = [each.month for each in months if each.given is None]
    if unclear:
        yield Reason(_("chưa rõ năng lực %(months)s", months=spans(unclear)), UNKNOWN)


def _alike(months: Iterable[Covered]) -> list[tuple[float, list[int]]]:
    """Months with the same kilograms missing stand together."""
    groups: dict[float, list[int]] = {}
    for each in months:
        if each.missing is not None:
            groups.setdefault(each.missing, []).append(each.month)
    return list(groups.items())


def _price(match: Match, failed: Failed, unclear: Unclear) -> Iterable[Reason]:
    price = match.price
    if (Condition.PRICE, None) in failed:
        above = price.per_kg - match.request.ceiling if price is not None and match.request.ceiling is not None else None
        yield Reason(_("cao hơn trần %(vnd)s/kg", vnd=formats.vnd(above)), BAD)
    elif price is None:
        hidden = match.offer.hidden_tiers
        yield Reason(_("giá sỉ chỉ nhà phân phối xem được") if hidden else _("chưa rõ giá"), UNKNOWN)
    elif (Condition.PRICE, None) in unclear:
        yield Reason(_("giá lẻ %(vnd)s/kg, giá sỉ chỉ nhà phân phối xem được", vnd=formats.vnd(price.per_kg)), UNKNOWN)
    elif match.request.ceiling is not None:
        yield Reason(_("%(vnd)s/kg, trong trần", vnd=formats.vnd(price.per_kg)), GOOD)
    else:
        yield Reason(_("%(vnd)s/kg", vnd=formats.vnd(price.per_kg)), GOOD)


def _papers(match: Match, failed: Failed, unclear: Unclear) -> Iterable[Reason]:
    for requirement in match.request.papers:
        key = (Condition.CERTIFICATE, requirement.kind)
        name = paper_name(requirement.kind)
        if key in failed:
            ends = [paper.valid_to for paper in match.offer.papers if paper.kind == requirement.kind and paper.valid_to]
            if not ends:
                yield Reason(_("thiếu %(paper)s", paper=name), BAD)
            elif max(ends) < match.request.today:
                yield Reason(_("%(paper)s đã hết hạn %(day)s", paper=name, day=formats.day(max(ends))), BAD)
            else:
                yield Reason(_("%(paper)s chỉ có hạn đến %(day)s", paper=name, day=formats.day(max(ends))), BAD)
        elif key in unclear:
            yield Reason(_("%(paper)s chưa rõ hạn", paper=name), UNKNOWN)
        else:
            yield Reason(_("có %(paper)s", paper=name), GOOD)


def _packs(match: Match) -> Iterable[Reason]:
    wanted = match.request.pack_g
    if wanted is None:
        return
    if not match.offer.packs_g:
        yield Reason(_("chưa rõ quy cách"), UNKNOWN)
    elif wanted in match.offer.packs_g:
        yield Reason(_("có quy cách %(pack)s", pack=formats.grams(wanted)), GOOD)
    else:
        have = ", ".join(formats.grams(each) for each in match.offer.packs_g[:3])
        yield Reason(_("không có quy cách %(pack)s (có %(have)s)", pack=formats.grams(wanted), have=have), SHORT)


def _order(match: Match, failed: Failed, unclear: Unclear) -> Iterable[Reason]:
    if (Condition.LEAST_ORDER, None) in failed:
        yield Reason(_("đặt tối thiểu %(kg)s một đợt", kg=formats.kg(match.offer.least_order)), BAD)
    elif (Condition.LEAST_ORDER, None) in unclear:
        yield Reason(_("chưa rõ mức đặt tối thiểu"), UNKNOWN)


def _lead(match: Match, failed: Failed, unclear: Unclear) -> Iterable[Reason]:
    if (Condition.LEAD_TIME, None) in failed:
        yield Reason(_("cần %(n)s ngày chuẩn bị, không kịp giao", n=match.offer.lead_days), BAD)
    elif (Condition.LEAD_TIME, None) in unclear:
        yield Reason(_("chưa rõ thời gian chuẩn bị"), UNKNOWN)


def _mark(match: Match, failed: Failed) -> Iterable[Reason]:
    request = match.request
    if request.mark is None:
        return
    name = request.mark_name or request.mark
    if (Condition.MARK, None) in failed:
        yield Reason(_("không thuộc danh sách dùng nhãn hiệu %(mark)s", mark=name), BAD)
    else:
        yield Reason(_("được dùng nhãn hiệu %(mark)s", mark=name), GOOD)


def _trust(failed: Failed) -> Iterable[Reason]:
    if (Condition.VERIFIED, None) in failed:
        yield Reason(_("nhà cung cấp chưa được xác minh"), BAD)


# --- What would have to change ---------------------------------------------------------------------------------------


def change_words(change: Change, goods: str = "") -> str:  # noqa: PLR0911 - one sentence for each condition.
    """The smallest change that would let the offer in: "nâng trần giá 3.000 đ/kg"."""
    match change.condition:
        case Condition.PRICE:
            return _("nâng trần giá %(vnd)s/kg", vnd=formats.vnd(change.more))
        case Condition.STARS:
            if change.through is not None:
                return _("nhận sao OCOP có hạn đến %(day)s", day=formats.day(change.through))
            return _("nhận %(n)s sao", n=change.stars) if change.stars else _("không đòi sao OCOP")
        case Condition.CERTIFICATE:
            name = paper_name(change.kind or "")
            if change.through is not None:
                return _("nhận %(paper)s có hạn đến %(day)s", paper=name, day=formats.day(change.through))
            return _("không đòi %(paper)s", paper=name)
        case Condition.QUANTITY | Condition.LEAD_TIME:
            month = _month_in_words(first_day(change.month)) if change.month else ""
            return _("chấp nhận giao từ tháng %(month)s", month=month)
        case Condition.LEAST_ORDER:
            return _("đặt %(kg)s một đợt", kg=formats.kg(change.kg))
        case Condition.VERIFIED | Condition.MARK:
            unverified = change.condition is Condition.VERIFIED
            return _("nhận nhà cung cấp chưa được xác minh") if unverified else _("không bán dưới nhãn hiệu")
        case Condition.COMMODITY:
            return _("nhận cả %(goods)s", goods=goods) if goods else _("nhận cả mặt hàng này")


def failed_words(match: Match, goods: str = "") -> list[str]:
    """What does not fit, one sentence for each condition that says no."""
    return [reason.text for reason in reasons(match, goods) if reason.tone == BAD]


def failed_of_goods(match: Match, goods: str = "") -> list[str]:
    """The same of what the goods and their maker are or have, whatever is offered of them at what price."""
    failed = {(each.condition, each.kind) for each in match.failures}
    unclear = {(each.condition, each.kind) for each in match.unknowns}
    said = (
        *_goods(failed, goods),
        *_stars(match, failed, unclear),
        *_papers(match, failed, unclear),
        *_mark(match, failed),
        *_trust(failed),
    )
    return [reason.text for reason in said if reason.tone == BAD]


def change_fields(change: Change) -> dict[str, str]:  # noqa: PLR0911 - one answer for each condition.
    """The same change as fields of the request's form, where the form can say it; else nothing."""
    match change:
        case Change(condition=Condition.PRICE, ceiling=int(ceiling)):
            return {"ceiling_vnd_per_kg": str(ceiling)}
        case Change(condition=Condition.STARS, stars=int(stars)):
            return {"min_stars": str(stars or "")}
        case Change(condition=Condition.CERTIFICATE, kind=str(kind), through=None):
            return {"without": kind}
        case Change(condition=Condition.QUANTITY | Condition.LEAD_TIME, month=int(month), kg=float(kg)):
            return {f"kg_{month % 12 + 1:02}": formats.number(kg)}
        case Change(condition=Condition.VERIFIED):
            return {"unverified_too": "true"}
        case Change(condition=Condition.MARK):
            return {"mark_slug": ""}
    return {}


def unknown_words(unknown: Unknown) -> str:
    """A hard condition that nobody can judge yet."""
    if unknown.condition is Condition.CERTIFICATE:
        return _("%(paper)s chưa rõ hạn", paper=paper_name(unknown.kind or ""))
    return {
        Condition.STARS: _("sao OCOP chưa rõ hạn"),
        Condition.PRICE: _("chưa rõ giá"),
        Condition.QUANTITY: _("chưa rõ năng lực"),
        Condition.LEAST_ORDER: _("chưa rõ mức đặt tối thiểu"),
        Condition.LEAD_TIME: _("chưa rõ thời gian chuẩn bị"),
    }.get(unknown.condition, _("chưa rõ"))


# --- Words for months ---------------------------------------------------------------------------------------------


def short_month(day: date) -> str:
    """A month without its year: T12 (Dec in English)."""
    return f"{day:%b}" if locale() == "en" else f"T{day.month}"


def _month_in_words(day: date) -> str:
    return f"{day:%B %Y}" if locale() == "en" else f"{day.month}/{day.year}"


def spans(months: Iterable[int]) -> str:
    """Months in words, those in a row drawn together: T12–T1, T3."""
    ordered = sorted(months)
    runs: list[list[int]] = []
    for month in ordered:
        if runs and month - runs[-1][-1] == 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(_run(run) for run in runs)


def _run(run: Sequence[int]) -> str:
    first = short_month(first_day(run[0]))
    return first if len(run) == 1 else f"{first}–{short_month(first_day(run[-1]))}"
