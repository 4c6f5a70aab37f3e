"""Buyers write down what they want to see; suppliers answer for themselves what no row of the catalogue tells."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce, plain
from service.core.i18n import _
from service.matching.checklists import rules
from service.matching.checklists.events import ChecklistAnswered, ChecklistSaved
from service.matching.checklists.inputs import ChecklistDraft, SelfAnswer
from service.matching.checklists.judging import ANSWERED
from service.matching.checklists.models import Checklist, ChecklistAnswer, ChecklistItem
from service.matching.models import Buyer


async def save_checklist(
    session: AsyncSession, actor: Actor, buyer_id: UUID, draft: ChecklistDraft, *, version: int | None = None
) -> Checklist:
    """Put a buyer's conditions in place of those it had; the same ones again change nothing.

    A condition that says the same keeps its row, and with it what suppliers have answered; another one starts without answers.
    The buyer's row is locked first, so that two tabs that save a first checklist at once make one.
    """
    buyer = await session.get(Buyer, buyer_id, with_for_update={"key_share": True})
    if buyer is None or not rules.may_write_checklist(actor, buyer.organisation_id):
        raise NotAllowed(_("Chỉ người của nhà phân phối sửa được điều kiện vào hàng của mình."))
    kept: Checklist | None = await session.scalar(
        select(Checklist).where(Checklist.buyer_id == buyer_id).with_for_update().execution_options(populate_existing=True)
    )
    if version is not None and version != (kept.version if kept else 0):
        raise Conflict(_("Trong lúc bạn sửa, người khác đã lưu một bản mới. Những gì bạn gõ vẫn còn nguyên bên dưới."))
    contents = draft.contents
    if kept is None:
        kept = Checklist(buyer_id=buyer_id, note=draft.note, saved_by=actor.person_id)
        kept.created_at = kept.updated_at = clock.now()
        session.add(kept)
        await session.flush()
        old: dict[str, Any] | None = None
        there: list[ChecklistItem] = []
    else:
        there = list(
            await session.scalars(
                select(ChecklistItem).where(ChecklistItem.checklist_id == kept.id).order_by(ChecklistItem.position)
            )
        )
        old = {"note": kept.note, "items": [plain(list(_content(each))) for each in there]}
        if [_content(each) for each in there] == contents and kept.note == draft.note:
            return kept
    known = {_content(each): each for each in there}
    for position, content in enumerate(contents):
        item = known.pop(content, None)
        if item is None:
            kind, required, number, code, said = content
            session.add(
                ChecklistItem(
                    checklist_id=kept.id, position=position, kind=kind, required=required, number=number, code=code, words=said
                )
            )
        else:
            item.position = position
    if known:
        await session.execute(delete(ChecklistItem).where(ChecklistItem.id.in_([each.id for each in known.values()])))
    if old is not None:
        kept.note, kept.saved_by, kept.updated_at = draft.note, actor.person_id, clock.now()
    await session.flush()
    new = {"note": kept.note, "items": [plain(list(each)) for each in contents]}
    await announce(session, ChecklistSaved(kept.id, buyer_id), actor=actor, old=old, new=new)
    return kept


async def answer(session: AsyncSession, actor: Actor, item_id: UUID, slug: str, what: SelfAnswer) -> int:
    """Say how a product of one's own, or every one of them, stands to a condition that only the supplier can answer.

    The later answer holds, and the same again is the same; tells for how many products it was given.
    """
    row = await catalogue.offer_called(session, slug, reader=actor)
    if row is None or not rules.may_answer(actor, row.organisation_id):
        raise NotFound(_("Không có sản phẩm này trên bàn của bạn."))
    # The condition is locked against the buyer's next save, so that no answer is written to what is being taken away.
    found = (
        await session.execute(
            select(ChecklistItem, Buyer.state)
            .join(Checklist, Checklist.id == ChecklistItem.checklist_id)
            .join(Buyer, Buyer.id == Checklist.buyer_id)
            .where(ChecklistItem.id == item_id)
            .with_for_update(of=ChecklistItem, key_share=True)
        )
    ).one_or_none()
    if found is None or not found[0].required or not rules.shows_checklist(found[1]):
        raise NotFound(_("Người mua vừa đổi điều kiện này. Hãy xem lại danh sách mới."))
    if found[0].kind not in ANSWERED:
        raise Invalid(_("Điều kiện này được xét theo dữ liệu của sản phẩm, không tự khai được."))
    rows = await catalogue.offers_of(session, row.organisation_id, reader=actor) if what.everywhere else (row,)
    said = {"accepts": what.accepts, "words": what.words, "answered_by": actor.person_id, "answered_at": clock.now()}
    # In one fixed order, so that two people of one supplier who answer at once do not wait for each other in a ring.
    values = [{"id": new_id(), "item_id": item_id, "product_id": one, **said} for one in sorted(each.id for each in rows)]
    upsert = insert(ChecklistAnswer).values(values)
    same = upsert.on_conflict_do_update(
        index_elements=["item_id", "product_id"],
        set_={name: upsert.excluded[name] for name in said},
    )
    await session.execute(same)
    fact = ChecklistAnswered(item_id, row.supplier_id, len(values))
    await announce(session, fact, actor=actor, new={"accepts": what.accepts, "words": what.words})
    return len(values)


def _content(item: ChecklistItem) -> tuple[Any, ...]:
    return item.kind, item.required, item.number, item.code, item.words
