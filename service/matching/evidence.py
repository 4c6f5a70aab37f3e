"""What each factor's number stands on, in one sentence, and the words for papers. Decides nothing."""

from __future__ import annotations

from service.catalogue import KINDS
from service.core import formats, places
from service.core.i18n import _, locale
from service.matching.conditions import RELEVANT
from service.matching.factors import beyond
from service.matching.ranking import Factor, Match, Verdict
from service.matching.record import Record

LONG = 72  # From so many hours on, days are said.


def factor_name(name: str) -> str:
    """A factor in the reader's language."""
    return {
        "coverage": _("Đủ hàng theo tháng"),
        "price": _("Giá"),
        "quality": _("Chất lượng (sao OCOP)"),
        "certificates": _("Giấy tờ có thêm"),
        "relevance": _("Đúng món hàng"),
        "distance": _("Quãng đường"),
        "reliability": _("Độ tin cậy"),
    }[name]


def evidence(match: Match, factor: Factor, reference: float | None = None) -> str:
    """What a factor's number stands on, in one sentence."""
    say = {
        "coverage": _coverage_evidence,
        "quality": _quality_evidence,
        "certificates": _certificates_evidence,
        "relevance": _relevance_evidence,
        "distance": _distance_evidence,
        "reliability": _reliability_evidence,
    }
    return _price_evidence(match, reference) if factor.name == "price" else say[factor.name](match, factor)


def _coverage_evidence(match: Match, factor: Factor) -> str:
    total, given = formats.kg(match.request.total), formats.kg(match.given)
    if factor.known:
        share = formats.percent(factor.value)
        return _("Giao được %(given)s trong %(total)s cần mua (%(share)s).", given=given, total=total, share=share)
    return _("Chưa khai năng lực các tháng này; phần chưa rõ tính một nửa.")


def _price_evidence(match: Match, reference: float | None) -> str:
    price = match.price
    if price is None or not reference:
        return _("Chưa có giá để so; tính một nửa.")
    vnd = formats.vnd(price.per_kg)
    if price.from_kg is not None:
        stated = _("%(vnd)s/kg (giá sỉ, từ %(kg)s)", vnd=vnd, kg=formats.kg(price.from_kg))
    else:
        stated = _("%(vnd)s/kg (giá lẻ quy ra kg)", vnd=vnd)
    if match.request.ceiling is not None:
        return _("%(price)s, trần là %(ceiling)s/kg.", price=stated, ceiling=formats.vnd(match.request.ceiling))
    return _("%(price)s, giá giữa của các nguồn là %(middle)s/kg.", price=stated, middle=formats.vnd(round(reference)))


def _quality_evidence(match: Match, factor: Factor) -> str:
    best = best_stars(match)
    if not best:
        return _("Không có sao OCOP còn hạn.")
    if not factor.known:
        return _("OCOP %(n)s sao nhưng chưa rõ hạn; tính một nửa.", n=best)
    ends = [paper.valid_to for paper in match.offer.papers if paper.stars == best and paper.valid_to]
    return _("OCOP %(n)s sao, có hạn đến %(day)s.", n=best, day=formats.day(max(ends, default=None)))


def _certificates_evidence(match: Match, _factor: Factor) -> str:
    more = beyond(match.request, match.offer)
    if not more:
        return _("Không có giấy tờ nào ngoài những thứ đã hỏi.")
    return _("Ngoài những thứ đã hỏi còn có: %(papers)s.", papers=", ".join(paper_name(kind) for kind in more))


def _relevance_evidence(match: Match, factor: Factor) -> str:
    if match.request.commodity is not None and match.offer.commodity == match.request.commodity:
        return _("Đúng mặt hàng được hỏi.")
    if factor.value >= RELEVANT:
        return _("Tên sản phẩm nói đúng món hàng được tả.")
    return _("Cùng nhóm nhưng khác mặt hàng.")


def _distance_evidence(match: Match, _factor: Factor) -> str:
    offer = match.offer
    city = places.province(match.request.city)
    if offer.km is None or city is None:
        return _("Chưa rõ địa chỉ; tính một nửa.")
    where = city.full_name
    km = formats.number(offer.km)
    least, most = offer.days or (0, 0)
    if most == 0:
        return _("Khoảng %(km)s km đường bộ tới %(city)s, xe đi trong ngày (ước tính).", km=km, city=where)
    if least == most:
        return _("Khoảng %(km)s km đường bộ tới %(city)s, xe đi %(n)s ngày (ước tính).", km=km, city=where, n=most)
    return _(
        "Khoảng %(km)s km đường bộ tới %(city)s, xe đi %(least)s–%(most)s ngày (ước tính).",
        km=km,
        city=where,
        least=least,
        most=most,
    )


def _reliability_evidence(match: Match, factor: Factor) -> str:
    record = match.offer.record
    if not factor.known or record is None:
        return _("Chưa giao hàng và chưa được mời lần nào trên Chợ Phiên; tính một nửa.")
    return " ".join((_deliveries_evidence(record), _answers_evidence(record)))


def _deliveries_evidence(record: Record) -> str:
    if record.promised <= 0:
        return _("Chưa có đợt giao nào đến hạn (tính một nửa).")
    on_time, at_all = (formats.percent(min(1.0, each / record.promised)) for each in (record.on_time, record.delivered))
    return _(
        "Giao đúng tháng %(on_time)s và giao đủ %(at_all)s của %(kg)s đã hứa.", on_time=on_time, at_all=at_all,
        kg=formats.kg(round(record.promised)),
    )  # fmt: skip


def _answers_evidence(record: Record) -> str:
    if not record.asked:
        return _("Chưa được mời lần nào (tính một nửa).")
    said = _("Trả lời %(answered)s trong %(asked)s lời mời đúng hẹn", answered=record.answered, asked=record.asked)
    if record.hours is None:
        return f"{said}."
    hours = round(record.hours)
    if hours >= LONG:
        return _("%(said)s, thường sau %(n)s ngày.", said=said, n=formats.number(round(hours / 24)))
    return _("%(said)s, thường sau %(n)s giờ.", said=said, n=formats.number(max(1, hours)))


def best_stars(match: Match) -> int:
    """The most OCOP stars that still count today or may count, 0 when there are none."""
    alive = [paper.stars for paper in match.offer.papers if paper.stars and paper.holds(match.request.today) is not Verdict.NO]
    return max(alive, default=0)


def paper_name(kind: str) -> str:
    """A kind of paper by its short name in the reader's language."""
    known = KINDS.get(kind)
    return known.label(locale()) if known else kind
