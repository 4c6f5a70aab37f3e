"""From a confirmed joint order to one request on the market."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock, places
from service.core.errors import Conflict, NotAllowed
from service.core.events import announce
from service.core.i18n import _
from service.matching.demand import orders, rules, stored, sums
from service.matching.demand.events import JointRequestPosted
from service.matching.demand.inputs import Posting
from service.matching.demand.models import JointOrder, OrderState
from service.matching.demand.stored import Taking
from service.matching.inputs import RequestDraft
from service.matching.models import SourcingRequest
from service.matching.requests import open_request


async def post_request(session: AsyncSession, actor: Actor, code: str, buyer_id: UUID, posting: Posting) -> SourcingRequest:
    """Put the order on the market as one request: its months are the sums of what the members have confirmed.

    Posted already, it gives the request that is there. The lead posts; once it has let its day pass, any member may, and
    leads from then on. Raises `Invalid` with the fields to correct.
    """
    order = await stored.locked(session, code)
    counted = stored.joined(await stored.members_of(session, order.id))
    own = next((each for each in counted if each.member.buyer_id == buyer_id), None)
    if own is None:
        raise stored.not_there()
    buyer = await stored.buyer_acting(session, actor, buyer_id, anew=False)
    if order.request_id is not None:
        return await session.get_one(SourcingRequest, order.request_id)
    if order.state != OrderState.CONFIRMED:
        raise Conflict(_("Các bên chưa xác nhận xong nên chưa đăng được yêu cầu."))
    if not rules.may_post(order, leads=order.lead_id == buyer.id, takes_part=True, today=clock.today()):
        raise NotAllowed(_("Bên đứng đầu đăng yêu cầu; quá hạn thì bên nào trong đơn cũng đăng được."))
    orders.same_version(order, posting.version)
    draft = await _draft(session, order, counted, posting)
    request = await open_request(session, actor, buyer.id, draft, key=order.id)
    request.demand_id = order.id
    order.state, order.request_id, order.lead_id = OrderState.ASKED, request.id, buyer.id
    await session.flush()
    new = {"state": order.state, "code": request.code}
    await announce(session, JointRequestPosted(order.id, request.id), actor=actor, new=new)
    return request


async def _draft(session: AsyncSession, order: JointOrder, counted: list[Taking], posting: Posting) -> RequestDraft:
    total = sums.together(each.share for each in counted)
    goods = next(each for each in await catalogue.commodity_terms(session) if each.id == order.commodity_id)
    return RequestDraft(
        title=order.title, commodity=goods.slug, ceiling_vnd_per_kg=posting.ceiling_vnd_per_kg,
        certificates=tuple(order.certificates), min_stars=order.min_stars, pack_net_g=order.pack_net_g,
        delivery_province_code=order.delivery_province_code, place=area(order), deadline=posting.deadline,
        note=_note(order, len(counted), posting), visibility=posting.visibility, months=tuple(sorted(total.items())),
        illustrative=order.illustrative,
    )  # fmt: skip


def area(order: JointOrder) -> str | None:
    """The places of the lorry's round in words; None where it is the whole province."""
    names = [where.full_name for code in order.communes if (where := places.commune(code))]
    return ", ".join(names)[:200] or None


def _note(order: JointOrder, members: int, posting: Posting) -> str:
    said = [_("Đơn gom %(code)s của %(n)s nhà phân phối, giao cùng một khu vực.", code=order.code, n=members)]
    said += [part for part in (order.note, posting.note) if part]
    return "\n\n".join(said)[:2000]
