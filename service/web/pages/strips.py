"""The small twelve-month strip of cards: drawn once per set of months and language, then only copied.

A search page shows twenty of them, so each is one short `<svg>` that borrows the frame and the numerals from the symbol
`#year` of base.html and adds the bars of its own months.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from service.core.i18n import _, locale

WIDTH = 20  # of one month in the drawing's own units; base.html draws the frame to the same measure.


def season_picture(months: Iterable[int]) -> Markup:
    """The strip of these months of the year (1 to 12), as a picture that says the same in words."""
    return _drawn(tuple(months), locale(), asked=False)


def asked_picture(months: Iterable[int]) -> Markup:
    """The same for the months in which goods are asked for."""
    return _drawn(tuple(months), locale(), asked=True)


def season_words(months: Iterable[int]) -> str:
    """The months in words, runs joined across the turn of the year: T10–T1."""
    chosen = sorted({n for n in months if 1 <= n <= 12})
    names = _("T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12").split(" ")
    if not chosen:
        return _("chưa khai")
    if len(chosen) == 12:
        return _("quanh năm")
    starts = [n for n in chosen if (n - 2) % 12 + 1 not in chosen]
    runs = []
    for first in starts:
        last = first
        while last % 12 + 1 in chosen:
            last = last % 12 + 1
        runs.append(names[first - 1] if last == first else f"{names[first - 1]}–{names[last - 1]}")
    return ", ".join(runs)


def month_name(n: int) -> str:
    """The month's name in a sentence: tháng 11, November."""
    names = _("tháng 1|tháng 2|tháng 3|tháng 4|tháng 5|tháng 6|tháng 7|tháng 8|tháng 9|tháng 10|tháng 11|tháng 12")
    return names.split("|")[n - 1]


@lru_cache(maxsize=10_000)  # 4,096 sets of months in two languages, about 300 bytes each.
def _drawn(months: tuple[int, ...], language: str, *, asked: bool) -> Markup:  # noqa: ARG001 - the language is part of the key.
    said = season_words(months)
    words = escape(_("Cần hàng: %(months)s", months=said) if asked else _("Mùa vụ: %(months)s", months=said))
    lefts = [WIDTH * (n - 1) for n in sorted(months) if 1 <= n <= 12]
    ground = "".join(f"M{x} 0h{WIDTH}v26h-{WIDTH}z" for x in lefts)
    bars = "".join(f"M{x} 22.5h{WIDTH}" if asked else f"M{x} 20h{WIDTH}v6h-{WIDTH}z" for x in lefts)
    shapes = f'<path class="on" d="{ground}"/><path class="bar" d="{bars}"/>' if lefts else ""
    kind = "season asked" if asked else "season"
    head = f'<svg class="{kind}" viewBox="0 0 240 26" role="img" aria-label="{words}">'
    return Markup(f'{head}{shapes}<use href="#year"/></svg>')  # noqa: S704 - the words are escaped, the rest are numbers.
