"""Whether goods meet what a buyer wants to see, condition by condition. PURE: plain values, no database.

Held is only what is known to hold today. What is not known (nobody has declared it, a paper without a last day) is never
counted as held; neither is what the catalogue cannot judge and the supplier has not answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.core import clock
from service.matching.checklists.models import Wanted
from service.matching.terms import Verdict

INVOICING = ("cooperative", "union", "enterprise")  # Legal forms that can issue VAT invoices.
FOOD_SAFETY = ("ATTP", "HACCP", "ISO22000", "FSSC22000")
DECLARED = ("TCB", "DKCB")
TESTED = "KN"
# What no row of the catalogue tells: the supplier answers it for itself.
ANSWERED = frozenset({Wanted.DISCOUNT, Wanted.CREDIT, Wanted.INSURANCE, Wanted.WORDS})
BARCODE_DIGITS = {"gtin13": (8, 12, 13), "gtin14": (14,)}


@dataclass(frozen=True, slots=True)
class Wish:
    """One condition of a buyer."""

    id: UUID
    kind: Wanted
    required: bool = True
    number: int | None = None
    code: str | None = None
    words: str | None = None

    @property
    def answered(self) -> bool:
        """Whether the supplier itself answers it."""
        return self.kind in ANSWERED


@dataclass(frozen=True, slots=True)
class Held:
    """A paper that has been checked. Without a last day nobody knows how long it holds, unless its kind never ends."""

    kind: str
    stars: int | None = None
    issued_on: date | None = None
    valid_to: date | None = None
    endless: bool = False

    def on(self, day: date) -> Verdict:
        """Whether it holds on that day."""
        if self.issued_on is not None and self.issued_on > day:
            return Verdict.NO
        if self.valid_to is None:
            return Verdict.YES if self.endless else Verdict.UNKNOWN
        return Verdict.YES if self.valid_to >= day else Verdict.NO


@dataclass(frozen=True, slots=True)
class Goods:
    """One product as a buyer's checklist sees it. None means: nobody has said."""

    legal_form: str
    papers: tuple[Held, ...] = ()
    barcodes: tuple[str, ...] = ()
    packs: int = 0
    packs_g: tuple[int, ...] = ()
    photos: int = 0
    lots: int = 0
    in_english: bool = False
    least_order_kg: float | None = None
    lead_days: int | None = None
    shelf_life_days: int | None = None
    days_on_road: int | None = None  # To this buyer, at the longest.


@dataclass(frozen=True, slots=True)
class Answer:
    """What the supplier has said for itself."""

    accepts: bool
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One condition and how the goods stand to it; `found` is the figure or day that speaks, where there is one."""

    wish: Wish
    verdict: Verdict
    found: int | date | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """All that a buyer requires of one product. Nothing required is not the same as everything held."""

    points: tuple[Point, ...]
    unseen: int = 0  # Conditions whose answers stay between buyer and supplier, and are not counted here.

    @property
    def required(self) -> int:
        """How many conditions count."""
        return len(self.points)

    @property
    def held(self) -> int:
        """How many of them are known to be met today."""
        return sum(point.verdict is Verdict.YES for point in self.points)

    @property
    def gaps(self) -> tuple[Point, ...]:
        """What is missing: what fails first, then what nobody knows."""
        missing = [point for point in self.points if point.verdict is not Verdict.YES]
        return tuple(sorted(missing, key=lambda point: point.verdict is Verdict.UNKNOWN))

    @property
    def ready(self) -> bool:
        """Whether everything that is asked for is held."""
        return bool(self.points) and not self.gaps


def judge(
    wishes: Iterable[Wish], goods: Goods, answers: Mapping[UUID, Answer], today: date, *, sees_answers: bool = True
) -> Readiness:
    """Judge the goods by every required condition; whoever may not read the answers judges by what is public only."""
    points = []
    unseen = 0
    for wish in wishes:
        if not wish.required:
            continue
        if not wish.answered:
            points.append(_JUDGES[wish.kind](wish, goods, today))
        elif sees_answers:
            points.append(_answered(wish, answers.get(wish.id)))
        else:
            unseen += 1
    return Readiness(tuple(points), unseen)


def _answered(wish: Wish, answer: Answer | None) -> Point:
    if answer is None:
        return Point(wish, Verdict.UNKNOWN)
    return Point(wish, Verdict.YES if answer.accepts else Verdict.NO, answer=answer)


def _barcode(wish: Wish, goods: Goods, _today: date) -> Point:
    digits = BARCODE_DIGITS[wish.code or "gtin13"]
    if any(len(code) in digits for code in goods.barcodes):
        return Point(wish, Verdict.YES)
    return Point(wish, Verdict.NO if goods.packs else Verdict.UNKNOWN)


def _stars(wish: Wish, goods: Goods, today: date) -> Point:
    least = wish.number or 0
    graded = [paper for paper in goods.papers if paper.stars is not None]
    best = max((paper.stars or 0 for paper in graded if paper.on(today) is Verdict.YES), default=0)
    enough = [paper for paper in graded if (paper.stars or 0) >= least]
    found = _papers(wish, enough, today)
    return found if found.verdict is not Verdict.NO or found.found is not None else Point(wish, Verdict.NO, best or None)


def _papers(wish: Wish, papers: Iterable[Held], today: date) -> Point:
    """Held when one of them holds today; unknown when one may; else not, with the day on which the last one ran out."""
    verdicts = [(paper.on(today), paper) for paper in papers]
    for verdict in (Verdict.YES, Verdict.UNKNOWN):
        if any(each is verdict for each, _paper in verdicts):
            return Point(wish, verdict)
    over = [paper.valid_to for _verdict, paper in verdicts if paper.valid_to is not None and paper.valid_to < today]
    return Point(wish, Verdict.NO, max(over, default=None))


def _of_kinds(*kinds: str) -> Callable[[Wish, Goods, date], Point]:
    def judged(wish: Wish, goods: Goods, today: date) -> Point:
        wanted = kinds or (wish.code,)
        return _papers(wish, (paper for paper in goods.papers if paper.kind in wanted), today)

    return judged


def _test_report(wish: Wish, goods: Goods, today: date) -> Point:
    """A laboratory's report that is young enough; what it says of its own last day does not matter to a buyer."""
    made = [paper.issued_on for paper in goods.papers if paper.kind == TESTED and paper.issued_on is not None]
    made = [day for day in made if day <= today]
    if not made:
        undated = any(paper.kind == TESTED and paper.issued_on is None for paper in goods.papers)
        return Point(wish, Verdict.UNKNOWN if undated else Verdict.NO)
    newest = max(made)
    return Point(wish, Verdict.YES if clock.add_months(newest, wish.number or 0) > today else Verdict.NO, newest)


def _invoice(wish: Wish, goods: Goods, _today: date) -> Point:
    return Point(wish, Verdict.YES if goods.legal_form in INVOICING else Verdict.NO)


def _trace(wish: Wish, goods: Goods, _today: date) -> Point:
    return Point(wish, Verdict.YES if goods.lots else Verdict.NO)


def _photos(wish: Wish, goods: Goods, _today: date) -> Point:
    return Point(wish, Verdict.YES if goods.photos >= (wish.number or 1) else Verdict.NO, goods.photos)


def _english(wish: Wish, goods: Goods, _today: date) -> Point:
    return Point(wish, Verdict.YES if goods.in_english else Verdict.NO)


def _pack(wish: Wish, goods: Goods, _today: date) -> Point:
    if not goods.packs_g:
        return Point(wish, Verdict.UNKNOWN)
    return Point(wish, Verdict.YES if wish.number in goods.packs_g else Verdict.NO)


def _at_most(value: float | None, wish: Wish) -> Point:
    if value is None:
        return Point(wish, Verdict.UNKNOWN)
    return Point(wish, Verdict.YES if value <= (wish.number or 0) else Verdict.NO, round(value))


def _least_order(wish: Wish, goods: Goods, _today: date) -> Point:
    return _at_most(goods.least_order_kg, wish)


def _lead_time(wish: Wish, goods: Goods, _today: date) -> Point:
    return _at_most(goods.lead_days, wish)


def _left(wish: Wish, goods: Goods, *, percent: bool) -> Point:
    """What is left of the shelf life when goods that were sent as soon as they were made arrive."""
    if goods.shelf_life_days is None or goods.days_on_road is None:
        return Point(wish, Verdict.UNKNOWN)
    left = max(0, goods.shelf_life_days - goods.days_on_road)
    if percent:
        left = left * 100 // goods.shelf_life_days
    return Point(wish, Verdict.YES if left >= (wish.number or 0) else Verdict.NO, left)


def _shelf_percent(wish: Wish, goods: Goods, _today: date) -> Point:
    return _left(wish, goods, percent=True)


def _shelf_days(wish: Wish, goods: Goods, _today: date) -> Point:
    return _left(wish, goods, percent=False)


_JUDGES: dict[Wanted, Callable[[Wish, Goods, date], Point]] = {
    Wanted.BARCODE: _barcode,
    Wanted.STARS: _stars,
    Wanted.PAPER: _of_kinds(),
    Wanted.FOOD_SAFETY: _of_kinds(*FOOD_SAFETY),
    Wanted.DECLARATION: _of_kinds(*DECLARED),
    Wanted.TEST_REPORT: _test_report,
    Wanted.INVOICE: _invoice,
    Wanted.TRACE: _trace,
    Wanted.PHOTOS: _photos,
    Wanted.ENGLISH: _english,
    Wanted.PACK: _pack,
    Wanted.LEAST_ORDER: _least_order,
    Wanted.LEAD_TIME: _lead_time,
    Wanted.SHELF_PERCENT: _shelf_percent,
    Wanted.SHELF_DAYS: _shelf_days,
}
