"""The gap sheet as a picture: for every month what was asked, offered, awarded, and what suppliers could still give.

Drawn by the server in the manner of the twelve-month strip. What a column counts is told by its pattern (outline, hatching,
full) and by its place, never by colour alone; the same stands in words for those who listen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from markupsafe import Markup, escape

from service import matching
from service.core import formats
from service.core.i18n import _

MONTH = 48  # Width of one month in the drawing's own units.
HEIGHT = 120
HEAD, FOOT = 8, 34
BAR = 12

Months = Sequence[tuple[date, matching.gaps.GapSum]]


def gap_picture(months: Months, label: str) -> Markup:
    """The picture of these months."""
    top = max([float(kg) for _month, each in months for kg in _heights(each)] + [1.0])
    shapes = [_month(place, month, each, top) for place, (month, each) in enumerate(months)]
    width, height = MONTH * len(months), HEAD + HEIGHT + FOOT
    words = escape(f"{label}: {in_words(months)}")
    ground = HEAD + HEIGHT
    return Markup(  # noqa: S704 - the words are escaped, the rest are numbers and our own names.
        f'<svg class="gaps" viewBox="0 0 {width} {height}" role="img" aria-label="{words}">'
        f'{"".join(shapes)}<path class="ground" d="M0 {ground}.5H{width}"/></svg>'
    )


def in_words(months: Months) -> str:
    """The same for those who listen."""
    said = []
    for month, each in months:
        if not each.requests:
            continue
        parts = [_("hỏi %(kg)s", kg=formats.kg(each.asked))]
        if each.shown:
            parts += [
                _("chào %(kg)s", kg=formats.kg(each.outcome.offered)), _("chọn %(kg)s", kg=formats.kg(each.outcome.awarded)),
                _("hụt %(kg)s", kg=formats.kg(each.outcome.missed)), _("còn mở %(kg)s", kg=formats.kg(each.outcome.still_open)),
            ]  # fmt: skip
        said.append(f"{formats.month(month)}: {', '.join(parts)}")
    return "; ".join(said) or _("chưa có yêu cầu nào")


def _heights(each: matching.gaps.GapSum) -> list[Decimal]:
    return [each.asked, each.outcome.offered, each.outcome.awarded]


def _month(place: int, month: date, each: matching.gaps.GapSum, top: float) -> str:
    left, ground = place * MONTH, HEAD + HEIGHT
    drawn = []
    for at, (kind, kg) in enumerate(zip(("asked", "offered", "awarded"), _heights(each), strict=True)):
        height = round(float(kg) / top * HEIGHT, 1)
        if height > 0:
            x = left + 5 + at * (BAR + 1)
            drawn.append(f'<rect class="{kind}" x="{x}" y="{round(ground - height, 1)}" width="{BAR}" height="{height}"/>')
    if each.free is not None:
        # What could still be given is often far more than was asked for: then the line stands at the top, with an arrow.
        share = float(each.free) / top
        y = round(ground - min(share, 1.0) * HEIGHT, 1)
        arrow = f"M{left + 20} {y + 5}L{left + 24} {y}L{left + 28} {y + 5}" if share > 1 else ""
        drawn.append(f'<path class="free" d="M{left + 2} {y}H{left + MONTH - 2}{arrow}"/>')
    middle = left + MONTH // 2
    name = f'<text x="{middle}" y="{ground + 14}">{escape(_("T%(n)s", n=month.month))}</text>'
    year = f'<text class="y" x="{middle}" y="{ground + 28}">{month.year}</text>' if place == 0 or month.month == 1 else ""
    return f"<g>{''.join(drawn)}{name}{year}</g>"
