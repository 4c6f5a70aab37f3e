"""The journal and the change log: written with what they tell, and closed to the application's own role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.core import events
from service.core.db import Database, new_id


@dataclass(frozen=True)
class ColourChosen(events.Event):
    colour: str
    by: UUID

    unanswered: ClassVar[str | None] = "Only this test tells it."


@dataclass(frozen=True)
class ColourAsked(events.Event):
    colour: str


async def test_a_fact_is_written_with_who_for_whom_when_old_and_new(session: AsyncSession) -> None:
    actor = accounts.Actor(new_id(), "Chàm", new_id(), "HTX Chàm", accounts.Role.SUPPLIER, accounts.MemberRole.OWNER)
    subject = new_id()
    await events.announce(session, ColourChosen(subject, colour="chàm", by=actor.person_id), actor=actor,
                          old={"colour": None}, new={"colour": "chàm"})  # fmt: skip
    (entry,) = await events.history(session, subject)
    assert (entry.fact, entry.person_id, entry.organisation_id) == ("ColourChosen", actor.person_id, actor.organisation_id)
    assert (entry.old, entry.new) == ({"colour": None}, {"colour": "chàm"})
    assert entry.at is not None
    assert events.revive(ColourChosen, entry) == ColourChosen(subject, colour="chàm", by=actor.person_id)


async def test_a_fact_with_answers_queues_a_job_in_the_same_transaction(real_database: Database) -> None:
    async def jobs(session: AsyncSession) -> int:
        return int(await session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0)

    async with real_database.transaction() as session:
        before = await jobs(session)
    with pytest.raises(RuntimeError):  # noqa: PT012 - what is seen inside the dropped transaction is the point.
        async with real_database.transaction() as session:
            await events.announce(session, ColourAsked(new_id(), colour="nghệ"), actor=accounts.SYSTEM)
            assert await jobs(session) == before + 1
            raise RuntimeError("the transaction is dropped")
    async with real_database.transaction() as session:
        assert await jobs(session) == before


def test_an_unanswered_fact_refuses_an_answer() -> None:
    async def answer(session: AsyncSession, fact: ColourChosen) -> None: ...

    with pytest.raises(TypeError, match="nobody answers"):
        events.on(ColourChosen)(answer)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_journal SET fact = 'Nothing'",
        "DELETE FROM core_journal",
        "TRUNCATE core_journal",
        "UPDATE core_change SET old = '{}'",
        "DELETE FROM core_change",
        "INSERT INTO core_change (table_name, old) VALUES ('x', '{}')",
        "DROP TABLE core_journal",
        "ALTER TABLE core_journal DISABLE TRIGGER ALL",
    ],
)
async def test_the_application_cannot_rewrite_the_past(session: AsyncSession, statement: str) -> None:
    assert await session.scalar(text("SELECT current_user")) == "chophien_app"
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        async with session.begin_nested():
            await session.execute(text(statement))


async def test_a_change_is_logged_with_the_one_who_made_it(session: AsyncSession) -> None:
    organisation = await accounts.found_organisation(session, "supplier", "HTX Cũ")
    person = accounts.Actor(new_id(), "Lan", None, "", accounts.Role.SUPPLIER)
    await events.act_as(session, person)
    await accounts.rename_organisation(session, organisation.id, "HTX Mới", actor=person)
    await session.flush()
    row = (await session.execute(
        text("SELECT actor, table_name, old, new FROM core_change WHERE row_id = :id"), {"id": organisation.id}
    )).one()  # fmt: skip
    assert row == (person.person_id, "accounts_organisation", {"name": "HTX Cũ"}, {"name": "HTX Mới"})


async def test_a_secret_is_never_written_down(session: AsyncSession) -> None:
    person = await accounts.add_person(session, name="Lan", email="lan-doi@chophien.example", password="mật khẩu cũ của Lan")
    person.password_hash, person.name = "$argon2id$mới", "Lan Anh"
    await session.flush()
    rows = (
        await session.execute(text("SELECT old, new FROM core_change WHERE row_id = :id"), {"id": person.id})
    ).all()  # fmt: skip
    assert rows == [({"name": "Lan"}, {"name": "Lan Anh"})]


async def test_an_update_that_changes_nothing_leaves_no_line(session: AsyncSession) -> None:
    organisation = await accounts.found_organisation(session, "supplier", "HTX Yên")
    await session.execute(text("UPDATE accounts_organisation SET name = name WHERE id = :id"), {"id": organisation.id})
    count = await session.scalar(text("SELECT count(*) FROM core_change WHERE row_id = :id"), {"id": organisation.id})
    assert count == 0
