"""Whom to meet, before anybody has thought of it: from match scores, open requests, goods looked for, a round's proposals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import SYSTEM, Actor
from service.core import clock, formats
from service.core.i18n import _, locale
from service.fairs.meetings.inputs import WishDraft
from service.fairs.meetings.models import Side
from service.fairs.meetings.participants import Own
from service.fairs.meetings.people import Someone, everyone
from service.fairs.meetings.wishes import wish_all

SHOWN = 8
REQUESTS = 3  # Requests of a buyer that are ranked for its page, the newest first.
RANKED = 20
EVERY_RANKED = 80
STRONG, FAIR = 0.75, 0.5

_ROUNDS = text(
    """
SELECT x.supplier_id, q.buyer_id, x.fit, x.total_kg, q.title, r.code
  FROM matching_round r JOIN matching_proposal x ON x.clearing_id = r.published_id
  JOIN matching_request q ON q.id = x.request_id
 WHERE r.fair_id = :fair AND coalesce(x.buyer_wish, 'meet') = 'meet' AND coalesce(x.supplier_wish, 'meet') = 'meet'
   AND (q.buyer_id = :side OR x.supplier_id = :side AND q.visibility <> 'anonymous')
 ORDER BY x.fit DESC, x.id LIMIT 200
"""
)
_GOODS = text(
    """
SELECT DISTINCT p.supplier_id, f.buyer_id, p.commodity_id
  FROM fairs_buyer f JOIN catalogue_product p ON p.commodity_id = ANY(f.commodity_ids) AND p.state = 'published'
 WHERE f.fair_id = :fair AND (p.supplier_id = :side OR f.buyer_id = :side)
"""
)
_OPEN_CODES = text(
    """
SELECT code, buyer_id FROM (
  SELECT r.code, r.buyer_id, row_number() OVER (PARTITION BY r.buyer_id ORDER BY r.id DESC) AS nth
    FROM matching_request r JOIN fairs_participant p ON p.buyer_id = r.buyer_id AND p.fair_id = :fair AND p.left_at IS NULL
   WHERE r.state = 'open' AND (r.deadline IS NULL OR r.deadline >= :today)) n
 WHERE nth <= :most ORDER BY code
"""
)


@dataclass(slots=True)
class Suggestion:
    """Somebody who would be worth meeting, with the reasons."""

    other: Someone
    score: float | None = None
    reasons: list[str] = field(default_factory=list)
    goods: list[str] = field(default_factory=list)

    @property
    def value(self) -> int:
        """How much a list that takes it over says one wants to meet."""
        if self.score is None:
            return 1
        return 3 if self.score >= STRONG else 2 if self.score >= FAIR else 1

    @property
    def said(self) -> str:
        """The goods on one line, as a wish says them."""
        return ", ".join(dict.fromkeys(self.goods))[:200]

    def add(self, score: float | None, reason: str, goods: str) -> None:
        """One more reason to meet."""
        if score is not None:
            self.score = max(score, self.score or 0.0)
        if reason not in self.reasons:
            self.reasons.append(reason)
        if goods:
            self.goods.append(goods)


About = Callable[[UUID], Suggestion | None]


async def suggested(session: AsyncSession, actor: Actor, own: Own, *, but: Sequence[UUID] = ()) -> list[Suggestion]:
    """Whom of the other side the reader might want to meet, best first; `but` are those on her list already.

    The number of statements does not grow with the participants: at most three of a buyer's requests are ranked.
    """
    people = await everyone(session, own.fair.id)
    others = {each.side_id: each for each in people.values() if each.side is not own.side and each.id not in set(but)}
    found: dict[UUID, Suggestion] = {}

    def about(side_id: UUID) -> Suggestion | None:
        if side_id not in others:
            return None
        return found.setdefault(side_id, Suggestion(others[side_id]))

    if own.side is Side.SUPPLIER:
        await _by_requests(session, actor, about)
    else:
        await _by_ranking(session, actor, about)
    await _by_rounds(session, own, about)
    await _by_goods(session, own, about)
    ranked = sorted(found.values(), key=lambda one: (-(one.score or 0.0), -len(one.reasons), one.other.name, str(one.other.id)))
    return ranked[:SHOWN]


async def take_over(session: AsyncSession, actor: Actor, slug: str, own: Own, others: Sequence[UUID]) -> int:
    """Put these suggestions on the reader's list with one press. Gives how many are new."""
    offered = {each.other.id: each for each in await suggested(session, actor, own)}
    drafts = [
        WishDraft(other=each, value=offered[each].value, goods=offered[each].said or None) for each in others if each in offered
    ]
    return await wish_all(session, actor, slug, drafts)


async def scores(session: AsyncSession, fair_id: UUID) -> dict[tuple[UUID, UUID], float]:
    """How well suppliers fit the open requests of the buyers of a fair, best product and request each: supplier, buyer -> 0…1.

    Every request costs a handful of statements: this is for the worker, which freezes a question for the solver.
    """
    asked = await session.execute(_OPEN_CODES, {"fair": fair_id, "today": clock.today(), "most": REQUESTS})
    best: dict[tuple[UUID, UUID], float] = {}
    for code, buyer_id in asked.all():
        ranking = await matching.ranked(session, code, actor=SYSTEM, limit=EVERY_RANKED, near_limit=0)
        for each in ranking.matches:
            pair = (each.supplier_id, buyer_id)
            best[pair] = max(best.get(pair, 0.0), each.score)
    return best


async def _by_requests(session: AsyncSession, actor: Actor, about: About) -> None:
    for fit in (await matching.requests_for_supplier(session, actor)).fits:
        buyer = fit.request.buyer
        known = about(buyer.id) if buyer is not None else None
        if known is not None:
            known.add(fit.best.score, _request(fit.request.title, fit.request.code, fit.best.line), fit.best.product_name)


async def _by_ranking(session: AsyncSession, actor: Actor, about: About) -> None:
    own = [each for each in await matching.own_requests(session, actor) if each.answerable]
    for request in own[:REQUESTS]:
        for each in (await matching.ranked(session, request.code, actor=actor, limit=RANKED, near_limit=0)).matches:
            known = about(each.supplier_id)
            if known is not None:
                known.add(each.score, _request(request.title, request.code, each.line), each.product_name)


async def _by_rounds(session: AsyncSession, own: Own, about: About) -> None:
    side = own.part.supplier_id or own.part.buyer_id
    for row in (await session.execute(_ROUNDS, {"fair": own.fair.id, "side": side})).all():
        known = about(row.buyer_id if own.side is Side.SUPPLIER else row.supplier_id)
        if known is not None:
            reason = _(
                "Phiên %(code)s đề xuất %(kg)s cho “%(title)s”", code=row.code, kg=formats.kg(row.total_kg), title=row.title
            )
            known.add(row.fit, reason, "")


async def _by_goods(session: AsyncSession, own: Own, about: About) -> None:
    side = own.part.supplier_id or own.part.buyer_id
    rows = (await session.execute(_GOODS, {"fair": own.fair.id, "side": side})).all()
    if not rows:
        return
    names: Mapping[UUID, str] = {each.id: each.called(locale()) for each in await catalogue.commodity_terms(session)}
    for row in rows:
        known = about(row.buyer_id if own.side is Side.SUPPLIER else row.supplier_id)
        name = names.get(row.commodity_id)
        if known is not None and name:
            if own.side is Side.SUPPLIER:
                known.add(None, _("Đến hội chợ tìm %(goods)s, bạn có bán", goods=name), name)
            else:
                known.add(None, _("Bán %(goods)s, thứ bạn đến tìm", goods=name), name)


def _request(title: str, code: str, line: str) -> str:
    return _("Hợp yêu cầu %(code)s “%(title)s”: %(why)s", code=code, title=title, why=line)
