"""Agendas on paper: one participant's, everybody's in one file, and the sheet of tables of a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from starlette.responses import Response

from service import fairs
from service.core import formats, pdf
from service.core.i18n import _
from service.fairs import FairView

meetings = fairs.meetings


async def own_agenda(fair: FairView, name: str, lines: Sequence[fairs.meetings.MeetingLine]) -> Response:
    """The agenda of one participant."""
    return await _paper(fair, _("Lịch gặp"), [_agenda(name, lines)])


async def every_agenda(fair: FairView, lines: Iterable[fairs.meetings.MeetingLine]) -> Response:
    """The agendas of all participants in one file, each on a page of its own, by name."""
    held: dict[tuple[str, UUID], list[fairs.meetings.MeetingLine]] = {}
    for line in lines:
        for side, who, part in (
            (meetings.Side.SUPPLIER, line.supplier, line.supplier_part_id),
            (meetings.Side.BUYER, line.buyer, line.buyer_part_id),
        ):  # fmt: skip
            held.setdefault((who, part), []).append(replace(line, own=side))
    return await _paper(fair, _("Lịch gặp"), [_agenda(who, held[who, part]) for who, part in sorted(held, key=str)])


async def day_sheet(fair: FairView, day: date | None, lines: Iterable[fairs.meetings.MeetingLine]) -> Response:
    """Who sits at which table when, on one day."""
    rows = [[line.clock, line.seat, line.supplier, line.buyer, ""] for line in lines if line.state != "cancelled"]
    heads = [_("Giờ"), _("Chỗ"), _("Nhà cung cấp"), _("Nhà phân phối"), _("Ghi chú")]
    name = formats.day(day) if day else ""
    return await _paper(fair, _("Bảng bàn gặp"), [{"name": name, "days": [{"day": "", "rows": rows}], "heads": heads}])


def _agenda(name: str, lines: Iterable[fairs.meetings.MeetingLine]) -> dict[str, Any]:
    days: dict[date, list[list[str]]] = {}
    for line in lines:
        if line.state != "cancelled":
            days.setdefault(line.day, []).append([line.clock, line.seat, line.other, line.goods or "", ""])
    return {
        "name": name, "heads": [_("Giờ"), _("Chỗ"), _("Gặp"), _("Về hàng"), _("Ghi chép")],
        "days": [{"day": formats.day(day), "rows": rows} for day, rows in sorted(days.items())],
    }  # fmt: skip


async def _paper(fair: FairView, title: str, agendas: Sequence[dict[str, Any]]) -> Response:
    paper = await pdf.made(
        "agenda", {
            "title": f"{title} · {fair.name}", "what": title, "fair": fair.name, "when": fair.when, "where": fair.where,
            "agendas": list(agendas), "empty": _("Chưa có cuộc gặp nào."),
        },
    )  # fmt: skip
    headers = {"Content-Disposition": 'inline; filename="lich-gap.pdf"', "Cache-Control": "private, no-cache"}
    return Response(paper, media_type="application/pdf", headers=headers)
