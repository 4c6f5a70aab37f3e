"""What a reader is shown of clearings and proposals: plain values, without anything that is not hers to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from service.core import clock, formats
from service.core.db import new_id
from service.core.i18n import _
from service.matching.evidence import factor_name
from service.matching.ranking import FACTORS
from service.matching.reasons import GOOD, SHORT, UNKNOWN, Reason
from service.matching.rounds.clearing import FAIRNESS
from service.matching.rounds.material import Material
from service.matching.rounds.models import ClearingState, Wish
from service.matching.rounds.outcome import Outcome
from service.matching.rounds.words import (
    clearing_state_name,
    fairness_name,
    need_reasons,
    stage_name,
    supplier_reasons,
    unknown_words,
)
from service.matching.views import Cell, twelve

STRONG = 0.75  # A factor of so much speaks for the pair by itself.


@dataclass(frozen=True, slots=True)
class TradeoffView:
    """What one degree of fairness gives."""

    name: str
    label: str
    floors: str
    chosen: bool
    kg: int
    asked_kg: int
    fit: float  # Kilograms weighted by fit.
    requests_short: int
    requests: int
    least_percent: float
    suppliers_without: int
    suppliers: int
    least_kg: int
    proven: bool


@dataclass(frozen=True, slots=True)
class ClearingView:
    """One clearing. `stale`: what it looked at has changed since (None where nobody has looked)."""

    id: UUID
    number: int
    fairness: str
    seed: int
    state: ClearingState
    stage: str | None
    done: int
    total: int
    stop_asked: bool
    asked_at: datetime
    finished_at: datetime | None
    report: Mapping[str, Any] | None
    stale: bool | None = None
    published: bool = False

    @property
    def working(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in (ClearingState.WAITING, ClearingState.WORKING)

    @property
    def fairness_name(self) -> str:
        """Its degree of fairness, in words."""
        return fairness_name(self.fairness)

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return clearing_state_name(self.state)

    @property
    def stage_name(self) -> str:
        """What is being done, in words."""
        return stage_name(self.stage)

    @property
    def proof(self) -> str:
        """How good the plan surely is."""
        if self.report is None:
            return ""
        if self.report["status"] == "optimal":
            return _("tối ưu, đã chứng minh")
        return _("cách tối ưu tối đa %(percent)s %%", percent=formats.number(100 * float(self.report["gap"]), 2))

    @property
    def cells(self) -> list[Cell]:
        """What is asked and given in each month, on the twelve-month strip."""
        months = {date.fromisoformat(each["month"]): each for each in (self.report or {}).get("months", ())}
        if not months:
            return []
        return [
            Cell(day.month, day.year, months[day]["asked"] if day in months else None,
                 months[day]["given"] if day in months else None)
            for day in twelve(dict.fromkeys(months, 0.0))
        ]  # fmt: skip

    @property
    def tradeoffs(self) -> list[TradeoffView]:
        """Every degree of fairness beside the others, from no floors to the highest."""
        found = (self.report or {}).get("tradeoffs", {})
        return [_tradeoff(name, found[name], chosen=name == self.fairness) for name in FAIRNESS if name in found]


@dataclass(frozen=True, slots=True)
class NeedLine:
    """What one request got in a clearing, and why not more."""

    code: str
    title: str
    asked_kg: int
    given_kg: int
    report: Mapping[str, Any]

    @property
    def reasons(self) -> list[str]:
        """Why it did not get all that it asks for, in sentences; empty where it did."""
        return need_reasons(self.asked_kg, self.given_kg, self.report)

    @property
    def cells(self) -> list[Cell]:
        """Asked and given by month."""
        months = {date.fromisoformat(each["month"]): each for each in self.report["months"]}
        return [
            Cell(day.month, day.year, months[day]["asked"] if day in months else None,
                 months[day]["given"] if day in months else None)
            for day in twelve(dict.fromkeys(months, 0.0))
        ] if months else []  # fmt: skip


@dataclass(frozen=True, slots=True)
class GotLine:
    """What one supplier got in a clearing, and why nothing where it got nothing."""

    slug: str
    name: str
    free_kg: int
    given_kg: int
    report: Mapping[str, Any]

    @property
    def reasons(self) -> list[str]:
        """Why it got nothing, in sentences."""
        return supplier_reasons(self.given_kg, self.free_kg, self.report)


@dataclass(frozen=True, slots=True)
class ProposalView:
    """One proposal as one side of it, its organiser or an officer reads it; `price` is None where it is not theirs to know."""

    id: UUID
    request_code: str
    request_title: str
    buyer: str | None
    supplier: str
    supplier_slug: str
    product: str
    product_slug: str
    illustrative: bool
    asked: Mapping[date, float]
    given: Mapping[date, float]
    total_kg: int
    fit: float
    price: int | None
    report: Mapping[str, Any]
    buyer_wish: Wish | None
    supplier_wish: Wish | None
    side: str | None  # buyer, supplier: whose page this is, where she may speak for it.

    @property
    def cells(self) -> list[Cell]:
        """Asked and proposed by month."""
        return [
            Cell(day.month, day.year, self.asked.get(day), self.given.get(day, 0.0) if day in self.asked else None)
            for day in twelve(self.asked)
        ] if self.asked else []  # fmt: skip

    @property
    def months(self) -> list[tuple[date, float]]:
        """The proposed kilograms, month by month."""
        return sorted(self.given.items())

    @property
    def mutual(self) -> bool:
        """Whether both want to meet."""
        return self.buyer_wish is Wish.MEET and self.supplier_wish is Wish.MEET

    @property
    def own_wish(self) -> Wish | None:
        """What the reader's side has said."""
        return self.buyer_wish if self.side == "buyer" else self.supplier_wish if self.side == "supplier" else None

    @property
    def reasons(self) -> list[Reason]:
        """Why the two were brought together."""
        factors = self.report.get("factors", {})
        asked = sum(self.asked.values())
        share = formats.percent(sum(self.given.values()) / asked if asked else 0)
        found = [Reason(_("đề xuất %(kg)s, %(share)s nhu cầu", kg=formats.kg(self.total_kg), share=share), GOOD)]
        if self.price is not None:
            found.append(Reason(_("%(vnd)s/kg", vnd=formats.vnd(self.price)), GOOD))
        strong = (name for name in ("quality", "distance", "price") if factors.get(name, 0) >= STRONG)
        found += [Reason(_("mạnh về: %(factor)s", factor=factor_name(name)), GOOD) for name in strong]
        found += [Reason(words, UNKNOWN) for each in self.report.get("unknown", ()) if (words := unknown_words(each))]
        if self.report.get("below_least"):
            found.append(Reason(_("có tháng dưới mức đặt tối thiểu: bàn khi gặp"), SHORT))
        return found

    @property
    def factors(self) -> list[tuple[str, float]]:
        """The factors of the fit by their names."""
        known = self.report.get("factors", {})
        return [(factor_name(name), float(known[name])) for name in FACTORS if name in known]


@dataclass(frozen=True, slots=True)
class ProposalList:
    """A page of proposals, with the figures of all that this reader may see."""

    items: list[ProposalView]
    next: str | None
    total: int
    kg: int
    mutual: int
    waiting: int  # On which her own side has said nothing yet.


def _tradeoff(name: str, found: Mapping[str, Any], *, chosen: bool) -> TradeoffView:
    worth, fairness = found["worth"], found["fairness"]
    floors = _("%(percent)s %% mỗi yêu cầu, %(kg)s mỗi nhà cung cấp", percent=fairness["need_percent"],
               kg=formats.kg(fairness["supplier_kg"])) if fairness["supplier_kg"] else _("không có sàn")  # fmt: skip
    return TradeoffView(
        name, fairness_name(name), floors, chosen, worth["kg"], worth["asked_kg"], worth["fit_points"] / 10_000,
        worth["needs_short_of_floor"], worth["needs_with_fit"], worth["least_need_percent"], worth["suppliers_without"],
        worth["suppliers_with_fit"], worth["least_supplier_kg"], found["proven"],
    )  # fmt: skip


def shown_at_once(
    material: Material, outcome: Outcome, fairness: str, seed: int
) -> tuple[ClearingView, list[NeedLine], list[GotLine]]:
    """An outcome that is kept nowhere, as its page would show it: the clearing, and both sides with who got least first."""
    now = clock.now()
    view = ClearingView(
        new_id(), 0, fairness, seed, ClearingState.DONE, None, 0, 0, False, now, now, outcome.report, False
    )  # fmt: skip
    requests = {row["id"]: row for row in material.rows}
    suppliers = {row.supplier_id: row for row in material.offered}
    needs = [
        NeedLine(requests[each["request_id"]]["code"], requests[each["request_id"]]["title"], each["asked_kg"],
                 each["given_kg"], each["report"])
        for each in outcome.needs
    ]  # fmt: skip
    got = [
        GotLine(suppliers[each["supplier_id"]].supplier_slug, suppliers[each["supplier_id"]].supplier_name, each["free_kg"],
                each["given_kg"], each["report"])
        for each in outcome.suppliers
    ]  # fmt: skip
    needs.sort(key=lambda line: (line.given_kg / max(1, line.asked_kg), line.code))
    got.sort(key=lambda line: (line.given_kg, line.slug))
    return view, needs, got
