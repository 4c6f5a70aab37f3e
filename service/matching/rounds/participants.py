"""Both sides of a round while it collects: buyers bring requests, suppliers join with their products or are taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text, Uuid

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.matching import rules as matching_rules
from service.matching.models import Buyer, RequestState, SourcingRequest
from service.matching.rounds import rules
from service.matching.rounds.clearings import locked, plain_code, why_not
from service.matching.rounds.events import (
    ParticipantsTakenOver,
    RequestBrought,
    RequestTakenBack,
    SupplierJoined,
    SupplierLeft,
)
from service.matching.rounds.fields import read_extra
from service.matching.rounds.inputs import Joining
from service.matching.rounds.models import Round, RoundProduct, RoundState, RoundSupplier
from service.matching.rounds.queries import fields_for

_SUPPLIER = text("SELECT s.id FROM catalogue_supplier s WHERE s.organisation_id = :own AND s.state = 'published'").bindparams(
    bindparam("own", type_=Uuid)
)
_CHOSEN = text(
    "SELECT p.id FROM catalogue_product p WHERE p.supplier_id = :supplier AND p.state = 'published'"
    " AND (:every OR p.slug = ANY(:slugs)) ORDER BY p.id"
).bindparams(bindparam("slugs", type_=ARRAY(Text)))
# Who took part in the earlier round and is on the market still; each with those of its products that are.
_TAKEN_OVER = text(
    """
WITH earlier AS (
  SELECT x.supplier_id FROM matching_round_supplier x
    JOIN catalogue_supplier s ON s.id = x.supplier_id AND s.state = 'published'
   WHERE x.round_id = :earlier
     AND EXISTS (SELECT 1 FROM matching_round_product e
                   JOIN catalogue_product p ON p.id = e.product_id AND p.state = 'published'
                  WHERE e.round_id = :earlier AND e.supplier_id = x.supplier_id)
), joined AS (
  INSERT INTO matching_round_supplier (round_id, supplier_id, joined_at, joined_by, taken_from)
  SELECT :round, supplier_id, :now, :person, :earlier FROM earlier
  ON CONFLICT DO NOTHING RETURNING supplier_id
), brought AS (
  INSERT INTO matching_round_product (round_id, product_id, supplier_id)
  SELECT :round, e.product_id, e.supplier_id FROM matching_round_product e
    JOIN joined j ON j.supplier_id = e.supplier_id
    JOIN catalogue_product p ON p.id = e.product_id AND p.state = 'published'
   WHERE e.round_id = :earlier
  ON CONFLICT DO NOTHING
)
SELECT count(*) FROM joined
"""
).bindparams(bindparam("person", type_=Uuid))


async def bring_request(
    session: AsyncSession, actor: Actor, code: str, request_code: str, typed: Mapping[str, Any], *, drafts_too: bool = False
) -> SourcingRequest:
    """Bring a buyer's own request to a round with the answers to its questions; again: the answers anew.

    With `drafts_too` a draft keeps the round and the answers that its buyer has chosen: it counts there once it is posted,
    if the round still takes requests on that day.

    Raises `Invalid` with a sentence for each question that is not answered well, under `x_` and its name.
    """
    held = await locked(session, code, actor)
    request, buyer = await _own_request(session, request_code, actor, drafts_too=drafts_too)
    if not rules.takes_requests(held, clock.today()):
        raise Conflict(_("Phiên này không nhận yêu cầu nữa."))
    if request.round_id is not None and request.round_id != held.id and not await _over(session, request.round_id):
        raise Conflict(_("Yêu cầu này đang ở một phiên khác. Hãy rút khỏi phiên đó trước."))
    if request.state != RequestState.DRAFT and not matching_rules.answerable(request, clock.today()):
        raise Conflict(_("Chỉ mang được yêu cầu đang mở vào phiên kết nối."))
    extra = read_extra(await fields_for(session, held.id), typed)
    if extra.errors:
        raise Invalid(_("Còn mục của phiên chưa trả lời đúng."), extra.errors)
    if request.round_id == held.id and request.extra == extra.values:
        return request
    old = {"extra": request.extra}
    request.round_id, request.extra = held.id, extra.values
    await session.flush()
    fact = RequestBrought(held.id, request.id)
    await announce(session, fact, actor=actor, old=old, new={"extra": extra.values, "request": request.code, "buyer": buyer.id})
    return request


async def take_back_request(session: AsyncSession, actor: Actor, code: str, request_code: str) -> None:
    """Take a request out of a round; what is out already stays out. While a round is cleared, nothing leaves it."""
    held = await locked(session, code, actor)
    request, _buyer = await _own_request(session, request_code, actor, drafts_too=True)
    if request.round_id != held.id:
        return
    if held.state is not RoundState.COLLECTING and request.state != RequestState.DRAFT:
        raise Conflict(_("Phiên đã hết bước nhận yêu cầu. Nếu không cần nữa, hãy đóng yêu cầu hoặc trả lời “không” ở đề xuất."))
    old = {"extra": request.extra}
    request.round_id, request.extra = None, {}
    await session.flush()
    await announce(session, RequestTakenBack(held.id, request.id), actor=actor, old=old)


async def join(session: AsyncSession, actor: Actor, code: str, joining: Joining) -> Sequence[UUID]:
    """Take part with these products in place of those brought before; gives back which they are."""
    held = await locked(session, code, actor)
    supplier_id = await _own_supplier(session, actor)
    if not rules.takes_suppliers(held, clock.today()):
        raise Conflict(_("Phiên này không nhận thêm nhà cung cấp nữa."))
    chosen = {"supplier": supplier_id, "every": joining.every, "slugs": list(joining.products)}
    products = list(await session.scalars(_CHOSEN, chosen))
    if not products or (not joining.every and len(products) < len(set(joining.products))):
        sentence = _("Chọn ít nhất một sản phẩm đang đăng của bạn.")
        raise Invalid(sentence, {"products": sentence})
    here = (RoundProduct.round_id == held.id) & (RoundProduct.supplier_id == supplier_id)
    before = list(await session.scalars(select(RoundProduct.product_id).where(here).order_by(RoundProduct.product_id)))
    now = clock.now()
    await session.execute(
        insert(RoundSupplier)
        .values(round_id=held.id, supplier_id=supplier_id, joined_at=now, joined_by=actor.person_id)
        .on_conflict_do_nothing()
    )
    if before == products:
        return products
    await session.execute(delete(RoundProduct).where(here, RoundProduct.product_id.not_in(products)))
    rows = [{"round_id": held.id, "product_id": each, "supplier_id": supplier_id} for each in products]
    await session.execute(insert(RoundProduct).on_conflict_do_nothing(), rows)
    fact = SupplierJoined(held.id, supplier_id)
    await announce(session, fact, actor=actor, old={"products": before}, new={"products": products})
    return products


async def leave(session: AsyncSession, actor: Actor, code: str) -> None:
    """Take part no more; who is not there already stays away."""
    held = await locked(session, code, actor)
    supplier_id = await _own_supplier(session, actor)
    if held.state is not RoundState.COLLECTING:
        raise Conflict(_("Phiên đã hết bước ghi tên. Nếu không gặp được, hãy trả lời “không” ở đề xuất."))
    gone = await session.execute(
        delete(RoundSupplier)
        .where(RoundSupplier.round_id == held.id, RoundSupplier.supplier_id == supplier_id)
        .returning(RoundSupplier.supplier_id)
    )
    await session.execute(delete(RoundProduct).where(RoundProduct.round_id == held.id, RoundProduct.supplier_id == supplier_id))
    if gone.scalar_one_or_none() is not None:
        await announce(session, SupplierLeft(held.id, supplier_id), actor=actor)


async def take_over(session: AsyncSession, actor: Actor, code: str, earlier_code: str) -> int:
    """Let the suppliers of an earlier round of the same organiser take part with the same products (A4).

    Who is there already stays as it is; each may still change its products or leave. Gives back how many are new.
    """
    held = await locked(session, code, actor)
    if not rules.may_run(actor, held) or held.state not in (RoundState.DRAFT, RoundState.COLLECTING):
        raise NotAllowed(why_not(actor, held, _("Chỉ lấy lại được người tham gia khi phiên đang chuẩn bị hoặc đang nhận.")))
    earlier = await session.scalar(select(Round).where(Round.code == plain_code(earlier_code)))
    if earlier is None or earlier.id == held.id or earlier.organisation_id != held.organisation_id:
        sentence = _("Chọn một phiên trước của ban tổ chức này.")
        raise Invalid(sentence, {"earlier": sentence})
    asked = {"round": held.id, "earlier": earlier.id, "now": clock.now(), "person": actor.person_id}
    joined = int(await session.scalar(_TAKEN_OVER, asked) or 0)
    if joined:
        fact = ParticipantsTakenOver(held.id, earlier.id)
        await announce(session, fact, actor=actor, new={"from": earlier.code, "joined": joined})
    return joined


async def _own_request(
    session: AsyncSession, code: str, actor: Actor, *, drafts_too: bool = False
) -> tuple[SourcingRequest, Buyer]:
    found = (
        await session.execute(
            select(SourcingRequest, Buyer)
            .join(Buyer, Buyer.id == SourcingRequest.buyer_id)
            .where(SourcingRequest.code == plain_code(code))
            .with_for_update(of=SourcingRequest)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if found is None or not matching_rules.may_see(actor, found[0], found[1].organisation_id):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    request, buyer = found
    if not matching_rules.may_act_for(actor, buyer.organisation_id):
        raise NotAllowed(_("Chỉ người đăng mới mang yêu cầu này vào phiên kết nối được."))
    if request.state == RequestState.DRAFT and not drafts_too:
        raise Conflict(_("Hãy đăng yêu cầu trước, rồi mang vào phiên kết nối."))
    return request, buyer


async def _own_supplier(session: AsyncSession, actor: Actor) -> UUID:
    if not rules.may_join(actor):
        raise NotAllowed(_("Chỉ nhà cung cấp mới ghi tên bán hàng ở phiên kết nối được."))
    found: UUID | None = await session.scalar(_SUPPLIER, {"own": actor.organisation_id})
    if found is None:
        raise Conflict(_("Hồ sơ của bạn chưa được đăng nên chưa ghi tên được. Hãy hoàn tất hồ sơ ở bàn bán hàng."))
    return found


async def _over(session: AsyncSession, round_id: UUID) -> bool:
    """Whether the round that a request was brought to before holds it no more."""
    state = await session.scalar(select(Round.state).where(Round.id == round_id))
    return state is None or state is RoundState.CLOSED
