"""A market to look at: what the source articles say of real organisations, and around it an invented upland market.

Two kinds of rows, never mixed. **Real** ones carry only what an article says, with its words as `source`: no price, stock or
phone is added, and no person is named. **Invented** ones are marked `illustrative` ("dữ liệu minh họa") and belong to nobody.
Everything goes through the faces of the modules, so the demo is entered as people would enter it.

Dates are told relative to the day on which the market is stocked; the same day gives the same market. Stocking again changes
nothing, so what somebody has edited since stays.
"""

from service.demo.load import Summary, is_empty, sign_ins, stock_market
from service.demo.people import DEMO_PASSWORD, SignIn

__all__ = ["DEMO_PASSWORD", "SignIn", "Summary", "is_empty", "sign_ins", "stock_market"]
