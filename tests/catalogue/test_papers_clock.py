"""The clock of papers: who is reminded when, and once; how far a renewal has come; and the list of what runs out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import Actor, MemberRole, Role
from service.catalogue import rules, tasks
from service.catalogue.papers import reminders
from service.catalogue.papers.rules import due_reminder
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import market
from tests.catalogue.conftest import count, reader
from tests.market import TODAY

END = date(2027, 5, 21)  # 180 days after TODAY.
OFFICER = Actor(new_id(), "Cán bộ", new_id(), "Sở", Role.OFFICER, MemberRole.MEMBER)
AHEAD = st.integers(-400, 400)


@given(AHEAD, st.sets(st.sampled_from(rules.REMINDED_AT)))
def test_a_reminder_is_due_once_for_each_of_the_three_days(left: int, sent: set[int]) -> None:
    due = due_reminder(TODAY + timedelta(days=left), TODAY, sent)
    if due is None:
        passed = [days for days in rules.REMINDED_AT if 0 <= left <= days]
        assert not passed or any(days <= min(passed) for days in sent)
    else:
        assert 0 <= left <= due
        assert due not in sent
        assert not [days for days in sent if days <= due]
        assert due_reminder(TODAY + timedelta(days=left), TODAY, {*sent, due}) is None


@given(st.lists(st.integers(0, 400), min_size=1, unique=True))
def test_however_the_worker_sleeps_nobody_is_told_twice_of_the_same_nor_more_than_three_times(days_awake: list[int]) -> None:
    sent: list[int] = []
    for left in sorted(days_awake, reverse=True):
        for _round in range(2):
            due = due_reminder(TODAY + timedelta(days=left), TODAY, sent)
            if due is not None:
                sent.append(due)
    assert sent == sorted(set(sent), reverse=True)
    if min(days_awake) <= 30:
        assert sent[-1] == 30


async def _paper(session: AsyncSession, valid_to: date = END, **said: Any) -> tuple[Any, Any]:
    """A supplier with a reachable owner, and the id of a paper of its product that ends on that day."""
    organisation_id = await market.supplier(session)
    await market.product(
        session, certificates=(catalogue.CertificateRow("OCOP", 4, "QĐ 12", issued_on=TODAY, valid_to=valid_to, **said),)
    )
    person = await accounts.add_person(session, name="Chủ", email="chu@htx.example", password="mật khẩu để thử")
    await accounts.add_member(session, person.id, organisation_id, "owner")
    await session.execute(text("UPDATE accounts_person SET email_confirmed_at = now()"))
    return organisation_id, await session.scalar(text("SELECT id FROM catalogue_certificate WHERE number = 'QĐ 12'"))


async def _mails(session: AsyncSession) -> list[str]:
    found = await session.scalars(text("SELECT body FROM core_mail WHERE template = 'papers_expiring' ORDER BY id"))
    return [str(body) for body in found]


async def test_people_are_told_three_times_and_never_twice(session: AsyncSession) -> None:
    await _paper(session)
    told = []
    for left in (181, 180, 179, 91, 90, 45, 31, 30, 29, 1, 0, -1, -30):
        with clock.freeze(END - timedelta(days=left)):
            told.extend([left] * await reminders.remind(session))
            told.extend([left] * await reminders.remind(session))
    assert told == [180, 90, 30]
    mails = await _mails(session)
    assert len(mails) == 3
    assert "còn 180 ngày" in mails[0]
    assert "OCOP 4 sao số QĐ 12" in mails[0]
    assert "/ban-hang/san-pham/" in mails[0]


async def test_after_a_long_sleep_only_the_most_urgent_is_sent(session: AsyncSession) -> None:
    await _paper(session)
    with clock.freeze(END - timedelta(days=12)):
        assert await reminders.remind(session) == 1
        assert await reminders.remind(session) == 0
    assert await count(session, "catalogue_reminder") == 1
    assert len(await _mails(session)) == 1


async def test_a_paper_that_has_been_renewed_is_not_reminded_of(session: AsyncSession) -> None:
    await _paper(session)
    await market.product(
        session, certificates=(catalogue.CertificateRow("OCOP", 4, "QĐ 13", issued_on=TODAY, valid_to=date(2029, 1, 1)),)
    )
    assert await count(session, "catalogue_certificate WHERE kind = 'OCOP'") >= 1
    await session.execute(text(
        "INSERT INTO catalogue_certificate (id, supplier_id, product_id, kind, number, valid_to, state, checked_on)"
        " SELECT gen_random_uuid(), supplier_id, product_id, kind, 'QĐ 12', :end, 'checked', :today FROM catalogue_certificate"
        " WHERE number = 'QĐ 13'"), {"end": END, "today": TODAY})  # fmt: skip
    with clock.freeze(END - timedelta(days=20)):
        assert await reminders.remind(session) == 0
        assert (await catalogue.expiring(await reader(session), OFFICER)).items == []


async def test_who_has_no_address_is_told_when_there_is_one(session: AsyncSession) -> None:
    await _paper(session)
    await session.execute(text("UPDATE accounts_person SET email_confirmed_at = NULL"))
    with clock.freeze(END - timedelta(days=85)):
        assert await reminders.remind(session) == 0
        await session.execute(text("UPDATE accounts_person SET email_confirmed_at = now()"))
        assert await reminders.remind(session) == 1


async def test_mails_arrive_by_day(session: AsyncSession) -> None:
    await _paper(session)
    night = clock.now().replace(year=END.year, month=END.month, day=1, hour=3)
    with clock.freeze(night):
        await tasks.remind_of_papers(session)
        assert await _mails(session) == []
    with clock.freeze(night.replace(hour=8)):
        await tasks.remind_of_papers(session)
        assert len(await _mails(session)) == 1


async def test_the_desk_says_what_runs_out_and_how_far_the_renewal_has_come(session: AsyncSession) -> None:
    organisation_id, paper = await _paper(session)
    owner = market.acting(Role.SUPPLIER, organisation_id)

    async def waiting(left: int) -> list[tuple[int, str]]:
        with clock.freeze(END - timedelta(days=left)):
            found = await catalogue.desk(await reader(session), owner)
            return [(gap.urgency, gap.sentence) for gap in found.products[0].gaps if gap.part == "certificates"]

    assert await waiting(181) == []
    assert await waiting(180) == [(3, "giấy OCOP còn 180 ngày")]
    assert await waiting(90) == [(1, "giấy OCOP còn 90 ngày")]
    with clock.freeze(END - timedelta(days=40)):
        said = catalogue.RenewalInput(state="sent", day=clock.today(), note="Gửi xã")
        await catalogue.set_renewal(session, owner, paper, said)
    assert await waiting(30) == [(0, "giấy OCOP còn 30 ngày (đã gửi hồ sơ đánh giá lại)")]
    assert await waiting(-1) == [(0, "giấy OCOP đã hết hạn 1 ngày")]


async def test_a_renewal_is_moved_by_its_people_and_by_officers(session: AsyncSession) -> None:
    organisation_id, paper = await _paper(session)
    owner, viewer = (
        market.acting(Role.SUPPLIER, organisation_id),
        market.acting(Role.SUPPLIER, organisation_id, MemberRole.VIEWER),
    )
    with clock.freeze(TODAY):
        sent = catalogue.RenewalInput(state="sent", day=TODAY)
        for _again in range(2):
            await catalogue.set_renewal(session, owner, paper, sent)
        assert await count(session, "core_journal WHERE fact = 'RenewalMoved'") == 1
        with pytest.raises(Conflict):
            await catalogue.set_renewal(session, OFFICER, paper, catalogue.RenewalInput(state="assessed", day=TODAY))
        await catalogue.set_renewal(session, OFFICER, paper, catalogue.RenewalInput(state="assessed", day=TODAY, version=1))
        (shown,) = (await catalogue.expiring(await reader(session), OFFICER)).items
        assert (shown.renewal, shown.renewal_day, shown.days, shown.renewal_version) == ("assessed", TODAY, 180, 2)
        with pytest.raises(NotAllowed):
            await catalogue.set_renewal(session, viewer, paper, sent)
        for stranger in (market.acting(Role.SUPPLIER, new_id()), market.acting(Role.BUYER, new_id())):
            with pytest.raises(NotFound):
                await catalogue.set_renewal(session, stranger, paper, sent)
        with pytest.raises(NotFound):
            await catalogue.set_renewal(session, OFFICER, new_id(), sent)
    history = await session.execute(text("SELECT old, new FROM core_journal WHERE fact = 'RenewalMoved' ORDER BY id"))
    assert [(old["renewal"], new["renewal"]) for old, new in history] == [("not_begun", "sent"), ("sent", "assessed")]


@pytest.mark.parametrize("said", [{"state": "sent"}, {"state": "sent", "day": "01/01/2099"}, {"state": "done"}])
def test_a_renewal_needs_a_day_that_has_been(said: dict[str, str]) -> None:
    with clock.freeze(TODAY), pytest.raises(ValueError, match=r"."):
        catalogue.RenewalInput.model_validate(said)


async def test_what_runs_out_is_listed_page_by_page_for_who_may_see_it(session: AsyncSession) -> None:
    for n in range(5):
        code = f"HTX{n}"
        mine = await market.supplier(session, code, commune_code="02185" if n % 2 else "01840")
        row = catalogue.CertificateRow("OCOP", 3, f"QĐ {n}", issued_on=TODAY, valid_to=TODAY + timedelta(days=20 + 40 * n))
        await market.product(session, code, certificates=(row,))
    raw = await reader(session)
    with clock.freeze(TODAY):
        first = await catalogue.expiring(raw, OFFICER, limit=2)
        second = await catalogue.expiring(raw, OFFICER, limit=2, cursor=first.next)
        third = await catalogue.expiring(raw, OFFICER, limit=2, cursor=second.next)
        assert [each.number for each in (*first.items, *second.items, *third.items)] == [f"QĐ {n}" for n in range(5)]
        assert third.next is None
        assert [each.number for each in (await catalogue.expiring(raw, OFFICER, days=60)).items] == ["QĐ 0", "QĐ 1"]
        inside = await catalogue.expiring(raw, OFFICER, area=["02185"])
        assert [each.number for each in inside.items] == ["QĐ 1", "QĐ 3"]
        own = await catalogue.expiring(raw, market.acting(Role.SUPPLIER, mine))
        assert [each.number for each in own.items] == ["QĐ 4"]
        with pytest.raises(NotAllowed):
            await catalogue.expiring(raw, market.acting(Role.BUYER, new_id()))
        with pytest.raises(Invalid):
            await catalogue.expiring(raw, OFFICER, cursor="không phải")
    with clock.freeze(TODAY + timedelta(days=61)):
        assert [each.number for each in (await catalogue.expiring(raw, OFFICER, lapsed=True)).items] == ["QĐ 0", "QĐ 1"]
