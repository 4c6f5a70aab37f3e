"""What follows when a round has been told to both sides: each says whether it wants to meet, and suppliers are invited."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import SYSTEM, Actor
from service.core import clock, formats, mail
from service.core.errors import Conflict, NotAllowed, NotFound, Refused
from service.core.events import announce
from service.core.i18n import _
from service.matching import invitations
from service.matching.rounds import rules
from service.matching.rounds.clearings import locked, why_not
from service.matching.rounds.events import ProposalsInvited, WishSaid
from service.matching.rounds.models import Proposal, Round, RoundState, Wish

_SIDES = text(
    "SELECT b.organisation_id AS buyer, s.organisation_id AS supplier, c.round_id, r.published_id = c.id AS told, r.state"
    "  FROM matching_proposal p JOIN matching_request q ON q.id = p.request_id JOIN matching_buyer b ON b.id = q.buyer_id"
    "  JOIN catalogue_supplier s ON s.id = p.supplier_id JOIN matching_clearing c ON c.id = p.clearing_id"
    "  JOIN matching_round r ON r.id = c.round_id WHERE p.id = :id"
)
# Each request with those whose goods were proposed for it, unless one of the two has said no or they know each other already.
_TO_INVITE = text(
    """
SELECT q.code, array_agg(DISTINCT p.supplier_id) AS suppliers
  FROM matching_proposal p JOIN matching_request q ON q.id = p.request_id
 WHERE p.clearing_id = :clearing AND p.buyer_wish IS DISTINCT FROM 'no' AND p.supplier_wish IS DISTINCT FROM 'no'
   AND NOT EXISTS (SELECT 1 FROM matching_invitation i WHERE i.request_id = p.request_id AND i.supplier_id = p.supplier_id)
   AND q.state = 'open' AND (q.deadline IS NULL OR q.deadline >= :today)
 GROUP BY q.code ORDER BY q.code
"""
)
_ORGANISATIONS = text(
    """
SELECT b.organisation_id, count(*) FROM matching_proposal p JOIN matching_request q ON q.id = p.request_id
  JOIN matching_buyer b ON b.id = q.buyer_id WHERE p.clearing_id = :clearing GROUP BY 1
UNION ALL
SELECT s.organisation_id, count(*) FROM matching_proposal p JOIN catalogue_supplier s ON s.id = p.supplier_id
 WHERE p.clearing_id = :clearing GROUP BY 1
"""
)


async def say_wish(session: AsyncSession, actor: Actor, proposal_id: UUID, wish: Wish) -> Proposal:
    """Say for one's own side whether it wants to meet; said again it changes nothing, said otherwise it counts anew."""
    found = await session.scalar(
        select(Proposal).where(Proposal.id == proposal_id).with_for_update().execution_options(populate_existing=True)
    )
    sides = (await session.execute(_SIDES, {"id": proposal_id})).one_or_none()
    if found is None or sides is None or not sides.told or actor.organisation_id not in (sides.buyer, sides.supplier):
        raise NotFound(_("Không có đề xuất này."))
    if not rules.may_act_for(actor, actor.organisation_id or proposal_id):
        raise NotAllowed(_("Người chỉ xem không trả lời đề xuất được."))
    if sides.state != RoundState.PUBLISHED:
        raise Conflict(_("Phiên đã đóng nên không trả lời được nữa."))
    side = "buyer" if actor.organisation_id == sides.buyer else "supplier"
    old = getattr(found, f"{side}_wish")
    if old == wish:
        return found
    setattr(found, f"{side}_wish", wish)
    setattr(found, f"{side}_wish_at", clock.now())
    await session.flush()
    fact = WishSaid(found.id, found.clearing_id)
    await announce(session, fact, actor=actor, old={"side": side, "wish": old}, new={"side": side, "wish": wish})
    return found


async def send_invitations(session: AsyncSession, actor: Actor, code: str, *, answer_by: date | None = None) -> tuple[int, int]:
    """Invite every supplier of the published proposals to the request it was proposed for; who was invited stays so.

    Gives back how many invitations are new, and how many requests take none any more. A buyer that brings a request to a round
    has asked for this: the market invites in its name.
    """
    held = await locked(session, code, actor)
    if not rules.may_run(actor, held) or held.state is not RoundState.PUBLISHED:
        raise NotAllowed(why_not(actor, held, _("Chỉ gửi lời mời sau khi đã công bố đề xuất.")))
    asked = {"clearing": held.published_id, "today": clock.today()}
    sent = passed = 0
    note = _("Từ phiên kết nối %(name)s.", name=held.name)
    for row in (await session.execute(_TO_INVITE, asked)).all():
        try:
            async with session.begin_nested():
                new = await invitations.invite(
                    session, SYSTEM, row.code, row.suppliers, note=note, answer_by=answer_by, origin="round"
                )
                sent += len(new)
        except Refused:
            passed += 1
    await announce(
        session, ProposalsInvited(held.id, held.published_id or held.id), actor=actor, new={"sent": sent, "passed": passed}
    )
    return sent, passed


async def tell_both_sides(session: AsyncSession, round_id: UUID, clearing_id: UUID) -> None:
    """Write to the people of both sides of a published round: how many proposals wait for them, and where."""
    held = await session.get(Round, round_id)
    if held is None or held.published_id != clearing_id:
        return
    counts = {row[0]: row[1] for row in await session.execute(_ORGANISATIONS, {"clearing": clearing_id})}
    people = await accounts.people_of(session, sorted(counts))
    for organisation_id, persons in people.items():
        for person in persons:
            if person.email:
                await mail.send(
                    session, person.email, "round_published", person.language, name=held.name, count=counts[organisation_id],
                    day=formats.day(held.starts_on), place=held.place, address=f"/phien-ket-noi/{held.code}/ket-qua",
                )  # fmt: skip
