"""From requests and offers to a problem that can be cleared: which pairs are admissible, what each is worth, who is kept out.

PURE, and no judge of its own: a pair is judged by the conditions and factors of the ranking, on the very terms that the page of
the request shows. To be quick on millions of pairs, a request meets only the goods that could be its own, and offers are put
into those terms once for each commodity and city.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from service import catalogue
from service.catalogue import CommodityTerms, OfferRow
from service.core.text import fold
from service.matching.candidates import offers_in_terms
from service.matching.conditions import conditions
from service.matching.factors import factors, reference_price, score
from service.matching.ranking import Failure, Match, Offer, Price, Request, Wanted, Weights, judge
from service.matching.record import Record
from service.matching.rounds.clearing import LARGEST_KG, Need, Pairs, Problem, Supply
from service.matching.terms import Condition, last_day, price_for


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a round, in the terms of the ranking."""

    id: UUID
    request: Request


@dataclass(slots=True)
class KeptOut:
    """What stood between one side and the others: how often each condition said no, and how often it alone did."""

    fits: int = 0
    looked_at: int = 0
    every: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)

    def note(self, failures: Sequence[Failure]) -> None:
        """One more pair was judged."""
        self.looked_at += 1
        if not failures:
            self.fits += 1
            return
        keys = [_key(each) for each in failures]
        self.every.update(keys)
        if len(keys) == 1:
            self.alone.update(keys)

    def add(self, other: KeptOut) -> None:
        """Take over what stood in the way of something else of the same owner."""
        self.fits, self.looked_at = self.fits + other.fits, self.looked_at + other.looked_at
        self.every.update(other.every)
        self.alone.update(other.alone)

    def plain(self) -> dict[str, object]:
        """The same in the words of JSON."""
        return {"fits": self.fits, "looked_at": self.looked_at, "every": dict(self.every), "alone": dict(self.alone)}


@dataclass(frozen=True, slots=True)
class Scored:
    """A problem with what people want to know of it. The months of the problem are those of `calendar`, in order."""

    problem: Problem
    calendar: tuple[int, ...]
    needs: tuple[KeptOut, ...]
    supplies: tuple[KeptOut, ...]
    reference: tuple[float | None, ...]  # For each request the price that counts as one half.


def score_all(
    asked: Sequence[Asked],
    offered: Sequence[OfferRow],
    terms: Sequence[CommodityTerms],
    today: date,
    *,
    records: Mapping[UUID, Record] | None = None,
    weights: Weights | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Scored | None:
    """Judge every request against all goods that could be its own; None when it was called off meanwhile.

    `records`: the suppliers' track records, which count in a round as they do on the page of a request.
    """
    weights = weights or Weights()
    calendar = tuple(sorted({wanted.month for each in asked for wanted in each.request.wanted}))
    goods = _Goods.of(offered)
    pairs = Pairs()
    needs, supplies = [KeptOut() for _each in asked], [KeptOut() for _each in offered]
    reference: list[float | None] = [None] * len(asked)
    done = 0
    for group in _grouped(asked).values():
        same: tuple[list[int], list[Offer]] | None = None
        for place in group:
            if cancelled is not None and cancelled():
                return None
            request = asked[place].request
            if request.words or same is None:
                rows = goods.for_request(request, terms)
                whole = request if request.words else replace(request, wanted=tuple(Wanted(month, 1.0) for month in calendar))
                same = rows, offers_in_terms(whole, [offered[row] for row in rows], terms, records)
            reference[place] = _judge(request, *same, weights, place, pairs, needs, supplies)
            done += 1
            if progress is not None:
                progress(done, len(asked))
    problem = Problem(
        len(calendar),
        tuple(Need(str(each.id), _by_month(calendar, {w.month: int(w.kg) for w in each.request.wanted})) for each in asked),
        tuple(Supply(str(row.id), f"{row.supplier_id}/{row.commodity_id}", _in_time(calendar, row, today)) for row in offered),
        pairs,
    )
    return Scored(problem, calendar, tuple(needs), tuple(supplies), tuple(reference))


def matched(
    asked: Asked, row: OfferRow, terms: Sequence[CommodityTerms], reference: float | None,
    records: Mapping[UUID, Record] | None = None,
) -> Match:  # fmt: skip
    """One pair of a plan judged again, with all that its reasons need."""
    (offer,) = offers_in_terms(asked.request, (row,), terms, records)
    return judge(asked.request, offer, Weights(), reference)


def _judge(
    request: Request, rows: Sequence[int], offers: Sequence[Offer], weights: Weights, place: int, pairs: Pairs,
    needs: Sequence[KeptOut], supplies: Sequence[KeptOut],
) -> float | None:  # fmt: skip
    fitting: list[tuple[int, Offer, Price | None]] = []
    comparable: list[Price | None] = []
    own = needs[place]
    for row, offer in zip(rows, offers, strict=True):
        price = price_for(request, offer)
        failures, _unknowns = conditions(request, offer, price)
        own.note(failures)
        supplies[row].note(failures)
        if not failures:
            fitting.append((row, offer, price))
            comparable.append(price)
        elif len(failures) == 1 and failures[0].condition is not Condition.COMMODITY:
            comparable.append(price)
    middle = reference_price(request, comparable)
    for row, offer, price in fitting:
        values, _known = factors(request, offer, price, middle)
        pairs.add(place, row, score(values, weights))
    return middle


@dataclass(frozen=True, slots=True)
class _Goods:
    """Which rows could be what a request asks for, without looking at each: by commodity, and by the words of the names."""

    by_commodity: Mapping[UUID | None, list[int]]
    by_word: Mapping[str, set[int]]

    @classmethod
    def of(cls, offered: Sequence[OfferRow]) -> _Goods:
        by_commodity: dict[UUID | None, list[int]] = {}
        by_word: dict[str, set[int]] = {}
        for place, row in enumerate(offered):
            by_commodity.setdefault(row.commodity_id, []).append(place)
            for word in fold(row.name).split():
                by_word.setdefault(word, set()).add(place)
        return cls(by_commodity, by_word)

    def for_request(self, request: Request, terms: Sequence[CommodityTerms]) -> list[int]:
        """Everything that the ranking could call the goods asked for; what else there is would be other goods."""
        own = next((each for each in terms if each.id == request.commodity), None)
        if own is not None:
            unfiled = set(self.by_commodity.get(None, ()))
            named = [self._with(fold(term).split()) & unfiled for term in own.proper_terms] if unfiled else []
            return sorted({*self.by_commodity.get(own.id, ()), *(place for each in named for place in each)})
        spoken = catalogue.commodities_in(terms, request.words)
        of_spoken = (place for each in spoken for place in self.by_commodity.get(each.id, ()))
        return sorted({*of_spoken, *self._with(fold(request.words).split())})

    def _with(self, words: Iterable[str]) -> set[int]:
        found = [self.by_word.get(word, set()) for word in words]
        return set.intersection(*found) if found else set()


def _grouped(asked: Sequence[Asked]) -> dict[tuple[str, str, str], list[int]]:
    """The requests of one commodity and city stand together, because they meet the same offers in the same terms."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for place, each in enumerate(asked):
        groups.setdefault((str(each.request.commodity), each.request.city, each.request.words), []).append(place)
    return dict(sorted(groups.items()))


def _by_month(calendar: Sequence[int], kg: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(min(LARGEST_KG, kg.get(month, 0)) for month in calendar)


def _in_time(calendar: Sequence[int], row: OfferRow, today: date) -> tuple[int, ...]:
    """What is free in the months that its preparation still reaches, in whole kilograms; what is undeclared is nothing."""
    lead = row.lead_days or 0
    reached = [month for month in calendar if lead <= (last_day(month) - today).days]
    return _by_month(calendar, {month: int(kg) for month, kg in row.free_in(reached).items()})


def _key(failure: Failure) -> str:
    return f"{failure.condition}:{failure.kind}" if failure.kind else str(failure.condition)
