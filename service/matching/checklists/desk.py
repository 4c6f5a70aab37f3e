"""The supplier's view of readiness: each of its products against each buyer that has a checklist, gaps first (M19)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor, Role
from service.core import cursors
from service.core.errors import Invalid, NotAllowed
from service.core.i18n import _, locale
from service.matching.checklists.queries import ReadinessView, ready, shown_checklists

PAGE = 15


@dataclass(frozen=True, slots=True)
class ReadinessList:
    """One page of a supplier's products against buyers; `choices` are what it may be narrowed to."""

    items: list[ReadinessView]
    total: int
    ready: int
    next: str | None
    products: list[tuple[str, str]]
    buyers: list[tuple[str, str]]


async def readiness_list(
    session: AsyncSession, actor: Actor, *, product: str = "", buyer: str = "", cursor: str | None = None, limit: int = PAGE
) -> ReadinessList:
    """What is missing where: those with the fewest gaps first, for there a shop is nearest; those that lack nothing last.

    Three statements, and the rest is judged here: a supplier has some dozens of products, and buyers with checklists are few.
    """
    if actor.role is not Role.SUPPLIER or actor.organisation_id is None:
        raise NotAllowed(_("Trang này dành cho nhà cung cấp."))
    rows = await catalogue.offers_of(session, actor.organisation_id, reader=actor)
    lists = await shown_checklists(session, [row.id for row in rows])
    chosen = [row for row in rows if product in ("", row.slug)]
    facts = await catalogue.shelf_facts(session, [row.id for row in chosen]) if chosen and lists else {}
    found = [
        one
        for each in lists
        if buyer in ("", each.buyer_slug)
        for one in (ready(each, row, facts.get(row.id), actor) for row in chosen)
        if one.required
    ]  # fmt: skip
    found.sort(key=_place)
    after = _opened(cursor)
    rest = [one for one in found if after is None or _place(one) > after]
    page = rest[: max(1, min(limit, 100))]
    english = locale() == "en"
    return ReadinessList(
        items=page,
        total=len(found),
        ready=sum(one.ready for one in found),
        next=cursors.sealed(_place(page[-1])) if len(rest) > len(page) else None,
        products=[(row.slug, (row.name_en or row.name) if english else row.name) for row in rows],
        buyers=[(each.buyer_slug, each.buyer_name) for each in lists if any(wish.required for wish in each.wishes)],
    )


Place = tuple[bool, int, str, str]


def _place(one: ReadinessView) -> Place:
    return one.ready, one.required - one.held, one.buyer_slug, one.product_slug


def _opened(cursor: str | None) -> Place | None:
    """Where the last page ended. Raises Invalid with what to do next for whatever no page of ours has given out."""
    if not cursor:
        return None
    try:
        done, missing, buyer, product = cursors.opened(cursor)
    except ValueError:
        done = missing = buyer = product = None
    if not (isinstance(done, bool) and isinstance(missing, int) and isinstance(buyer, str) and isinstance(product, str)):
        message = _("Địa chỉ trang tiếp theo không còn dùng được. Hãy xem lại từ đầu danh sách.")
        raise Invalid(message, {"cursor": _("Không đọc được.")})
    return done, missing, buyer, product
