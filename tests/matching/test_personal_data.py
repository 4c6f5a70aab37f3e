"""What the trade and the catalogue hold about a person: told to accounts, handed out to her, nameless once she is erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import Uuid, event
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs, matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.core import clock
from service.core.db import Base
from service.core.events import plain
from service.core.files import FileStore
from service.core.i18n import speaking
from service.matching.invitations import Words
from tests import market
from tests.market import acting
from tests.matching.invitations.test_invitations import supplier_id

PASSWORD = "mật ong và bún gạo"
WORDS = "Gửi chị 30 kg mẫu trước Tết"
# What accounts and the core hold they hand out themselves. A link lives for a day and only says that somebody asked for it.
OWN = {"accounts_", "core_"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(datetime(2026, 11, 22, 9, 0, tzinfo=clock.ZONE)):
        yield


def _names_a_person(name: str) -> bool:
    return name == "person_id" or name.endswith("_by")


def test_every_column_that_names_a_person_is_told_to_accounts() -> None:
    columns = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Uuid) and _names_a_person(column.name) and not table.name.startswith(tuple(OWN))
    }
    told = {(each.table, each.by) for each in accounts.holdings}
    assert ("matching_message", "person_id") in columns
    assert ("fairs_attendance", "said_by") in columns, fairs.meetings.__name__
    assert columns == told
    for each in accounts.holdings:
        assert set(each.shown) <= set(Base.metadata.tables[each.table].columns.keys()), each.kind
    assert len({each.kind for each in accounts.holdings}) == len(accounts.holdings)


async def _writer(session: AsyncSession, organisation_id: UUID, name: str) -> Actor:
    address = f"{name.rsplit(maxsplit=1)[-1].lower()}@example.vn"
    person = await accounts.add_person(session, name=name, email=address, password=PASSWORD)
    await accounts.add_member(session, person.id, organisation_id, "owner")
    return Actor(person.id, name, organisation_id, "HTX", Role.SUPPLIER, MemberRole.OWNER)


async def test_what_she_wrote_is_hers_to_take_along_and_nobody_elses(session: AsyncSession, files: FileStore) -> None:
    organisation = await market.supplier(session)
    buyer = await market.buyer(session)
    request = await market.request(session, buyer)
    (one,) = await matching.invitations.invite(session, SYSTEM, request.code, [await supplier_id(session)])
    lan, mai = await _writer(session, organisation, "Nguyễn Thị Lan"), await _writer(session, organisation, "Trần Thị Mai")
    await matching.invitations.send_message(session, files, lan, one.id, Words(text=WORDS))
    for _more in range(2):
        await matching.invitations.send_message(session, files, mai, one.id, Words(text="Lời của người khác"))
    held = await accounts.held(session, lan)
    (messages,) = [each for each in held["records"] if each["kind"] == "messages"]
    assert (messages["number"], [line["text"] for line in messages["lines"]]) == (1, [WORDS])
    assert "Lời của người khác" not in json.dumps(plain(held), ensure_ascii=False)
    with speaking("en"):
        (told,) = [each for each in (await accounts.held(session, mai, 1))["records"] if each["kind"] == "messages"]
    assert (told["label"], told["number"], len(told["lines"])) == ("Messages you wrote", 2, 1)


async def test_erased_her_words_stay_with_the_organisation_and_her_name_goes(session: AsyncSession, files: FileStore) -> None:
    organisation = await market.supplier(session)
    buyer = await market.buyer(session)
    request = await market.request(session, buyer)
    (one,) = await matching.invitations.invite(session, SYSTEM, request.code, [await supplier_id(session)])
    lan, mai = await _writer(session, organisation, "Nguyễn Thị Lan"), await _writer(session, organisation, "Trần Thị Mai")
    await matching.invitations.send_message(session, files, lan, one.id, Words(text=WORDS))
    thread_id, theirs = one.id, acting(Role.BUYER, buyer.organisation_id)
    before = await matching.invitations.thread(session, mai, thread_id)
    assert "Nguyễn Thị Lan" in repr(before)
    await accounts.erase_person(session, lan, PASSWORD)
    session.expire_all()
    for reader in (mai, theirs):
        after = await matching.invitations.thread(session, reader, thread_id)
        assert [each.text for each in after.messages] == [WORDS]
        assert "Nguyễn Thị Lan" not in repr(after)


async def test_all_of_it_is_one_statement(session: AsyncSession, files: FileStore) -> None:
    organisation = await market.supplier(session)
    lan = await _writer(session, organisation, "Nguyễn Thị Lan")
    bind = await session.connection()
    seen: list[str] = []
    event.listen(bind.sync_connection, "before_cursor_execute", lambda _c, _u, statement, *_rest: seen.append(statement))
    await accounts.held(session, lan)
    assert len([statement for statement in seen if "matching_message" in statement]) == 1
    assert len([statement for statement in seen if "catalogue_promise" in statement]) == 1
