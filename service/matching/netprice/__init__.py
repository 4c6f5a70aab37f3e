"""What is left of a list price on its way to the city's shelf, and when it pays (M18).

    simulate(Assumptions(...)) -> Result           pure: the staircase to the net price, margin, break-even, highest discount
    reckon(NetPriceWords(...)) -> [CityResult]     the same for Hà Nội and TP. Hồ Chí Minh, with every word that goes with it
    save_sheet(session, actor, NetPriceKept(...), key=UUID), change_sheet(…, version=n), drop_sheet      a supplier's own sheets
    own_sheets(session, actor), own_sheet(session, actor, id), earlier(session, actor, id)               read them

Everybody may calculate; only a supplier keeps sheets, and only its own people read them. What the market assumes where
nothing is typed stands in `NetPriceWords`, and where each figure comes from in `grounds()`.
"""

from __future__ import annotations

from service.matching.freight import LARGE_LORRY, LONG_HAUL
from service.matching.netprice.inputs import NetPriceKept, NetPriceWords
from service.matching.netprice.models import NetPriceSheet
from service.matching.netprice.queries import EarlierSheet, SheetView, earlier, own_sheet, own_sheets
from service.matching.netprice.reckoning import CityResult, assumed, grounds, part_name, reckon, road, start
from service.matching.netprice.rules import may_keep_sheets
from service.matching.netprice.sheets import change_sheet, drop_sheet, save_sheet
from service.matching.netprice.simulation import Assumptions, Freight, Part, Result, simulate

__all__ = [
    "LARGE_LORRY",
    "LONG_HAUL",
    "Assumptions",
    "CityResult",
    "EarlierSheet",
    "Freight",
    "NetPriceKept",
    "NetPriceSheet",
    "NetPriceWords",
    "Part",
    "Result",
    "SheetView",
    "assumed",
    "change_sheet",
    "drop_sheet",
    "earlier",
    "grounds",
    "may_keep_sheets",
    "own_sheet",
    "own_sheets",
    "part_name",
    "reckon",
    "road",
    "save_sheet",
    "simulate",
    "start",
]
