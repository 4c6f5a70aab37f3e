"""Two to four products side by side, as one reader may see them, and where they differ, in words (S10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.catalogue import ProductPage
from service.core import formats
from service.core.i18n import _, ngettext
from service.matching import checklists
from service.matching.checklists import ReadinessView

MOST = 4
READ = 20  # So many addresses are looked at; whoever hands in more has not chosen by hand.


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the products."""

    page: ProductPage
    readiness: ReadinessView | None

    @property
    def free_kg(self) -> float | None:
        """What is free in the twelve months together; None where nobody has declared anything."""
        known = [cell.free for cell in self.page.cells if cell.free is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one product says on one line; `note` marks it among the others, in words."""

    lines: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison, and whether the products differ in it."""

    name: str
    label: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether two of them say different things; saying nothing is not another thing."""
        return len({cell.lines for cell in self.cells if cell.lines}) > 1

    @property
    def unclear(self) -> bool:
        """Whether it cannot be said that they agree, because not all say something."""
        return not self.differs and any(not cell.lines for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The products in the order in which they were asked for, and what became of the other addresses.

    `missing` are not there or not shown any more; `left_out` are those beyond the fourth.
    """

    products: list[Compared]
    lines: list[Line]
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    repeated: bool = False
    most_kg: float = 0

    @property
    def differ(self) -> list[str]:
        """Where they differ."""
        return [_within(line.label) for line in self.lines if line.differs]

    @property
    def agree(self) -> list[str]:
        """Where they say the same."""
        return [_within(line.label) for line in self.lines if not line.differs and not line.unclear]

    @property
    def unclear(self) -> list[str]:
        """Where not all say something, and nobody can tell."""
        return [_within(line.label) for line in self.lines if line.unclear]


async def compare(session: AsyncSession, slugs: Sequence[str], actor: Actor | None = None) -> Comparison:
    """These products side by side: one statement for any number, two for a buyer, whose checklist is read as well."""
    asked = list(dict.fromkeys(slug for slug in slugs[:READ] if slug))
    chosen, left_out = asked[:MOST], asked[MOST:]
    if not chosen:
        return Comparison([], [])
    reader = await catalogue.reader_of(session)
    pages = await catalogue.product_pages(reader, chosen, actor)
    ids = [page.id for page, _lots in pages.values()]
    own = actor.organisation_id if actor is not None and checklists.may_keep_checklist(actor) else None
    checklist = await checklists.own_checklist_for(session, own, ids) if own is not None and ids else None
    products = []
    for page, lots in (pages[slug] for slug in chosen if slug in pages):
        place = page.supplier.commune_code or page.supplier.province_code
        ready = checklists.ready_page(checklist, page, lots, actor, place) if checklist is not None else None
        products.append(Compared(page, ready))
    most = max((cell.capacity or 0 for each in products for cell in each.page.cells), default=0)
    return Comparison(
        products, _lines(products), [slug for slug in chosen if slug not in pages], left_out,
        len(asked) < len([slug for slug in slugs[:READ] if slug]), most,
    )  # fmt: skip


def _within(label: str) -> str:
    """A label as it stands within a sentence; a name in capitals keeps them."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _lines(products: list[Compared]) -> list[Line]:
    """Everything that a buyer weighs, one line each; what none of them says is left out."""
    lowest, most = min, max
    lines = [
        _line("retail", _("Giá bán lẻ mỗi kg"), products, _retail, lowest, _("thấp nhất")),
        _line("wholesale", _("Giá sỉ mỗi kg"), products, _wholesale, lowest, _("thấp nhất")),
        _line("packs", _("Quy cách"), products, _packs),
        _line("stars", _("Sao OCOP"), products, _stars, most, _("nhiều nhất")),
        _line("papers", _("Giấy tờ"), products, _papers),
        _line("season", _("Còn trống 12 tháng tới"), products, _free, most, _("nhiều nhất")),
        _line("least_order", _("Đặt ít nhất"), products, _least_order, lowest, _("ít nhất")),
        _line("lead_days", _("Giao sau"), products, _lead, lowest, _("nhanh nhất")),
        _line("shelf_life", _("Hạn dùng"), products, _shelf, most, _("dài nhất")),
        _line("origin", _("Xuất xứ"), products, lambda each: (_told(each.page.origin), None)),
        _line("place", _("Nơi làm"), products, lambda each: (_told(each.page.supplier.place), None)),
        _line("verified", _("Nhà cung cấp đã xác minh"), products, _verified),
        _line("readiness", _("Điều kiện vào hàng của bạn"), products, _readiness, most, _("gần đủ nhất")),
    ]
    return [line for line in lines if any(cell.lines for cell in line.cells)]


Said = tuple[tuple[str, ...], float | None]


def _line(
    name: str, label: str, products: list[Compared], say: Callable[[Compared], Said],
    best: Callable[[Iterable[float]], float] | None = None, note: str = "",
) -> Line:  # fmt: skip
    """One line; where the figures differ, the best one is marked in words."""
    said = [say(each) for each in products]
    figures = [figure for _words, figure in said if figure is not None]
    top = best(figures) if best is not None and len(set(figures)) > 1 else None
    return Line(name, label, tuple(Cell(words, note if top is not None and figure == top else "") for words, figure in said))


def _told(words: str | None) -> tuple[str, ...]:
    return (words,) if words else ()


def _retail(each: Compared) -> Said:
    prices = [pack.price_per_kg for pack in each.page.packs if pack.price_per_kg is not None]
    return ((_("từ %(vnd)s", vnd=formats.vnd(min(prices))),), min(prices)) if prices else ((), None)


def _wholesale(each: Compared) -> Said:
    if each.page.wholesale_hidden:
        return (_("chỉ nhà phân phối đã xác minh xem được"),), None
    tiers = each.page.tiers
    words = tuple(
        _("từ %(kg)s: %(vnd)s", kg=formats.kg(tier.from_kg), vnd=formats.vnd(tier.price_vnd_per_kg)) for tier in tiers
    )
    return words, min((tier.price_vnd_per_kg for tier in tiers), default=None)


def _packs(each: Compared) -> Said:
    return tuple(
        f"{pack.name}: {formats.vnd(pack.retail_price_vnd)}" if pack.retail_price_vnd else pack.name for pack in each.page.packs
    ), None


def _stars(each: Compared) -> Said:
    held = [paper for paper in each.page.certificates if paper.stars and paper.holds]
    if not held:
        return (_("không có sao còn hạn"),), None
    best = max(held, key=lambda paper: (paper.stars or 0, paper.valid_to or date.max))
    words = (
        _("%(n)s sao, có hạn đến %(day)s", n=best.stars, day=formats.day(best.valid_to))
        if best.valid_to
        else _("%(n)s sao, chưa rõ hạn", n=best.stars)
    )
    return (words,), best.stars


def _papers(each: Compared) -> Said:
    words = []
    for paper in each.page.certificates:
        if paper.stars:
            continue
        until = _("đến %(day)s", day=formats.day(paper.valid_to)) if paper.valid_to else paper.standing
        words.append(f"{paper.short}: {until}" if paper.holds else f"{paper.short}: {paper.standing}")
    return tuple(dict.fromkeys(words + [mark.name for mark in each.page.marks])), None


def _free(each: Compared) -> Said:
    kg = each.free_kg
    return ((formats.kg(kg),), kg) if kg is not None else ((), None)


def _least_order(each: Compared) -> Said:
    kg = each.page.least_order_kg
    return ((formats.kg(kg),), kg) if kg is not None else ((), None)


def _days(days: int | None) -> Said:
    return ((ngettext("%(n)s ngày", "%(n)s ngày", days),), days) if days is not None else ((), None)


def _lead(each: Compared) -> Said:
    return _days(each.page.lead_days)


def _shelf(each: Compared) -> Said:
    return _days(each.page.shelf_life_days)


def _verified(each: Compared) -> Said:
    day = each.page.supplier.verified_on
    return (_("ngày %(day)s", day=formats.day(day)) if day else _("chưa"),), None


def _readiness(each: Compared) -> Said:
    ready = each.readiness
    if ready is None or not ready.required:
        return (), None
    return (ready.line,), ready.held
