"""Running the market: who may, what it changes, and two administrators at once."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor, DutyArea, InvitationDraft, MemberRole, OfficeDraft, Role
from service.core.db import Database, new_id
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.events import history
from tests.market import acting

PASSWORD = "mật khẩu để thử"


async def person(session: AsyncSession, email: str = "ai@chophien.example", **said: str) -> UUID:
    return (await accounts.add_person(session, name="Nguyễn Thị Lan", email=email, password=PASSWORD, **said)).id


async def administrator(session: AsyncSession, email: str = "quantri@chophien.example") -> Actor:
    """Somebody who really runs the market, with a seat there."""
    operator = await accounts.found_organisation(session, "operator", "Ban điều hành")
    row = await accounts.add_person(session, name="Quản trị", email=email, password=PASSWORD)
    await accounts.add_member(session, row.id, operator.id, "owner")
    return Actor(row.id, row.name, operator.id, operator.name, Role.ADMINISTRATOR, MemberRole.OWNER)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SYSTEM, Role.ADMINISTRATOR)])
async def test_nobody_else_finds_anything_of_administration(session: AsyncSession, role: Role) -> None:
    somebody, whom = acting(role, new_id()), await person(session)
    for ask in (
        accounts.accounts_found(session, somebody),
        accounts.organisations_found(session, somebody),
        accounts.account(session, somebody, whom),
        accounts.organisation_account(session, somebody, new_id()),
        accounts.lock_person(session, somebody, whom),
        accounts.unlock_person(session, somebody, whom),
        accounts.end_all_sessions(session, somebody, whom),
        accounts.enter_organisation(session, somebody, OfficeDraft(name="Sở")),
        accounts.set_duty(session, somebody, new_id(), DutyArea()),
        accounts.invite_to(session, somebody, new_id(), InvitationDraft(), "/loi-moi"),
    ):
        with pytest.raises(NotFound):
            await ask


async def test_a_viewer_among_administrators_looks_and_changes_nothing(session: AsyncSession) -> None:
    viewer, whom = acting(Role.ADMINISTRATOR, new_id(), MemberRole.VIEWER), await person(session)
    assert [line.id for line in (await accounts.accounts_found(session, viewer, "lan"))[0]] == [whom]
    with pytest.raises(NotAllowed):
        await accounts.lock_person(session, viewer, whom)


async def test_a_program_is_no_administrator(session: AsyncSession) -> None:
    chief = await administrator(session)
    program = Actor(**{**vars(chief), "scopes": frozenset({"accounts:write"})})
    with pytest.raises(NotFound):
        await accounts.accounts_found(session, program)


async def test_a_locked_person_opens_nothing_until_she_is_unlocked(session: AsyncSession) -> None:
    chief, whom = await administrator(session), await person(session)
    market = await accounts.found_organisation(session, "supplier", "HTX Thử")
    await accounts.add_member(session, whom, market.id, "owner")
    opened = await accounts.sign_in(session, "ai@chophien.example", PASSWORD)
    secret = getattr(opened, "secret", opened)
    actor = await accounts.actor_of(session, secret)
    assert actor is not None
    draft = accounts.TokenDraft(name="sổ sách", scopes=("catalogue:read",))
    token = await accounts.issue_token(session, actor, market.id, draft)
    await accounts.lock_person(session, chief, whom)
    await accounts.lock_person(session, chief, whom)
    assert await accounts.actor_of(session, secret) is None
    assert await accounts.actor_of_token(session, token.secret) is None
    with pytest.raises(Invalid, match="bị khóa"):
        await accounts.sign_in(session, "ai@chophien.example", PASSWORD)
    # Whoever does not know the password is not told that there is anything to unlock.
    with pytest.raises(Invalid) as refused:
        await accounts.sign_in(session, "ai@chophien.example", "không phải mật khẩu ấy")
    assert "khóa" not in str(refused.value)
    await accounts.unlock_person(session, chief, whom)
    await accounts.unlock_person(session, chief, whom)
    assert await accounts.sign_in(session, "ai@chophien.example", PASSWORD)
    facts = [entry.fact for entry in await history(session, whom)]
    assert facts.count("PersonLocked") == facts.count("PersonUnlocked") == 1


async def test_an_old_session_stays_dead_even_if_its_row_had_stayed(session: AsyncSession) -> None:
    """The sessions end with the lock; the question about the lock is asked on every page besides."""
    chief, whom = await administrator(session), await person(session)
    market = await accounts.found_organisation(session, "buyer", "Siêu thị")
    await accounts.add_member(session, whom, market.id, "owner")
    opened = await accounts.sign_in(session, "ai@chophien.example", PASSWORD)
    await session.execute(text("UPDATE accounts_person SET locked_at = now() WHERE id = :id"), {"id": whom})
    assert await accounts.actor_of(session, getattr(opened, "secret", opened)) is None
    assert chief.person_id != whom


async def test_nobody_locks_herself(session: AsyncSession) -> None:
    chief = await administrator(session)
    assert chief.person_id is not None
    with pytest.raises(NotAllowed):
        await accounts.lock_person(session, chief, chief.person_id)


async def test_sessions_are_ended_and_told_once(session: AsyncSession) -> None:
    chief, whom = await administrator(session), await person(session)
    market = await accounts.found_organisation(session, "buyer", "Siêu thị")
    await accounts.add_member(session, whom, market.id, "owner")
    await accounts.sign_in(session, "ai@chophien.example", PASSWORD)
    assert (await accounts.account(session, chief, whom)).sessions == 1
    await accounts.end_all_sessions(session, chief, whom)
    await accounts.end_all_sessions(session, chief, whom)
    assert (await accounts.account(session, chief, whom)).sessions == 0
    assert [entry.fact for entry in await history(session, whom)].count("SessionsEnded") == 1


async def test_an_office_enters_with_its_area_once(session: AsyncSession) -> None:
    chief, key = await administrator(session), new_id()
    draft = OfficeDraft(name="Chi cục Phát triển nông thôn", duty_codes="Thái Nguyên\nxã Côn Minh\n\n")
    assert draft.duty_codes == ("02185", "19")
    office = await accounts.enter_organisation(session, chief, draft, key=key)
    assert (await accounts.enter_organisation(session, chief, draft, key=key)).id == office.id
    (told,) = await history(session, office.id)
    assert (told.fact, told.person_id) == ("OrganisationFounded", chief.person_id)
    await accounts.set_duty(session, chief, office.id, DutyArea(duty_codes="Hà Nội"))
    await accounts.set_duty(session, chief, office.id, DutyArea(duty_codes="Hà Nội"))
    told, _founded = await history(session, office.id)
    assert (told.fact, told.old, told.new) == ("DutySet", {"duty_codes": ["02185", "19"]}, {"duty_codes": ["01"]})


async def test_only_offices_have_an_area(session: AsyncSession) -> None:
    chief = await administrator(session)
    host = await accounts.enter_organisation(session, chief, OfficeDraft(kind="organiser", name="Ban", duty_codes="Hà Nội"))
    assert host.duty_codes == []
    with pytest.raises(NotFound):
        await accounts.set_duty(session, chief, host.id, DutyArea(duty_codes="Hà Nội"))


@pytest.mark.parametrize("typed", ["nơi không có", "Thái Nguyên\nzzz", "x" * 5000, 5, {"a": 1}, ["Hà Nội"] * 201])
def test_an_area_names_places_that_are_there(typed: object) -> None:
    with pytest.raises(ValueError, match=r"Không rõ|Nhiều nhất"):
        DutyArea.model_validate({"duty_codes": typed})


async def test_the_market_invites_the_first_officer_and_no_supplier(session: AsyncSession) -> None:
    chief, whom = await administrator(session), await person(session)
    office = await accounts.enter_organisation(session, chief, OfficeDraft(name="Sở Công Thương"))
    invited = await accounts.invite_to(session, chief, office.id, InvitationDraft(role="owner"), "/loi-moi")
    somebody = Actor(whom, "Lan", None, "", Role.NOBODY)
    assert await accounts.accept_invitation(session, somebody, invited.code) == office.id
    assert [(seat.id, seat.role) for seat in (await accounts.organisation_account(session, chief, office.id)).people] == [
        (whom, MemberRole.OWNER)
    ]
    coop = await accounts.found_organisation(session, "supplier", "HTX")
    with pytest.raises(NotFound):
        await accounts.invite_to(session, chief, coop.id, InvitationDraft(), "/loi-moi")


async def test_people_and_organisations_are_found_by_words_and_paged(session: AsyncSession) -> None:
    chief = await administrator(session)
    # As many rows as two pages hold, without thirty slow password hashes.
    await session.execute(
        text("INSERT INTO accounts_person (id, name, email, password_hash) SELECT gen_random_uuid(), 'Người ' || n, "
             "'nguoi' || n || '@vidu.vn', '' FROM generate_series(1, 65) n")
    )  # fmt: skip
    lan = await person(session, "lan%hoa@chophien.example", phone="+84912345678")
    for words in ("nguyen thi", "NGUYỄN", "lan%hoa@", "0912 345 678", "+84912345678"):
        assert [line.id for line in (await accounts.accounts_found(session, chief, words))[0]] == [lan], words
    assert len((await accounts.accounts_found(session, chief, "%"))[0]) == 30  # No words at all: the first page.
    assert (await accounts.accounts_found(session, chief, "Ng%lan"))[0] == []
    seen, cursor = set(), None
    for _page in range(5):
        lines, cursor = await accounts.accounts_found(session, chief, "vidu", cursor)
        seen |= {line.id for line in lines}
        if cursor is None:
            break
    assert len(seen) == 65
    found, _next = await accounts.organisations_found(session, chief, "dieu hanh", accounts.OrganisationKind.OPERATOR)
    assert [(line.id, line.people) for line in found] == [(chief.organisation_id, 1)]
    for cursor in ("x", "W10", "WyJhIl0", "bnVsbA"):
        with pytest.raises(Invalid):
            await accounts.accounts_found(session, chief, cursor=cursor)


async def test_the_first_administrator_comes_from_the_command_line(session: AsyncSession) -> None:
    token = await accounts.name_administrator(session, " Chi.Huong@Vidu.vn ")
    person_id = await accounts.reset_password(session, token, "con trâu gặm cỏ bờ ao xanh")
    opened = await accounts.sign_in(session, "chi.huong@vidu.vn", "con trâu gặm cỏ bờ ao xanh")
    actor = await accounts.actor_of(session, getattr(opened, "secret", opened))
    assert actor is not None
    assert (actor.person_id, actor.role, actor.owns) == (person_id, Role.ADMINISTRATOR, True)
    again = await accounts.name_administrator(session, "chi.huong@vidu.vn")
    assert again != token
    operators = await session.scalar(text("SELECT count(*) FROM accounts_organisation WHERE kind = 'operator'"))
    assert operators == 1
    with pytest.raises(Invalid):
        await accounts.name_administrator(session, "không phải e-mail")


async def test_of_two_administrators_who_lock_each_other_one_is_locked(real_database: Database) -> None:
    async with real_database.transaction() as session:
        operator = await accounts.found_organisation(session, "operator", "Ban điều hành")
        both = []
        for name in ("mot", "hai"):
            row = await accounts.add_person(session, name=name, email=f"{name}-{operator.id}@vidu.vn", password=PASSWORD)
            both.append(Actor(row.id, name, operator.id, operator.name, Role.ADMINISTRATOR, MemberRole.OWNER))

    async def lock(actor: Actor, other: Actor) -> str:
        assert other.person_id is not None
        try:
            async with real_database.transaction() as session:
                await accounts.lock_person(session, actor, other.person_id)
        except NotAllowed:
            return "refused"
        return "locked"

    try:
        # Without the row locks of `_decided`, or without asking whether she is locked herself, both are locked.
        assert sorted(await asyncio.gather(lock(*both), lock(both[1], both[0]))) == ["locked", "refused"]
    finally:
        async with real_database.transaction() as session:
            ids = [one.person_id for one in both]
            await session.execute(text("DELETE FROM accounts_person WHERE id = ANY(:ids)"), {"ids": ids})
            await session.execute(text("DELETE FROM accounts_organisation WHERE id = :id"), {"id": operator.id})
