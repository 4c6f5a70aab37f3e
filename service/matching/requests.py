"""Opening, revising and closing sourcing requests: the only file that moves a request from one state to another."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.matching import rules, versions
from service.matching.checking import checked
from service.matching.events import RequestClosed, RequestDrafted, RequestOpened, RequestReopened, RequestRevised
from service.matching.inputs import Closing, RequestDraft
from service.matching.models import Buyer, CloseReason, RequestMonth, RequestState, SourcingRequest
from service.matching.queries import QUOTES

# No 0, 1, I, O: a code is read out on the phone.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 5


async def open_request(
    session: AsyncSession,
    actor: Actor,
    buyer_id: UUID,
    draft: RequestDraft,
    *,
    key: UUID | None = None,
    keep_as_draft: bool = False,
    copied_from: UUID | None = None,
    round_id: UUID | None = None,
    demand_id: UUID | None = None,
) -> SourcingRequest:
    """Put a buyer's need on the market, or keep it as a draft that its owner alone sees.

    `key` names the act of posting: the same key of the same buyer again returns the request that is already there, and
    two presses at once make one. The code (YC-7K2M9) follows from the key. Raises `Invalid` with the fields to correct.
    """
    buyer = await session.get(Buyer, buyer_id, with_for_update={"key_share": True})
    if buyer is None or not rules.may_act_for(actor, buyer.organisation_id):
        raise NotAllowed(_("Chỉ nhà phân phối mới đăng được yêu cầu tìm hàng của mình."))
    key = key or new_id()
    there = await _posted(session, buyer_id, key)
    if there is None and not keep_as_draft and not rules.may_ask_publicly(actor):
        raise NotAllowed(_("Nhà phân phối chưa được xác minh chỉ lưu được bản nháp. Hãy hoàn tất hồ sơ để được xác minh."))
    if there is not None:
        return there
    values = await checked(session, draft, clock.today(), drafted=keep_as_draft)
    request = SourcingRequest(
        key=key,
        buyer_id=buyer.id,
        code=await _free_code(session, key),
        illustrative=draft.illustrative,
        state=RequestState.DRAFT if keep_as_draft else RequestState.OPEN,
        opened_at=None if keep_as_draft else clock.now(),
        copied_from=copied_from,
        round_id=round_id,
        demand_id=demand_id,
        **values,
    )
    try:
        async with session.begin_nested():
            session.add(request)
            await session.flush()
            _write_months(session, request.id, draft)
    except IntegrityError:
        # The other press of the same button was faster: its request is the one.
        there = await _posted(session, buyer_id, key)
        if there is None:
            raise
        return there
    fact = RequestDrafted if keep_as_draft else RequestOpened
    await announce(session, fact(request.id, buyer.id), actor=actor, new=_told(request, draft))
    return request


async def revise_request(
    session: AsyncSession, actor: Actor, code: str, draft: RequestDraft, *, version: int, publish: bool = False
) -> SourcingRequest:
    """Change what a request asks for; `version` is the one the buyer has read. `publish` opens a draft.

    The row is locked first, so that of two people who revise the same version one is told that she came second.
    """
    request, buyer = await _locked(session, code, actor)
    if not rules.may_revise(actor, request, buyer.organisation_id):
        raise NotAllowed(_("Yêu cầu đã đóng thì không sửa được nữa."))
    _same_version(request, version)
    opened = publish and request.state == RequestState.DRAFT
    if opened and not rules.may_ask_publicly(actor):
        raise NotAllowed(_("Nhà phân phối chưa được xác minh chỉ lưu được bản nháp. Hãy hoàn tất hồ sơ để được xác minh."))
    values = await _revised(session, request, draft, opened=opened)
    published = request.state == RequestState.OPEN
    months = await _months(session, request.id)
    old = {name: getattr(request, name) for name in values} | {"months": months}
    new = values | {"months": {_key(day): kg for day, kg in draft.months}}
    changed = {name: value for name, value in new.items() if value != old[name]}
    for name in changed.keys() - {"months"}:
        setattr(request, name, changed[name])
    if changed:
        request.updated_at = clock.now()  # The months are rows of their own: the version must rise with them as well.
    if opened:
        await _open(session, request)
    await session.flush()
    if "months" in changed:
        await session.execute(delete(RequestMonth).where(RequestMonth.request_id == request.id))
        _write_months(session, request.id, draft)
    await session.flush()
    if changed:
        if published:
            await versions.write_version(session, actor, request, old, changed)
        earlier = {name: old[name] for name in changed}
        await announce(session, RequestRevised(request.id, buyer.id), actor=actor, old=earlier, new=changed)
    if opened:
        await announce(session, RequestOpened(request.id, buyer.id), actor=actor, new=_told(request, draft))
    return request


async def _open(session: AsyncSession, request: SourcingRequest) -> None:
    """A draft goes on the market: outside the round that it was meant for, where it has waited for too long."""
    request.state, request.opened_at = RequestState.OPEN, clock.now()
    asked = {"id": request.round_id, "today": clock.today()}
    if request.round_id is not None and not await session.scalar(_COLLECTS, asked):
        request.round_id, request.extra = None, {}


async def _revised(session: AsyncSession, request: SourcingRequest, draft: RequestDraft, *, opened: bool) -> dict[str, Any]:
    """The columns after the change. Who has quoted behind a seal has done so because of it: it stays, and opens no earlier."""
    values = await checked(
        session, draft, clock.today(), before=None if opened else request.deadline,
        drafted=request.state == RequestState.DRAFT and not opened, extra=request.extra,
    )  # fmt: skip
    wrong = rules.why_not_moved(
        values["deadline"], values["sealed"], was_deadline=request.deadline, was_sealed=request.sealed,
        quotes=await quoted(session, request.id),
    )  # fmt: skip
    if wrong:
        raise Invalid(_("Yêu cầu còn chỗ cần sửa."), wrong)
    return values


async def close_request(session: AsyncSession, actor: Actor, code: str, closing: Closing) -> SourcingRequest:
    """Take a request off the market, with the reason. Closing a closed request again changes nothing."""
    request, buyer = await _locked(session, code, actor)
    if request.state == RequestState.CLOSED and rules.may_act_for(actor, buyer.organisation_id):
        return request
    if not rules.may_close(actor, request, buyer.organisation_id):
        raise NotAllowed(_("Bạn không thể đóng yêu cầu này."))
    _same_version(request, closing.version)
    old = {"state": request.state}
    request.state, request.closed_at, request.close_reason = RequestState.CLOSED, clock.now(), closing.reason
    await session.flush()
    new = {"state": request.state, "reason": closing.reason}
    await announce(session, RequestClosed(request.id, buyer.id), actor=actor, old=old, new=new)
    return request


async def reopen_filled(session: AsyncSession, actor: Actor, request: SourcingRequest) -> bool:
    """Put a request that was closed as filled back on the market; whether it was one. It is locked, and the rule asked already.

    A request that its buyer has closed for another reason stays closed: nobody waits for goods there.
    """
    if request.state != RequestState.CLOSED or request.close_reason != CloseReason.FILLED:
        return False
    old = {"state": request.state, "reason": request.close_reason}
    request.state, request.closed_at, request.close_reason = RequestState.OPEN, None, None
    await session.flush()
    fact = RequestReopened(request.id, request.buyer_id)
    await announce(session, fact, actor=actor, old=old, new={"state": request.state})
    return True


def code_for(key: UUID, attempt: int = 0) -> str:
    """The short name of a request: YC- and five letters, the same for the same key."""
    number = int.from_bytes(hashlib.sha256(key.bytes + bytes([attempt])).digest()[:8], "big")
    letters = ""
    for _position in range(CODE_LENGTH):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return f"YC-{letters}"


async def _posted(session: AsyncSession, buyer_id: UUID, key: UUID) -> SourcingRequest | None:
    found: SourcingRequest | None = await session.scalar(
        select(SourcingRequest).where(SourcingRequest.buyer_id == buyer_id, SourcingRequest.key == key)
    )
    return found


async def _free_code(session: AsyncSession, key: UUID) -> str:
    codes = [code_for(key, attempt) for attempt in range(8)]
    taken = set(await session.scalars(select(SourcingRequest.code).where(SourcingRequest.code.in_(codes))))
    return next(code for code in codes if code not in taken)


async def _locked(session: AsyncSession, code: str, actor: Actor) -> tuple[SourcingRequest, Buyer]:
    found = (
        await session.execute(
            select(SourcingRequest, Buyer)
            .join(Buyer, Buyer.id == SourcingRequest.buyer_id)
            .where(SourcingRequest.code == code)
            .with_for_update(of=SourcingRequest)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if found is None or not rules.may_see(actor, found[0], found[1].organisation_id):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    request, buyer = found
    if not rules.may_act_for(actor, buyer.organisation_id):
        raise NotAllowed(_("Chỉ người đăng mới sửa hoặc đóng được yêu cầu này."))
    return request, buyer


def _same_version(request: SourcingRequest, version: int) -> None:
    if request.version != version:
        raise Conflict(_("Người khác vừa sửa yêu cầu này. Hãy xem lại bản mới rồi sửa tiếp."))


async def _months(session: AsyncSession, request_id: UUID) -> dict[str, Decimal]:
    found = await session.scalars(
        select(RequestMonth).where(RequestMonth.request_id == request_id).order_by(RequestMonth.year, RequestMonth.month)
    )
    return {_key(each.first_day): each.kg for each in found}


def _key(day: date) -> str:
    return f"{day:%Y-%m}"


def _write_months(session: AsyncSession, request_id: UUID, draft: RequestDraft) -> None:
    for day, kg in draft.months:
        session.add(RequestMonth(request_id=request_id, year=day.year, month=day.month, kg=kg))


def _told(request: SourcingRequest, draft: RequestDraft) -> dict[str, Any]:
    return {"code": request.code, "title": request.title, "months": {_key(day): kg for day, kg in draft.months}}


async def quoted(session: AsyncSession, request_id: UUID) -> int:
    """How many suppliers have quoted; whoever decides by it has locked the request first."""
    found = await session.scalar(_QUOTED, {"request": request_id})
    return int(found or 0)


_COLLECTS = text("SELECT 1 FROM matching_round WHERE id = :id AND state = 'collecting' AND requests_until >= :today")
_QUOTED = text(f"SELECT {QUOTES} FROM matching_request r WHERE r.id = :request")  # noqa: S608 - our own constant.
