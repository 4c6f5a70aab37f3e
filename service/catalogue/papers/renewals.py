"""How far the renewal of a paper that runs out has come (V3): said by its supplier or by an officer, shown to both.

It is a note and never moves the paper itself: a renewed paper is a new one, with its own dates and its own check.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, rules
from service.catalogue.models import Certificate
from service.catalogue.papers import rules as paper_rules
from service.catalogue.papers.certificates import paper_and_owner
from service.catalogue.papers.models import Renewal, RenewalState
from service.core import clock
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, Input, OptionalDay


class RenewalInput(Input):
    """How far it has come, since which day, and a word about it. `version` is the one that was read; 0 where nothing was."""

    state: RenewalState
    day: OptionalDay = None
    note: Annotated[Annotated[str, Field(max_length=500)] | None, EMPTY_IS_NONE] = None
    version: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    @model_validator(mode="after")
    def _has_a_day(self) -> RenewalInput:
        if self.state is RenewalState.NOT_BEGUN:
            return self
        if self.day is None:
            raise ValueError(_("Hãy ghi ngày gửi hồ sơ hoặc ngày đánh giá."))
        if self.day > clock.today():
            raise ValueError(_("Ngày này chưa tới. Hãy ghi ngày đã gửi hoặc đã đánh giá."))
        return self


async def set_renewal(session: AsyncSession, actor: Actor, certificate_id: UUID, said: RenewalInput) -> Renewal | None:
    """Say how far the renewal of a paper has come; the same words change nothing. None where nothing has been said at all."""
    certificate = await _locked(session, actor, certificate_id)
    renewal = await session.get(Renewal, certificate_id, with_for_update=True, populate_existing=True)
    old = _told(renewal)
    day = None if said.state is RenewalState.NOT_BEGUN else said.day
    new = {"renewal": said.state.value, "day": day, "note": said.note}
    if old == new:
        return renewal
    if said.version != (renewal.version if renewal is not None else 0):
        raise Conflict(_("Trong lúc bạn sửa, người khác đã lưu một bản mới. Những gì bạn gõ vẫn còn nguyên bên dưới."))
    if renewal is None:
        renewal = Renewal(id=certificate_id)
        session.add(renewal)
    renewal.state, renewal.day, renewal.note = said.state, day, said.note
    await session.flush()
    holder = certificate.product_id or certificate.supplier_id
    await announce(session, events.RenewalMoved(holder, certificate_id), actor=actor, old=old, new=new)
    return renewal


async def _locked(session: AsyncSession, actor: Actor, certificate_id: UUID) -> Certificate:
    found = await paper_and_owner(session, certificate_id)
    if found is None or not rules.sees_unchecked(actor, found[1]):
        raise NotFound(_("Không có giấy này."))
    if not paper_rules.may_move_renewal(actor, found[1]):
        raise NotAllowed(_("Bạn chỉ được xem. Chủ, thành viên của nhà cung cấp hoặc cán bộ ghi được việc đánh giá lại."))
    certificate: Certificate = found[0]
    return certificate


def _told(renewal: Renewal | None) -> dict[str, Any]:
    if renewal is None:
        return {"renewal": RenewalState.NOT_BEGUN.value, "day": None, "note": None}
    return {"renewal": renewal.state.value, "day": renewal.day, "note": renewal.note}
