"""The market as it was when a lot was asked for: who could take part on which terms, and who could not and why. PURE.

It is kept as JSON beside the lot, so that a plan can be explained later by the very figures it was made from; its digest names
the question, so that the same question twice is answered once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from service.core import clock
from service.core.i18n import locale
from service.matching.pooling.problem import Plan, Problem, Relaxation, Supplier

Words = Mapping[str, str]  # One sentence in each language.


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that could take part; `id` is the product's. `from_kg` is the order from which its price holds."""

    id: str
    slug: str
    name: str
    name_en: str | None
    supplier_id: str
    supplier_slug: str
    supplier: str
    legal_form: str
    place: str
    illustrative: bool
    stars: int
    quality: float
    price: int
    from_kg: int | None
    freight: int
    free_kg: tuple[int, ...]
    least_share_kg: int
    multiple_kg: int
    may_use_mark: bool
    pack_fits: bool
    unknowns: tuple[Words, ...] = ()

    @property
    def landed(self) -> int:
        """What a kilogram costs at the delivery point."""
        return self.price + self.freight

    @property
    def title(self) -> str:
        """The product's name in the reader's language."""
        return (self.name_en or self.name) if locale() == "en" else self.name

    def supply(self) -> Supplier:
        """The same in the terms of the solver. The packs asked for are the lot's specification."""
        return Supplier(
            id=self.id, free_kg=self.free_kg, price=self.price, quality=self.quality, least_share_kg=self.least_share_kg,
            multiple_kg=self.multiple_kg, group=self.supplier_id, may_use_mark=self.may_use_mark,
            specification="" if self.pack_fits else "other", freight=self.freight,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Milder:
    """A condition that the buyer could give up, with those who would come in; `fields` are what her form would then say."""

    name: str
    words: Words
    fields: Mapping[str, str]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Out:
    """A product that cannot take part, and the rule in words."""

    slug: str
    name: str
    supplier_slug: str
    supplier: str
    rule: Words


@dataclass(frozen=True, slots=True)
class Freight:
    """What was assumed of the road: đ per tonne and kilometre of a small and of a large lorry, đ/kg of loading over."""

    gather_at: str | None
    gather_name: str | None
    small: int
    large: int
    handling: int
    km_large: int | None  # From the consolidation place to the delivery point.


@dataclass(frozen=True, slots=True)
class Frozen:
    """One question with all that its answer depends on."""

    months: tuple[date, ...]
    demand_kg: tuple[int, ...]
    ceiling: int | None
    most_suppliers: int | None
    mark: str | None  # The protected name under which the lot is sold.
    candidates: tuple[Candidate, ...]
    milder: tuple[Milder, ...]
    out: tuple[Out, ...]
    others: int  # Products that lack two things or more, counted only.
    freight: Freight
    pinned: Mapping[str, tuple[int | None, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    previous: Mapping[str, tuple[int, ...]] | None = None

    @property
    def by_id(self) -> dict[str, Candidate]:
        """Everybody who takes part or could, by the product's id."""
        known = {each.id: each for group in self.milder for each in group.candidates}
        return known | {each.id: each for each in self.candidates}

    def problem(self) -> Problem:
        """The question in the terms of the solver and of the judge; wishes about products that are not there count nothing."""
        there = {each.id for each in self.candidates}
        return Problem(
            months=len(self.months),
            demand_kg=self.demand_kg,
            suppliers=tuple(each.supply() for each in self.candidates),
            max_suppliers=self.most_suppliers,
            ceiling=self.ceiling,
            mark_required=self.mark is not None,
            specification="",
            pinned={name: share for name, share in self.pinned.items() if name in there},
            required=frozenset(self.required) & there,
            excluded=frozenset(self.excluded) & there,
            previous=Plan({name: share for name, share in self.previous.items() if name in there})
            if self.previous is not None
            else None,
        )

    def relaxations(self) -> tuple[Relaxation, ...]:
        """What could be given up if something is missing."""
        return tuple(Relaxation(each.name, tuple(one.supply() for one in each.candidates)) for each in self.milder)

    def document(self) -> dict[str, Any]:
        """All of it as JSON."""
        told = asdict(self)
        told["months"] = [day.isoformat() for day in self.months]
        return told

    def digest(self) -> str:
        """The name of this very question: what is only shown beside it (names, places, words) does not count."""
        asked = [
            [day.isoformat() for day in self.months], self.demand_kg, self.ceiling, self.most_suppliers, self.mark,
            [_counts(each) for each in self.candidates],
            [[each.name, [_counts(one) for one in each.candidates]] for each in self.milder],
            sorted((name, list(share)) for name, share in self.pinned.items()), sorted(self.required), sorted(self.excluded),
            sorted((name, list(share)) for name, share in self.previous.items()) if self.previous is not None else None,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(asked, separators=(",", ":")).encode()).hexdigest()


def _counts(one: Candidate) -> list[Any]:
    """All of a candidate that the solver sees."""
    supply = one.supply()
    return [getattr(supply, each.name) for each in fields(supply)]


def read(told: Mapping[str, Any]) -> Frozen:
    """The question again, from its JSON."""
    return Frozen(
        months=tuple(date.fromisoformat(day) for day in told["months"]),
        demand_kg=tuple(told["demand_kg"]),
        ceiling=told["ceiling"],
        most_suppliers=told["most_suppliers"],
        mark=told["mark"],
        candidates=tuple(_candidate(each) for each in told["candidates"]),
        milder=tuple(
            Milder(each["name"], each["words"], each["fields"], tuple(_candidate(one) for one in each["candidates"]))
            for each in told["milder"]
        ),
        out=tuple(Out(**each) for each in told["out"]),
        others=told["others"],
        freight=Freight(**told["freight"]),
        pinned={name: tuple(share) for name, share in told["pinned"].items()},
        required=tuple(told["required"]),
        excluded=tuple(told["excluded"]),
        previous={name: tuple(share) for name, share in told["previous"].items()} if told["previous"] is not None else None,
    )


def _candidate(told: Mapping[str, Any]) -> Candidate:
    return Candidate(**{**told, "free_kg": tuple(told["free_kg"]), "unknowns": tuple(told["unknowns"])})


def months_of(first: date, count: int) -> tuple[date, ...]:
    """So many months from the first one on."""
    return tuple(clock.add_months(first.replace(day=1), ahead) for ahead in range(count))


def said(words: Words) -> str:
    """The sentence in the reader's language."""
    return words.get(locale()) or words.get("vi") or ""


def whole_months(wanted: Iterable[tuple[date, float]]) -> tuple[tuple[date, ...], tuple[int, ...]]:
    """The months from the first wanted one to the last, and the whole kilograms asked in each (none in a gap)."""
    asked = {day.replace(day=1): int(kg) for day, kg in wanted}
    first, last = min(asked), max(asked)
    months = months_of(first, (last.year - first.year) * 12 + last.month - first.month + 1)
    return months, tuple(asked.get(day, 0) for day in months)
