"""Asking suppliers: who may ask whom and until when, what each answer does, who was silent, and what is told to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, matching
from service.accounts import SYSTEM, MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.matching.invitations import Answer, InvitationState, mails, tasks
from tests import market
from tests.market import TODAY, acting, wanting
from tests.matching.quotes.market import draft as quote_of
from tests.matching.quotes.market import quoted, side, stall

DEADLINE = TODAY + timedelta(days=20)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def supplier_id(session: AsyncSession, code: str = "HTX1") -> UUID:
    found = await session.scalar(text("SELECT id FROM catalogue_supplier WHERE code = :code"), {"code": code})
    assert isinstance(found, UUID)
    return found


async def reachable(session: AsyncSession, organisation_id: UUID, email: str) -> None:
    """Somebody of that organisation who gets its mails."""
    person = await accounts.add_person(session, name=email, email=email, password="mật khẩu để thử")
    await accounts.add_member(session, person.id, organisation_id, MemberRole.MEMBER)


async def letters(session: AsyncSession) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in await session.execute(text("SELECT to_address, subject FROM core_mail ORDER BY id"))]


async def test_asking_again_asks_nobody_twice(session: AsyncSession) -> None:
    await market.supplier(session, "HTX1")
    await market.supplier(session, "HTX2")
    one, two = await supplier_id(session), await supplier_id(session, "HTX2")
    buyer = await market.buyer(session)
    request = await market.request(session, buyer, deadline=DEADLINE)
    owner = acting(Role.BUYER, buyer.organisation_id)
    first = await matching.invitations.invite(session, owner, request.code, [one], note="Mời báo giá")
    again = await matching.invitations.invite(session, owner, request.code, [two, one, one], note="Lần hai")
    assert {each.supplier_id for each in again} == {one, two}
    assert [each.note for each in again if each.supplier_id == one] == ["Mời báo giá"]
    assert first[0].answer_by == TODAY + timedelta(days=7)
    facts = await session.scalar(text("SELECT count(*) FROM core_journal WHERE fact = 'InvitationSent'"))
    assert facts == 2


@pytest.mark.parametrize(
    ("deadline", "wished", "until"),
    [
        (None, None, TODAY + timedelta(days=7)),
        (TODAY + timedelta(days=3), None, TODAY + timedelta(days=3)),
        (DEADLINE, TODAY + timedelta(days=12), TODAY + timedelta(days=12)),
        (None, TODAY, TODAY),
    ],
)
async def test_an_answer_is_never_waited_for_after_the_deadline(
    session: AsyncSession, deadline: date | None, wished: date | None, until: date
) -> None:
    await market.supplier(session)
    request = await market.request(session, deadline=deadline)
    asked = await matching.invitations.invite(session, SYSTEM, request.code, [await supplier_id(session)], answer_by=wished)
    assert asked[0].answer_by == until


async def test_who_may_not_ask(session: AsyncSession) -> None:
    await market.supplier(session)
    who = [await supplier_id(session)]
    buyer = await market.buyer(session)
    request = await market.request(session, buyer, deadline=DEADLINE)
    owner = acting(Role.BUYER, buyer.organisation_id)
    invite = matching.invitations.invite
    for wrong in (TODAY - timedelta(days=1), DEADLINE + timedelta(days=1)):
        with pytest.raises(Invalid):
            await invite(session, owner, request.code, who, answer_by=wrong)
    stranger = acting(Role.BUYER, (await market.buyer(session, "Siêu thị khác")).organisation_id)
    viewer = acting(Role.BUYER, buyer.organisation_id, MemberRole.VIEWER)
    unverified = accounts.Actor(None, "", buyer.organisation_id, "", Role.BUYER, MemberRole.OWNER)
    for actor in (stranger, viewer, unverified, acting(Role.OFFICER, None)):
        with pytest.raises(NotAllowed):
            await invite(session, actor, request.code, who)
    with pytest.raises(NotFound):
        await invite(session, owner, request.code, [UUID(int=7)])
    await matching.close_request(session, owner, request.code, matching.Closing(version=1))
    with pytest.raises(NotAllowed):
        await invite(session, owner, request.code, who)


async def test_an_answer_moves_it_once_and_tells_the_buyer_once(session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    buyer = await market.buyer(session)
    await reachable(session, buyer.organisation_id, "mua@vidu.vn")
    request = await market.request(session, buyer, deadline=DEADLINE)
    (one,) = await matching.invitations.invite(session, SYSTEM, request.code, [await supplier_id(session)])
    maker = acting(Role.SUPPLIER, organisation)
    await matching.invitations.open_thread(session, maker, one.id)
    assert one.state == InvitationState.SEEN
    seen = one.version
    with pytest.raises(Conflict):
        await matching.invitations.answer_invitation(session, maker, one.id, Answer(answer="accept", version=seen + 5))
    said = Answer(answer="decline", reason="Hết hàng tháng 12", version=seen)
    for _twice in range(2):
        await matching.invitations.answer_invitation(session, maker, one.id, said)
    assert (one.state, one.reason, one.version) == (InvitationState.DECLINED, "Hết hàng tháng 12", seen + 1)
    for _twice in range(2):
        await mails.tell_answered(session, one.id)
    assert len(await letters(session)) == 1
    # She may change her mind while the request is open; a viewer and a stranger may not answer for her.
    await matching.invitations.answer_invitation(session, maker, one.id, Answer(answer="accept", version=one.version))
    assert one.reason is None
    viewer = acting(Role.SUPPLIER, organisation, MemberRole.VIEWER)
    with pytest.raises(NotAllowed):
        await matching.invitations.answer_invitation(session, viewer, one.id, said)
    for nobody in (acting(Role.SUPPLIER, await market.supplier(session, "HTX2")), acting(Role.OFFICER, None)):
        with pytest.raises(NotFound):
            await matching.invitations.open_thread(session, nobody, one.id)


async def test_a_quote_answers_it_and_comes_without_one_too(session: AsyncSession) -> None:
    at = await stall(session, most=2)
    one, two = at.sides
    asked = (await matching.invitations.invite(session, at.buyer, at.code, [one.supplier_id]))[0]
    await quoted(session, at, one)
    for _twice in range(2):
        assert (await matching.invitations.note_answer(session, SYSTEM, at.request_id, one.supplier_id)).id == asked.id
    assert asked.state == InvitationState.ANSWERED
    view = await matching.request_page(session, at.code, None)
    assert (view.quotes, view.answerable) == (1, True)
    quote = await quoted(session, at, two)
    _request, found = await matching.invitations.invitations_of(session, at.buyer, at.code)
    assert {(each.supplier_id, each.origin, each.state) for each in found.items} == {
        (one.supplier_id, "buyer", "answered"), (two.supplier_id, "supplier", "answered"),
    }  # fmt: skip
    full = await matching.request_page(session, at.code, None)
    assert (full.quotes, full.answerable, full.standing) == (2, False, "đã nhận đủ báo giá")
    assert (await matching.open_requests(session, matching.RequestSearch(), None)).total == 0
    with pytest.raises(Conflict):
        await matching.invitations.withdraw_invitation(session, at.buyer, asked.id)
    with pytest.raises(NotAllowed):
        await matching.invitations.answer_invitation(
            session, two.actor, found.items[0].id if found.items[0].supplier_id == two.supplier_id else found.items[1].id,
            Answer(answer="decline", reason="Thôi", version=1),
        )  # fmt: skip
    await session.execute(text("UPDATE matching_quote SET state = 'withdrawn' WHERE id = :id"), {"id": quote.id})
    back = await matching.invitations.take_back_answer(session, SYSTEM, at.request_id, two.supplier_id)
    assert back is not None
    assert back.state == InvitationState.ACCEPTED
    assert (await matching.request_page(session, at.code, None)).answerable


async def test_a_withdrawn_invitation_is_gone_for_the_supplier_and_may_come_again(session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    buyer = await market.buyer(session)
    request = await market.request(session, buyer, visibility="invited")
    who = [await supplier_id(session)]
    owner, maker = acting(Role.BUYER, buyer.organisation_id), acting(Role.SUPPLIER, organisation)
    (one,) = await matching.invitations.invite(session, owner, request.code, who)
    assert (await matching.request_page(session, request.code, maker)).invitation is not None
    for _twice in range(2):
        await matching.invitations.withdraw_invitation(session, owner, one.id)
    with pytest.raises(NotFound):
        await matching.invitations.open_thread(session, maker, one.id)
    with pytest.raises(NotFound):
        await matching.request_page(session, request.code, maker)
    (again,) = await matching.invitations.invite(session, owner, request.code, who)
    assert (again.id, again.state, again.withdrawn_at) == (one.id, InvitationState.SENT, None)


async def test_a_private_request_is_there_for_its_owner_and_the_invited_only(session: AsyncSession) -> None:
    invited, other = await market.supplier(session, "HTX1"), await market.supplier(session, "HTX2")
    await market.product(session, "HTX2", "SP2")
    buyer = await market.buyer(session)
    code = (await market.request(session, buyer, visibility="invited")).code
    await matching.invitations.invite(session, SYSTEM, code, [await supplier_id(session)])
    search = matching.RequestSearch()
    for reader in (acting(Role.BUYER, buyer.organisation_id), acting(Role.SUPPLIER, invited)):
        assert (await matching.request_page(session, code, reader)).code == code
        assert (await matching.ranked(session, code, actor=reader)).request.code == code
        assert [each.code for each in (await matching.open_requests(session, search, reader)).items] == [code]
    strangers = (
        None, acting(Role.SUPPLIER, other), acting(Role.OFFICER, None), acting(Role.ADMINISTRATOR, None),
        acting(Role.BUYER, (await market.buyer(session, "Siêu thị khác")).organisation_id),
    )  # fmt: skip
    for reader in strangers:
        assert (await matching.open_requests(session, search, reader)).total == 0
        for read in (matching.request_page(session, code, reader), matching.ranked(session, code, actor=reader)):
            with pytest.raises(NotFound):
                await read
    assert (await matching.requests_for_supplier(session, acting(Role.SUPPLIER, other))).fits == []


async def test_silence_is_written_down_once_and_counts(session: AsyncSession) -> None:
    for code in ("HTX1", "HTX2", "HTX3"):
        await market.supplier(session, code)
    one, two, three = [await supplier_id(session, f"HTX{n}") for n in (1, 2, 3)]
    request = await market.request(session, deadline=DEADLINE)
    await matching.invitations.invite(session, SYSTEM, request.code, [one, two, three], answer_by=TODAY + timedelta(days=2))
    with clock.freeze(TODAY + timedelta(days=1)):
        await matching.invitations.note_answer(session, SYSTEM, request.id, two)
    with clock.freeze(TODAY + timedelta(days=2)):
        assert await matching.invitations.note_silence(session) == 0  # The last day is not over.
    with clock.freeze(TODAY + timedelta(days=3)):
        await tasks.note_silence(session)
        assert await matching.invitations.note_silence(session) == 0
    with clock.freeze(TODAY + timedelta(days=4)):
        late = await matching.invitations.note_answer(session, SYSTEM, request.id, three)
    assert (late.state, late.silent_at is not None) == (InvitationState.ANSWERED, True)
    found = await matching.invitations.responsiveness(session, None)
    assert [(found[each].asked, found[each].answered, found[each].silent) for each in (one, two, three)] == [
        (1, 0, 1), (1, 1, 0), (1, 0, 1),
    ]  # fmt: skip
    assert [found[each].median_hours for each in (one, two, three)] == [None, 24.0, 96.0]
    assert set(await matching.invitations.responsiveness(session, [two])) == {two}


async def test_nobody_is_silent_to_a_buyer_who_waits_no_more(session: AsyncSession) -> None:
    await market.supplier(session)
    request = await market.request(session, deadline=DEADLINE)
    await matching.invitations.invite(session, SYSTEM, request.code, [await supplier_id(session)])
    await matching.close_request(session, SYSTEM, request.code, matching.Closing(version=1))
    with clock.freeze(DEADLINE + timedelta(days=1)):
        assert await matching.invitations.note_silence(session) == 0
    assert await matching.invitations.responsiveness(session) == {}


async def test_the_supplier_is_told_by_mail_without_the_name_of_a_shy_buyer(session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    await reachable(session, organisation, "ban@vidu.vn")
    shy = await market.buyer(session, "Siêu thị Kín Tiếng")
    for visibility, count in (("public", 1), ("anonymous", 2)):
        request = await market.request(session, shy, visibility=visibility, place="Kho Kín")
        (one,) = await matching.invitations.invite(session, SYSTEM, request.code, [await supplier_id(session)], note="Mời bạn")
        for _twice in range(2):
            await mails.tell_invited(session, one.id)
        sent = (await session.scalars(text("SELECT subject || coalesce(body, '') FROM core_mail ORDER BY id"))).all()
        assert len(sent) == count
        assert ("Kín" in sent[-1]) == (visibility == "public")
        assert f"/trao-doi/{one.id}" in sent[-1]


async def test_a_new_version_is_told_to_the_asked_and_to_who_has_quoted(session: AsyncSession) -> None:
    for number in (1, 2, 3):
        organisation = await market.supplier(session, f"HTX{number}")
        await reachable(session, organisation, f"ban{number}@vidu.vn")
    one, two, three = [await supplier_id(session, f"HTX{n}") for n in (1, 2, 3)]
    buyer = await market.buyer(session)
    request = await market.request(session, buyer, place="Kho A", visibility="anonymous")
    owner = acting(Role.BUYER, buyer.organisation_id)
    asked = await matching.invitations.invite(session, owner, request.code, [one, two])
    gone = next(each for each in asked if each.supplier_id == two)
    await matching.invitations.withdraw_invitation(session, owner, gone.id)
    await matching.invitations.note_answer(session, SYSTEM, request.id, three)
    await session.execute(text("DELETE FROM core_mail"))
    draft = wanting(months=((date(2026, 12, 1), Decimal(800)),), place="Kho Kín B", visibility="anonymous")
    await matching.revise_request(session, owner, request.code, draft, version=1)
    for _twice in range(2):
        await mails.tell_changed(session, request.id)
    assert sorted(address for address, _subject in await letters(session)) == ["ban1@vidu.vn", "ban3@vidu.vn"]
    body = await session.scalar(text("SELECT body FROM core_mail WHERE to_address = 'ban1@vidu.vn'"))
    assert "800" in body
    assert "Kho" not in body
    _view, versions = await matching.version_pages(session, request.code, None)
    assert [(each.number, [change.field for change in each.changes]) for each in versions] == [(2, ["months"])]
    _view, own = await matching.version_pages(session, request.code, owner)
    assert [change.after for change in own[0].changes if change.field == "place"] == ["Kho Kín B"]
    assert [cell.asked for cell in own[0].months_before[:3]] == [500.0, 500.0, 500.0]
    assert [cell.asked for cell in own[0].months_after[:3]] == [800.0, None, None]


async def test_a_draft_has_no_versions_and_a_seal_needs_its_day(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    owner = acting(Role.BUYER, buyer.organisation_id)
    draft = await matching.open_request(session, owner, buyer.id, wanting(sealed=True), keep_as_draft=True)
    await matching.revise_request(session, owner, draft.code, wanting(sealed=True, note="Khác"), version=1)
    assert (await matching.version_pages(session, draft.code, owner))[1] == []
    with pytest.raises(Invalid) as refused:
        await matching.revise_request(session, owner, draft.code, wanting(sealed=True), version=2, publish=True)
    assert set(refused.value.errors) == {"deadline"}
    sealed = wanting(sealed=True, deadline=DEADLINE)
    opened = await matching.revise_request(session, owner, draft.code, sealed, version=2, publish=True)
    maker = await side(session, "HTX1")
    await matching.quotes.send(session, maker.actor, draft.code, quote_of(maker), key=new_id())
    with pytest.raises(Invalid) as kept:
        await matching.revise_request(session, owner, draft.code, wanting(deadline=DEADLINE), version=opened.version)
    assert set(kept.value.errors) == {"sealed"}


async def test_a_mark_must_be_known_and_protect_the_goods(session: AsyncSession) -> None:
    buyer = await market.buyer(session)
    for slug, commodity, wrong in (
        ("mien-dong-bac-kan", "mien-dong", False), ("mien-dong-bac-kan", "nghe", True), ("khong-co", "mien-dong", True),
    ):  # fmt: skip
        draft = wanting(mark_slug=slug, commodity=commodity)
        if wrong:
            with pytest.raises(Invalid) as refused:
                await matching.open_request(session, SYSTEM, buyer.id, draft)
            assert set(refused.value.errors) == {"mark_slug"}
        else:
            opened = await matching.open_request(session, SYSTEM, buyer.id, draft)
            assert (await matching.request_page(session, opened.code, None)).mark_name
