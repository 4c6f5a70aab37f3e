"""Participants of earlier fairs and rounds are reused (A4): suppliers are invited by one press, buyers are expected again."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import advice, standing
from service.fairs.desk.events import BuyersTakenOver
from service.fairs.desk.inputs import Asking, Source, SourceKind
from service.fairs.desk.views import Candidate, SourceView
from service.fairs.models import Fair, FairState

# Who took part: whose application was accepted or who had a booth; of a round, who joined it.
_EXHIBITORS = {
    SourceKind.FAIR: "SELECT a.supplier_id FROM fairs_application a WHERE a.fair_id = :source AND a.state = 'accepted'"
    " UNION SELECT o.supplier_id FROM fairs_occupancy o WHERE o.fair_id = :source AND o.state = 'taken'",
    SourceKind.ROUND: "SELECT r.supplier_id FROM matching_round_supplier r WHERE r.round_id = :source",
}
_CANDIDATES = {
    kind: text(
        f"""
SELECT s.id, s.slug, s.name, s.name_en, s.province_code, s.commune_code, s.illustrative,
       (SELECT count(*) FROM catalogue_product p WHERE p.supplier_id = s.id AND p.state = 'published') AS products,
       q.invited_at, coalesce(q.state, '') = 'declined' AS declined, a.state AS applied
  FROM catalogue_supplier s
  LEFT JOIN fairs_invitation q ON q.fair_id = :fair AND q.supplier_id = s.id
  LEFT JOIN fairs_application a ON a.fair_id = :fair AND a.supplier_id = s.id AND a.state NOT IN ('withdrawn', 'draft')
 WHERE s.state = 'published' AND s.id IN ({who})
 ORDER BY s.name, s.id
"""  # noqa: S608 - our own words above; the values are parameters.
    )
    for kind, who in _EXHIBITORS.items()
}
_FAIR_BUYERS = text(
    "INSERT INTO fairs_buyer (fair_id, buyer_id, looking_for, commodity_ids)"
    " SELECT :fair, e.buyer_id, e.looking_for, e.commodity_ids FROM fairs_buyer e WHERE e.fair_id = :source"
    " ON CONFLICT (fair_id, buyer_id) DO NOTHING RETURNING buyer_id"
)
_ROUND_BUYERS = text(
    "INSERT INTO fairs_buyer (fair_id, buyer_id, commodity_ids)"
    " SELECT :fair, r.buyer_id, array_agg(DISTINCT r.commodity_id) FILTER (WHERE r.commodity_id IS NOT NULL)"
    "   FROM matching_request r WHERE r.round_id = :source AND r.visibility = 'public' GROUP BY r.buyer_id"
    " HAVING count(r.commodity_id) > 0"
    " ON CONFLICT (fair_id, buyer_id) DO NOTHING RETURNING buyer_id"
)
_ROUND = text("SELECT r.id, r.organisation_id FROM matching_round r WHERE r.code = :code AND r.state <> 'draft'")
# The organiser's own earlier fairs and rounds in which somebody of the market took part, the latest first.
_SOURCES = text(
    """
SELECT 'fair' AS kind, f.slug AS called, f.name, f.starts_on, f.ends_on,
       (SELECT count(*) FROM (SELECT a.supplier_id FROM fairs_application a WHERE a.fair_id = f.id AND a.state = 'accepted'
                              UNION SELECT o.supplier_id FROM fairs_occupancy o WHERE o.fair_id = f.id AND o.state = 'taken') w
         WHERE w.supplier_id IS NOT NULL) AS suppliers,
       (SELECT count(*) FROM fairs_buyer b WHERE b.fair_id = f.id) AS buyers
  FROM fairs_fair f WHERE f.organisation_id IS NOT DISTINCT FROM :own AND f.id <> :fair AND f.state = 'announced'
   AND f.starts_on <= :starts
UNION ALL
SELECT 'round', r.code, r.name, r.starts_on, r.ends_on,
       (SELECT count(*) FROM matching_round_supplier s WHERE s.round_id = r.id),
       (SELECT count(DISTINCT q.buyer_id) FROM matching_request q WHERE q.round_id = r.id AND q.visibility = 'public')
  FROM matching_round r WHERE r.organisation_id = :own AND r.state <> 'draft' AND r.starts_on <= :starts
 ORDER BY 4 DESC, 2
"""
).bindparams(bindparam("own", type_=Uuid), bindparam("fair", type_=Uuid))
AT_ONCE = 200  # As many as one press of the invitations takes.


async def sources(session: AsyncSession, actor: Actor, slug: str) -> list[SourceView]:
    """The earlier fairs and rounds whose participants can be taken over."""
    fair = await standing.own(session, slug, actor)
    found = await session.execute(_SOURCES, {"own": fair.organisation_id, "fair": fair.id, "starts": fair.starts_on})
    return [SourceView(*row) for row in found if row.suppliers or row.buyers]


async def candidates(session: AsyncSession, actor: Actor, slug: str, source: Source) -> list[Candidate]:
    """Who took part in an earlier fair or round, with who has been asked or has applied here already."""
    fair = await standing.own(session, slug, actor)
    source_id = await _source(session, actor, source)
    found = await session.execute(_CANDIDATES[source.kind], {"fair": fair.id, "source": source_id})
    return [Candidate(*row) for row in found]


async def ask(session: AsyncSession, actor: Actor, slug: str, wish: Asking) -> tuple[int, int]:
    """Invite earlier participants, and let its buyers be expected; again asks nobody twice.

    Gives back how many suppliers and how many buyers are new. Who has been asked before, or has applied, is left out.
    """
    fair = await standing.own(session, slug, actor, lock=True)
    if fair.state == FairState.CANCELLED or fair.ends_on < clock.today():
        raise Conflict(_("Hội chợ đã qua hoặc đã hủy nên không mời ai nữa."))
    source_id = await _source(session, actor, wish)
    if not wish.every and not wish.suppliers and not wish.buyers:
        why = _("Chọn ít nhất một đơn vị để mời.")
        raise Invalid(why, {"suppliers": why})
    new = 0
    if wish.every or wish.suppliers:
        there = await candidates(session, actor, slug, wish)
        chosen = [each.id for each in there if each.may_be_asked and (wish.every or each.id in wish.suppliers)]
        for number in range(0, len(chosen), AT_ONCE):
            part = chosen[number : number + AT_ONCE]
            key = uuid5(wish.key, str(number))
            new += len(await advice.invite_exhibitors(session, actor, slug, part, words=wish.words, key=key))
    buyers = await _take_buyers(session, actor, fair, wish, source_id) if wish.buyers else 0
    return new, buyers


async def _source(session: AsyncSession, actor: Actor, source: Source) -> UUID:
    """The earlier fair or round, of the same organiser."""
    if source.kind is SourceKind.FAIR:
        return (await standing.own(session, source.called, actor)).id
    row = (await session.execute(_ROUND, {"code": source.called.upper()})).one_or_none()
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound(_("Không tìm thấy phiên kết nối này trong các phiên của bạn."))
    found: UUID = row.id
    return found


async def _take_buyers(session: AsyncSession, actor: Actor, fair: Fair, source: Source, source_id: UUID) -> int:
    statement = _FAIR_BUYERS if source.kind is SourceKind.FAIR else _ROUND_BUYERS
    new = list(await session.scalars(statement, {"fair": fair.id, "source": source_id}))
    if new:
        fact = BuyersTakenOver(fair.id, len(new))
        await announce(session, fact, actor=actor, new={"buyers": new, "source": source.called})
    return len(new)
