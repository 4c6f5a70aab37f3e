"""The invented buyers of both cities, and what they look for: requests that fit fully, partly, nearly, or not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from service.demo import tables
from service.matching import BuyerKind, BuyerProfile, CloseReason, RequestDraft, RequestState, Visibility

_KEYS = uuid.UUID("6f1d3f5e-6a2b-4c0a-9a53-2f0f5d1c7b11")
LAST_LORRY = timedelta(days=7)  # Before Tết, about 23 Chạp.
HALF_OVER = 20
LATE_IN_THE_MONTH = 24  # From here on "this month" is the next one.


@dataclass(frozen=True, slots=True)
class Need:
    """A request with the day on which it was opened and what became of it."""

    buyer: str
    key: uuid.UUID
    opened_on: date
    state: RequestState
    reason: CloseReason
    draft: RequestDraft


def buyers(today: date) -> dict[str, BuyerProfile]:
    """The invented buyers by their keys."""
    found = {}
    for line in tables.lines("buyers"):
        ago = tables.whole(line["verified_days_ago"])
        found[line["key"]] = BuyerProfile(
            name=line["name"],
            kind=BuyerKind(line["kind"]),
            province_code=line["province"],
            address=line["address"],
            about=line["about"],
            verified_on=today - timedelta(days=ago) if ago is not None else None,
            illustrative=True,
        )
    return found


def needs(today: date) -> list[Need]:
    """The invented requests, oldest first."""
    found = [_need(line, today) for line in tables.lines("requests")]
    return sorted(found, key=lambda need: (need.opened_on, need.key))


def wanted_months(cell: str, today: date) -> tuple[tuple[date, Decimal], ...]:
    """Months as they stand in the sheet.

    `tet:400,700` goes up to the month of the last lorry before Tết, `+1:…` starts next month, `T9:…` in September.
    """
    start, _colon, said = cell.partition(":")
    kilograms = [Decimal(part) for part in said.split(",")]
    if start == "tet":
        arrival = tables.tet_after(today) - LAST_LORRY
        first = tables.next_month(arrival.year, arrival.month, 1 - len(kilograms))
        first = max(first, tables.next_month(today.year, today.month, int(today.day > HALF_OVER)))
    elif start.startswith("T"):
        month = int(start[1:])
        passed = month < today.month or (month == today.month and today.day > LATE_IN_THE_MONTH)
        first = date(today.year + passed, month, 1)
    else:
        first = tables.next_month(today.year, today.month, int(start) + (today.day > LATE_IN_THE_MONTH))
    return tuple((tables.next_month(first.year, first.month, ahead), kg) for ahead, kg in enumerate(kilograms))


def _need(line: tables.Line, today: date) -> Need:
    ago = int(line["opened_days_ago"])
    state = RequestState(line["state"])
    city = next(buyer["province"] for buyer in tables.lines("buyers") if buyer["key"] == line["buyer"])
    opened_on = today - timedelta(days=ago)
    return Need(
        buyer=line["buyer"],
        key=uuid.uuid5(_KEYS, f"{line['buyer']} {line['title']}"),
        opened_on=opened_on,
        state=state,
        reason=CloseReason.FILLED if "đủ hàng" in line["note"] else CloseReason.NO_LONGER_NEEDED,
        draft=RequestDraft(
            title=line["title"],
            commodity=tables.text(line["commodity"]),
            words=tables.text(line["words"]),
            ceiling_vnd_per_kg=tables.whole(line["ceiling"]),
            certificates=tables.words(line["certificates"], ","),
            min_stars=tables.whole(line["stars"]),
            pack_net_g=tables.whole(line["pack_g"]),
            delivery_province_code=city,
            place=line["place"],
            deadline=today + timedelta(days=int(line["deadline_days"])),
            note=line["note"],
            visibility=Visibility(line["visibility"]),
            months=wanted_months(line["months"], opened_on if state is RequestState.CLOSED else today),
            illustrative=True,
        ),
    )
