"""Asking suppliers to a fair: once each, told by mail, answered by who was asked."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.mail import Mail
from service.fairs.advice import mails
from tests import market as small
from tests.market import TODAY

DRAFT = fairs.FairDraft(
    name="Tuần hàng thử", kind=fairs.FairKind.PRODUCT_WEEK, province_code="01", starts_on=date(2026, 12, 10),
    ends_on=date(2026, 12, 13),
)  # fmt: skip


async def _held(session: AsyncSession) -> tuple[fairs.Fair, Actor]:
    organisation = await accounts.found_organisation(session, "organiser", "Ban tổ chức thử")
    actor = small.acting(Role.ORGANISER, organisation.id)
    with clock.freeze(TODAY):
        return await fairs.announce_fair(session, actor, DRAFT), actor


async def _supplier(session: AsyncSession, code: str) -> tuple[UUID, UUID]:
    organisation_id = await small.supplier(session, code)
    found = await session.scalar(text("SELECT id FROM catalogue_supplier WHERE code = :code"), {"code": code})
    assert isinstance(found, UUID)
    return found, organisation_id


async def test_who_is_asked_is_asked_once_and_told_once(session: AsyncSession) -> None:
    fair, organiser = await _held(session)
    one, organisation_id = await _supplier(session, "HTX1")
    two, _ = await _supplier(session, "HTX2")
    person = await accounts.add_person(session, name="Chủ", email="chu@vidu.vn", password="mật khẩu để thử")
    await accounts.add_member(session, person.id, organisation_id, "owner")
    key = new_id()
    with clock.freeze(TODAY):
        sent = await fairs.advice.invite_exhibitors(session, organiser, fair.slug, [one], words="Mời anh chị", key=key)
        again = await fairs.advice.invite_exhibitors(session, organiser, fair.slug, [one, two], words="khác", key=key)
        later = await fairs.advice.invite_exhibitors(session, organiser, fair.slug, [one, two], key=new_id())
    assert [each.id for each in again] == [each.id for each in sent]
    assert [each.supplier_id for each in later] == [two]
    for _round in range(2):
        await mails.tell_invited(session, sent[0].id)
    letters = (await session.scalars(select(Mail).where(Mail.template == "fair_invitation"))).all()
    assert [each.to_address for each in letters] == ["chu@vidu.vn"]
    assert "Mời anh chị" in (letters[0].body or "")
    assert "10–13/12/2026" in (letters[0].body or "")


async def test_the_invitation_stands_on_the_desk_until_it_is_answered(session: AsyncSession) -> None:
    fair, organiser = await _held(session)
    supplier_id, organisation_id = await _supplier(session, "HTX1")
    _other, stranger_id = await _supplier(session, "HTX2")
    owner, stranger = (small.acting(Role.SUPPLIER, each) for each in (organisation_id, stranger_id))
    viewer = small.acting(Role.SUPPLIER, organisation_id, MemberRole.VIEWER)
    no = fairs.advice.Declining(reason="Đang mùa gặt")
    with clock.freeze(TODAY):
        [sent] = await fairs.advice.invite_exhibitors(session, organiser, fair.slug, [supplier_id], key=new_id())
        [shown] = await fairs.advice.own_invitations(session, owner)
        assert shown.waits
        assert await fairs.advice.own_invitations(session, stranger) == []
        with pytest.raises(NotFound):
            await fairs.advice.decline(session, stranger, sent.id, no)
        with pytest.raises(NotAllowed):
            await fairs.advice.decline(session, viewer, sent.id, no)
        await fairs.advice.decline(session, owner, sent.id, no)
        await fairs.advice.decline(session, owner, sent.id, fairs.advice.Declining(reason="khác"))
        [line] = await fairs.advice.invited(session, fair.slug, organiser)
        assert (line.state, line.reason, line.applied) == ("declined", "Đang mùa gặt", None)
        [shown] = await fairs.advice.own_invitations(session, owner)
        assert not shown.waits
        with pytest.raises(NotAllowed):
            await fairs.advice.invited(session, fair.slug, owner)


async def test_nobody_is_asked_to_what_is_over_or_not_hers(session: AsyncSession) -> None:
    fair, organiser = await _held(session)
    supplier_id, organisation_id = await _supplier(session, "HTX1")
    with clock.freeze(TODAY):
        with pytest.raises(Invalid):
            await fairs.advice.invite_exhibitors(session, organiser, fair.slug, [], key=new_id())
        with pytest.raises(Invalid):
            await fairs.advice.invite_exhibitors(session, organiser, fair.slug, [new_id() for _ in range(201)], key=new_id())
        supplier = small.acting(Role.SUPPLIER, organisation_id)
        with pytest.raises(NotAllowed):
            await fairs.advice.invite_exhibitors(session, supplier, fair.slug, [supplier_id], key=new_id())
        assert await fairs.advice.invite_exhibitors(session, organiser, fair.slug, [new_id()], key=new_id()) == []
    with clock.freeze(date(2026, 12, 14)), pytest.raises(Conflict, match="đã qua"):
        await fairs.advice.invite_exhibitors(session, organiser, fair.slug, [supplier_id], key=new_id())
    with clock.freeze(TODAY):
        await fairs.cancel_fair(session, SYSTEM, fair.slug)
        with pytest.raises(Conflict, match="đã hủy"):
            await fairs.advice.invite_exhibitors(session, organiser, fair.slug, [supplier_id], key=new_id())
    count = await session.scalar(select(func.count()).select_from(fairs.advice.Invitation))
    assert count == 0
