"""The report of results of a fair as tables: one list of facts for the page, a workbook, and the data of the paper."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from service import fairs
from service.core import exports, formats
from service.core.i18n import _

onsite, meetings = fairs.onsite, fairs.meetings


def facts(report: fairs.onsite.Report) -> list[tuple[str, str]]:
    """The figures of the report in the order of the form, each with its unit; what nobody has said is said to be unknown."""
    fair, whole = report.results.fair, report.results.returns.whole
    known = _("chưa rõ")
    stars = ", ".join(_("%(stars)s sao: %(n)s", stars=stars, n=number) for stars, number in report.stars.items())
    visitors = known
    if report.people is not None:
        visitors = formats.number(report.people)
        if report.days_unsaid:
            visitors = _("%(people)s (chưa tính %(n)s ngày chưa ghi)", people=visitors, n=report.days_unsaid)
    memoranda, memoranda_vnd = report.outcomes(meetings.Result.MEMORANDUM)
    orders, orders_vnd = report.outcomes(meetings.Result.ORDER)
    return [
        (_("Tên hội chợ"), fair.name),
        (_("Chủ đề"), (report.findings.theme if report.findings else None) or known),
        (_("Thời gian"), fair.when),
        (_("Địa điểm"), fair.where or known),
        (_("Đơn vị tổ chức"), "; ".join(fair.hosts) or known),
        (_("Số khu"), formats.number(report.halls)),
        (_("Số gian hàng"), _("%(n)s gian, quy ra %(standard)s gian tiêu chuẩn 9 m²", n=formats.number(report.booths),
                              standard=formats.number(report.standard_booths, 1))),
        (_("Đơn vị tham gia"), formats.number(whole.exhibitors)),
        (_("Sản phẩm trưng bày"), _("%(products)s sản phẩm, %(kinds)s mặt hàng", products=formats.number(report.products),
                                    kinds=formats.number(report.kinds))),
        (_("Sản phẩm OCOP"), stars or known),
        (_("Lượt khách"), visitors),
        (_("Doanh thu bán lẻ"), sold(whole)),
        (_("Biên bản ghi nhớ ký tại gian"), _("%(n)s bản, %(vnd)s", n=whole.memoranda, vnd=formats.vnd(whole.memoranda_vnd))),
        (_("Biên bản ghi nhớ từ cuộc gặp"), _("%(n)s bản, %(vnd)s", n=memoranda, vnd=formats.vnd(memoranda_vnd))),
        (_("Đơn hàng từ cuộc gặp"), _("%(n)s đơn, %(vnd)s", n=orders, vnd=formats.vnd(orders_vnd))),
        (_("Hợp đồng ký tại gian"), _("%(n)s bản, %(vnd)s", n=whole.contracts, vnd=formats.vnd(whole.contracts_vnd))),
        (_("Báo giá được chọn sau hội chợ"), _("%(n)s lượt, %(vnd)s", n=whole.awards, vnd=formats.vnd(whole.awarded_vnd))),
        (_("Nhà phân phối đã gặp"), formats.number(report.buyers_met)),
        (_("Khách hỏi hàng được ghi lại"), formats.number(whole.leads)),
        (_("Cuộc gặp đã diễn ra"), formats.number(report.meetings_held)),
        (_("Phản ánh, khiếu nại"), _("%(n)s, đã giải quyết %(settled)s", n=len(report.complaints), settled=report.settled)),
        (_("Tổng chi phí"), formats.vnd(report.cost_vnd) if report.cost_vnd is not None else known),
        (_("Tổng nguồn tiền"), formats.vnd(report.sources_vnd) if report.sources_vnd is not None else known),
        (_("Hỗ trợ tiền gian cho đơn vị"), formats.vnd(whole.support_vnd) if whole.support_vnd is not None else known),
    ]  # fmt: skip


def sold(whole: fairs.onsite.Return) -> str:
    """What was sold, and for which part of the booth-days it is known."""
    if whole.sold_vnd is None or whole.coverage is None:
        return _("chưa rõ") if whole.sold_vnd is None else formats.vnd(whole.sold_vnd)
    if whole.complete:
        return formats.vnd(whole.sold_vnd)
    return _("ít nhất %(vnd)s (mới rõ %(part)s số ngày gian)", vnd=formats.vnd(whole.sold_vnd),
             part=formats.percent(float(whole.coverage)))  # fmt: skip


def tables(report: fairs.onsite.Report) -> Iterator[exports.Table]:
    """The sheets of the workbook."""
    whole = report.results.returns.whole
    yield exports.Table(_("Kết quả"), [_("Nội dung"), _("Kết quả")], [*facts(report), *_words(report)])
    yield exports.Table(
        _("Theo tỉnh"), [_("Tỉnh, thành phố"), _("Đơn vị"), _("Doanh thu (đ)"), _("đ mỗi gian mỗi ngày")],
        [[each.name, each.figures.exhibitors, each.figures.sold_vnd, _whole(each.figures.per_booth_day)]
         for each in report.results.provinces],
    )  # fmt: skip
    yield exports.Table(
        _("Theo mặt hàng"), [_("Mặt hàng"), _("Đơn vị bán"), _("Lượng (kg)"), _("Doanh thu (đ)")],
        [[each.name, each.sellers, each.kg, each.vnd] for each in report.results.sold],
    )  # fmt: skip
    yield exports.Table(
        _("Theo ngày"), [_("Ngày"), _("Lượt khách"), _("Đếm hay ước"), _("Doanh thu (đ)")],
        [[each.day, each.people, None if each.people is None else _("đếm") if each.counted else _("ước"), vnd]
         for each, (_day, vnd) in zip(report.visitors, report.daily, strict=True)],
    )  # fmt: skip
    headings = [
        _("Đơn vị"), _("Gian"), _("Hàng mang đi (kg)"), _("Đã bán (kg)"), _("Còn lại (kg)"), _("Doanh thu (đ)"),
        _("đ mỗi gian mỗi ngày"), _("Khách hỏi hàng"), _("Biên bản ghi nhớ"), _("Hợp đồng"), _("Hỗ trợ (đ)"),
        _("Hẹn liên hệ lại"),
    ]  # fmt: skip
    yield exports.Table(_("Đơn vị tham gia"), headings, [_exhibitor(line) for line in report.results.returns.lines])
    yield exports.Table(
        _("Kết quả cuộc gặp"),
        [_("Nhà cung cấp"), _("Nhà phân phối"), _("Kết quả"), _("Lượng (kg)"), _("Số tiền (đ)"), _("Bên ghi")],
        [[each.supplier, each.buyer, meetings.result_name(each.outcome), each.kg, each.vnd, meetings.side_name(each.said_by)]
         for each in report.agreed if each.outcome is not None and each.said_by is not None],
    )  # fmt: skip
    yield exports.Table(
        _("Thu chi"), [_("Loại"), _("Nguồn"), _("Nội dung"), _("Số tiền (đ)")],
        [[onsite.side_name(each.side), onsite.source_name(each.source) if each.source else None, each.label, each.vnd]
         for each in (*report.costs, *report.sources)]
        + [[_("hỗ trợ"), None, _("Hỗ trợ tiền gian cho đơn vị"), whole.support_vnd]],
    )  # fmt: skip
    yield exports.Table(
        _("Phản ánh"), [_("Ngày"), _("Nội dung"), _("Đơn vị"), _("Cách giải quyết"), _("Ngày giải quyết")],
        [[each.day, each.about, each.exhibitor, each.outcome, each.settled_on] for each in report.complaints],
    )  # fmt: skip


def paper(report: fairs.onsite.Report) -> dict[str, Any]:
    """What the template of the paper is filled with; every string is in the reader's language already."""
    fair = report.results.fair
    return {
        "title": _("Báo cáo kết quả %(kind)s", kind=fair.kind_name), "name": fair.name, "when": fair.when,
        "illustrative": _("dữ liệu minh họa") if fair.illustrative else "",
        "facts": facts(report),
        "provinces_title": _("Đơn vị tham gia theo tỉnh, thành phố"),
        "provinces_head": [_("Tỉnh, thành phố"), _("Đơn vị"), _("Doanh thu")],
        "provinces": [[each.name, formats.number(each.figures.exhibitors), sold(each.figures)]
                      for each in report.results.provinces],
        "goods_title": _("Doanh thu theo mặt hàng"),
        "goods_head": [_("Mặt hàng"), _("Lượng"), _("Doanh thu")],
        "goods": [[each.name, formats.kg(each.kg) if each.kg is not None else _("chưa rõ"), formats.vnd(each.vnd)]
                  for each in report.results.sold],
        "money_title": _("Chi phí và nguồn tiền"),
        "money_head": [_("Loại"), _("Nội dung"), _("Số tiền")],
        "money": [[onsite.side_name(each.side) if each.source is None else onsite.source_name(each.source), each.label,
                   formats.vnd(each.vnd)] for each in (*report.costs, *report.sources)],
        "words": [[label, text] for label, text in _words(report)],
        "none": _("Chưa ghi."),
        "signed": [_("Người lập báo cáo"), _("Đại diện ban tổ chức")],
    }  # fmt: skip


def _words(report: fairs.onsite.Report) -> list[tuple[str, str]]:
    said = report.findings
    return [
        (_("Kết quả nổi bật"), (said.went_well if said else None) or _("chưa ghi")),
        (_("Bài học, tồn tại"), (said.lessons if said else None) or _("chưa ghi")),
        (_("Kiến nghị"), (said.proposals if said else None) or _("chưa ghi")),
    ]


def _exhibitor(line: fairs.onsite.Line) -> list[exports.Cell]:
    figures = line.figures
    return [
        line.name, ", ".join(line.booths), line.brought_kg, line.sold_kg, line.left_kg, figures.sold_vnd,
        _whole(figures.per_booth_day), figures.leads, figures.memoranda, figures.contracts, figures.support_vnd,
        line.follow_up_on,
    ]  # fmt: skip


def _whole(value: Fraction | None) -> Decimal | None:
    return Decimal(round(value)) if value is not None else None
