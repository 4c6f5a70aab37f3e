"""What the two sides write to each other, and the mails to whoever has not read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor
from service.core import clock, mail
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.events import announce
from service.core.files import FileStore
from service.core.i18n import _
from service.matching.invitations import attachments, events, rules
from service.matching.invitations.attachments import Handed
from service.matching.invitations.inputs import Words
from service.matching.invitations.invitations import locked, mark_read
from service.matching.invitations.models import Message, Side

UNREAD_FOR = timedelta(minutes=10)
QUIET_FOR = timedelta(days=1)  # Whoever has been written to and still has not read is written to again after so long.
TOLD_AT_ONCE = 1000
MOST_MESSAGES = 2000


async def send_message(
    session: AsyncSession, files: FileStore, actor: Actor, invitation_id: UUID, words: Words, handed: Sequence[Handed] = (), *,
    key: UUID | None = None,
) -> Message:  # fmt: skip
    """Write to the other side, with words, files or both. The same form sent twice is one message.

    The invitation is locked, so that two presses at once come one after the other, and the second finds the first one's.
    """
    one, _request, side, _quotes = await locked(session, actor, invitation_id)
    if not rules.may_write(actor, side, one.state) or side is None:
        raise NotAllowed(_why_not_write(actor))
    key = words.key or key or new_id()
    there: Message | None = await session.scalar(
        select(Message).where(Message.invitation_id == invitation_id, Message.key == key)
    )
    if there is not None:
        if there.side != side:
            raise Conflict(_("Tin nhắn này đã gửi rồi. Hãy tải lại trang."))
        return there
    if not words.text and not handed:
        raise Invalid(_("Viết vài dòng, hoặc chọn tệp để gửi."), {"text": _("Viết vài dòng, hoặc chọn tệp để gửi.")})
    written = await session.scalar(text(_COUNT), {"invitation": invitation_id})
    if (written or 0) >= MOST_MESSAGES:
        raise Conflict(_("Cuộc trao đổi này đã quá dài. Hãy gọi điện, hoặc bắt đầu với một yêu cầu mới."))
    made = await attachments.make(handed)
    message = Message(
        invitation_id=invitation_id, side=side, person_id=actor.person_id, text=words.text or "", key=key, sent_at=clock.now()
    )
    session.add(message)
    await session.flush()
    await attachments.keep(session, files, actor, message, made)
    # Whoever answers has read what she answers to.
    await mark_read(session, invitation_id, side)
    await announce(session, events.MessageSent(invitation_id, message.id), actor=actor, new={"files": len(made)})
    return message


async def tell_unread(session: AsyncSession) -> int:
    """Write one mail for each thread in which a side has left something unread for ten minutes; gives their number.

    However many messages come meanwhile, one mail is about all of them, and none follows until they are read or a day is over.
    """
    now = clock.now()
    due = await session.execute(
        text(_DUE), {"until": now - UNREAD_FOR, "quiet": now - QUIET_FOR, "most": TOLD_AT_ONCE}
    )  # fmt: skip
    threads = sorted({(invitation_id, Side(side)) for invitation_id, side in due})
    sent = 0
    for invitation_id, side in threads:
        unread = (Message.invitation_id == invitation_id, Message.side == side, Message.read_at.is_(None))
        count = len((await session.scalars(select(Message.id).where(*unread))).all())
        one = (await session.execute(text(_THREAD), {"invitation": invitation_id})).one()
        reader = one.supplier if side is Side.BUYER else one.buyer
        writer = one.supplier_name if side is Side.SUPPLIER else (None if one.visibility == "anonymous" else one.buyer_name)
        for person in (await accounts.people_of(session, [reader]))[reader]:
            await mail.send(
                session, person.email, "messages_unread", person.language, writer=writer, count=count, title=one.title,
                code=one.code, address=f"/trao-doi/{invitation_id}",
            )  # fmt: skip
            sent += 1
        await session.execute(update(Message).where(*unread, Message.told_at.is_(None)).values(told_at=now))
    return sent


def _why_not_write(actor: Actor) -> str:
    if not actor.may_write:
        return _("Tài khoản của bạn chỉ được xem.")
    return _("Lời mời đã được rút, nên không viết thêm được.")


_COUNT = "SELECT count(*) FROM matching_message WHERE invitation_id = :invitation"
# The supplier of a withdrawn invitation cannot open its thread any more, so it is not led there.
_DUE = """
SELECT m.invitation_id, m.side FROM matching_message m JOIN matching_invitation i ON i.id = m.invitation_id
 WHERE m.read_at IS NULL AND m.told_at IS NULL AND m.side <> 'market' AND m.sent_at <= :until
   AND (i.state <> 'withdrawn' OR m.side = 'supplier')
   AND NOT EXISTS (SELECT 1 FROM matching_message t WHERE t.invitation_id = m.invitation_id AND t.side = m.side
                      AND t.read_at IS NULL AND t.told_at > :quiet)
 ORDER BY m.id LIMIT :most FOR UPDATE OF m SKIP LOCKED
"""
_THREAD = """
SELECT r.title, r.code, r.visibility, b.organisation_id AS buyer, b.name AS buyer_name,
       s.organisation_id AS supplier, s.name AS supplier_name
  FROM matching_invitation i JOIN matching_request r ON r.id = i.request_id JOIN matching_buyer b ON b.id = r.buyer_id
  JOIN catalogue_supplier s ON s.id = i.supplier_id
 WHERE i.id = :invitation
"""
