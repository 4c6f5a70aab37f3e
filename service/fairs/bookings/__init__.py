"""Who has which booth on which days: booked first come first served, kept back, or by the published plan (F5 F13 F19).

All three end in one table whose constraint refuses the second one for a booth and a day; the public plan and the list of
exhibitors read it and nothing else.

Writing (each allowed by a rule, told to the journal, safe to repeat):
    book(session, actor, slug, BoothWish(...), key=UUID) -> Booked          held for some minutes; or book_plainly
    confirm_booth(session, actor, id), let_go(session, actor, id) -> Occupancy
    set_desk(session, actor, slug, DeskDraft(...)) -> BookingDesk           the organiser: from when to when
    keep_booth(session, actor, slug, Keep(...), key=UUID) -> Occupancy      for a name, on the market or not, until a day
    keep_longer, give_booth, free_booth                                     what becomes of it
    settle_plan(session, actor, fair_id, plan_id, [Placing(...)])           in the transaction that publishes a plan
Reading:
    occupied(session, fair_id) -> [Occupied]        everybody, taken or held
    own_booths(session, actor, fair_id), booths_of(session, supplier_id), own_booking, desk_of, asking
"""

from __future__ import annotations

from service.fairs.bookings.booking import Booked, book, book_plainly, confirm_booth, let_go
from service.fairs.bookings.inputs import BoothWish, DeskDraft, Keep, KeepLonger
from service.fairs.bookings.keeping import free_booth, give_booth, keep_booth, keep_longer, set_desk
from service.fairs.bookings.models import OccupancyState, Origin
from service.fairs.bookings.queries import Asking, Desk, OwnBooth, asking, booths_of, desk_of, occupied, own_booking, own_booths
from service.fairs.bookings.rules import may_book, may_read_own
from service.fairs.bookings.settling import settle_plan
from service.fairs.bookings.views import Occupied, Placing

__all__ = [
    "Asking",
    "Booked",
    "BoothWish",
    "Desk",
    "DeskDraft",
    "Keep",
    "KeepLonger",
    "OccupancyState",
    "Occupied",
    "Origin",
    "OwnBooth",
    "Placing",
    "asking",
    "book",
    "book_plainly",
    "booths_of",
    "confirm_booth",
    "desk_of",
    "free_booth",
    "give_booth",
    "keep_booth",
    "keep_longer",
    "let_go",
    "may_book",
    "may_read_own",
    "occupied",
    "own_booking",
    "own_booths",
    "set_desk",
    "settle_plan",
]
