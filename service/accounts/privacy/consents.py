"""What a person has agreed to, by the very version of the text, and taking it back.

The texts stand here because a consent is to words: a change of words is a new version, and an old consent stays one to the old.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import Actor
from service.accounts.models import Person
from service.accounts.organisations.events import ConsentGiven, ConsentWithdrawn
from service.accounts.organisations.models import Consent
from service.core import clock
from service.core.errors import Invalid, NotAllowed
from service.core.events import announce
from service.core.i18n import _


class Purpose(StrEnum):
    """What somebody may be asked to agree to."""

    ACCOUNT = "account"
    NEWS = "news"


VERSIONS = {Purpose.ACCOUNT: "2026-11-24", Purpose.NEWS: "2026-11-24"}


def texts() -> dict[Purpose, str]:
    """The words of each text in its present version, in the reader's language."""
    return {
        Purpose.ACCOUNT: _(
            "Tôi đồng ý để Chợ Phiên lưu họ tên, địa chỉ e-mail hoặc số điện thoại và nhật ký việc tôi làm trên chợ, để tôi "
            "đăng nhập và để mọi thay đổi có người chịu trách nhiệm. Tôi xem, tải về, sửa và xóa được dữ liệu này ở trang "
            "“Dữ liệu của tôi”."
        ),
        Purpose.NEWS: _("Tôi muốn nhận thư về hội chợ và tuần hàng sắp tới. Tôi dừng nhận được bất cứ lúc nào."),
    }


async def give_consent(session: AsyncSession, actor: Actor, purpose: Purpose | str) -> None:
    """Write down that the actor agrees to the present version of that text; agreeing twice changes nothing."""
    person_id, purpose = _own(actor), Purpose(purpose)
    version = VERSIONS[purpose]
    # Two presses at once wait for each other here, and the second finds the consent of the first.
    await session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    if await _standing(session, person_id, purpose, version):
        return
    session.add(Consent(person_id=person_id, purpose=purpose, version=version, given_at=clock.now()))
    await session.flush()
    await announce(session, ConsentGiven(person_id, purpose=purpose, version=version), actor=actor)


async def withdraw_consent(session: AsyncSession, actor: Actor, purpose: Purpose | str) -> None:
    """Write down that the actor agrees no longer, to any version. What an account cannot be without ends by erasing it."""
    person_id, purpose = _own(actor), Purpose(purpose)
    if purpose is Purpose.ACCOUNT:
        message = _("Không có đồng ý này thì không giữ được tài khoản. Muốn rút lại, hãy xóa dữ liệu của bạn ở cuối trang.")
        raise Invalid(message, {"purpose": message})
    for consent in await _standing(session, person_id, purpose):
        consent.withdrawn_at = clock.now()
        fact = ConsentWithdrawn(person_id, purpose=purpose, version=consent.version)
        await announce(session, fact, actor=actor)


async def agrees(session: AsyncSession, person_id: UUID, purpose: Purpose) -> bool:
    """Whether the person agrees to that text now, in any version."""
    return bool(await _standing(session, person_id, purpose))


async def _standing(session: AsyncSession, person_id: UUID, purpose: Purpose, version: str | None = None) -> list[Consent]:
    statement = select(Consent).where(
        Consent.person_id == person_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    if version is not None:
        statement = statement.where(Consent.version == version)
    return list(await session.scalars(statement.with_for_update()))


def _own(actor: Actor) -> UUID:
    if actor.person_id is None or actor.scopes is not None:
        raise NotAllowed(_("Chỉ chính bạn, khi đã đăng nhập, mới đồng ý hoặc rút lại được."))
    return actor.person_id
