"""Money that has come in, as the organiser notes it. Nothing noted is ever deleted: a mistake is struck out with its reason."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs.charges import accounts, rules
from service.fairs.charges.events import PaymentNoted, PaymentStruck
from service.fairs.charges.inputs import PaymentDraft
from service.fairs.charges.models import Payment


async def note_payment(session: AsyncSession, actor: Actor, application_id: UUID, draft: PaymentDraft) -> Payment:
    """Note a payment of an exhibitor. The same key again is the same payment."""
    account = await accounts.account(session, application_id, lock=True)
    _only_keeper(actor, account)
    there = await _noted(session, application_id, draft.key)
    if there is not None:
        return there
    made = Payment(
        application_id=application_id, key=draft.key, amount_vnd=draft.amount_vnd, paid_on=draft.paid_on,
        reference=draft.reference, noted_by=actor.person_id, noted_at=clock.now(),
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError as error:  # The key has been used for another exhibitor.
        raise Conflict(_("Biểu mẫu này đã dùng rồi. Hãy mở lại trang.")) from error
    told = {"amount_vnd": made.amount_vnd, "paid_on": made.paid_on, "reference": made.reference}
    await announce(session, PaymentNoted(application_id, made.id), actor=actor, new=told)
    return made


async def strike_payment(
    session: AsyncSession, actor: Actor, application_id: UUID, payment_id: UUID, why: str | None
) -> Payment:
    """Strike out a payment of an exhibitor that was noted wrongly. Again changes nothing."""
    account = await accounts.account(session, application_id, lock=True)
    _only_keeper(actor, account)
    row = await session.get(Payment, payment_id, populate_existing=True)
    if row is None or row.application_id != application_id:
        raise NotFound(_("Không tìm thấy khoản tiền này."))
    if row.struck_at is not None:
        return row
    if not why:
        sentence = _("Ghi vì sao bỏ khoản tiền này, ví dụ: ghi nhầm đơn vị.")
        raise Invalid(sentence, {"why": sentence})
    row.struck_at, row.struck_why = clock.now(), why
    await session.flush()
    await announce(session, PaymentStruck(application_id, row.id), actor=actor,
                   old={"amount_vnd": row.amount_vnd}, new={"why": why})  # fmt: skip
    return row


def _only_keeper(actor: Actor, account: accounts.Account) -> None:
    if not rules.may_keep(actor, account.fair.organisation_id):
        if rules.may_read(actor, account.fair.organisation_id, account.organisation_id):
            raise NotAllowed(_("Chỉ ban tổ chức ghi nhận tiền đã nộp. Hãy gửi chứng từ cho ban tổ chức."))
        raise NotFound(_("Không tìm thấy đơn đăng ký này."))


async def _noted(session: AsyncSession, application_id: UUID, key: UUID) -> Payment | None:
    found: Payment | None = await session.scalar(
        select(Payment).where(Payment.key == key, Payment.application_id == application_id)
    )
    return found
