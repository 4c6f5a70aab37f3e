"""The gap sheet: per commodity and month what was asked, offered, awarded and missed, over all requests (M17).

    gap_sheet(session, GapSearch(...), reader) -> GapSheet                 cells, and their sums by month and by commodity
    gap_rows(session, GapSearch(...), reader, measure=…, month=…) -> GapRows   the requests behind a figure

Of every request in every month, asked = awarded + missed + still open. Each reader counts what she may see; sums of what was
offered and awarded are shown only where at least three buyers stand behind them (`rules`). A sealed quote is counted when
it has been opened. Beside what was asked stands what suppliers could still give, so that one sees whether a gap is one of
supply or of matching. Nothing is kept: a sheet is reckoned when it is read.
"""

from service.matching.gaps.queries import IN_WORDS, SPANS, GapSearch, gap_rows, gap_sheet, kinds
from service.matching.gaps.rules import FEWEST_BUYERS
from service.matching.gaps.sums import Figures, Need, figures, together
from service.matching.gaps.views import (
    MEASURES,
    GapCell,
    GapRow,
    GapRows,
    GapSheet,
    GapSum,
    goods_name,
    measure_name,
)

__all__ = [
    "FEWEST_BUYERS",
    "IN_WORDS",
    "MEASURES",
    "SPANS",
    "Figures",
    "GapCell",
    "GapRow",
    "GapRows",
    "GapSearch",
    "GapSheet",
    "GapSum",
    "Need",
    "figures",
    "gap_rows",
    "gap_sheet",
    "goods_name",
    "kinds",
    "measure_name",
    "together",
]
