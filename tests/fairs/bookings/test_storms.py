"""No booth is ever given twice for the same time (F19): seeded races over HTTP, two web processes and real connections.

Each storm has a twin whose guards are off, which must double-book; else the storm would prove nothing.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from service import catalogue
from service.core import provision
from service.core.db import Database
from service.core.embedded import EmbeddedPostgres
from tests.fairs.bookings.storm import (
    Asked,
    Market,
    Told,
    Web,
    clients,
    double_booked,
    market,
    races,
    run,
    stored,
    unguard,
    webs,
)

SEED = 20261128
RACES = 1000
CONTROL_RACES = 25
CROWD, LAST = 500, 10


@dataclass(frozen=True)
class Storm:
    """A fair with two web processes, and whether anything guards its booths."""

    held: Market
    running: Sequence[Web]
    guarded: bool

    def codes(self, first: int, last: int) -> list[str]:
        """The booths from this number to that one: each test has its own."""
        return list(self.held.at.booths)[first:last]

    async def ask(self, wishes: Sequence[Asked]) -> list[Told]:
        """All at once, each on a connection of its own."""
        async with clients(self.held.at.slug, self.running, len(wishes)) as many:
            return await run(many, wishes)


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=[True, False], ids=["guarded", "unguarded"])
async def storm(request: pytest.FixtureRequest, make_database: Callable[[str], str]) -> AsyncIterator[Storm]:
    """The fair, with the guards and without them."""
    guarded: bool = request.param
    held = await market(make_database(f"storm_{guarded}"), booths=500, exhibitors=64)
    if not guarded:
        unguard(held.url)
    with webs(held.url) as running:
        yield Storm(held, running, guarded)


async def test_a_thousand_races_give_each_booth_once(storm: Storm) -> None:
    broken = 0
    async with clients(storm.held.at.slug, storm.running, 16) as many:
        for race in races(storm.held, storm.codes(40, 500), random.Random(SEED), RACES if storm.guarded else CONTROL_RACES):
            told = await run(many, race)
            places = len({(asked.booth, asked.day) for asked in race})
            sold = [(each.asked.booth, each.asked.day) for each in told if each.status == 201]
            right = len(sold) == len(set(sold)) == places and all(each.status in (201, 409) for each in told)
            broken += not right
    assert (broken == 0) if storm.guarded else (broken > 0)
    assert (double_booked(storm.held.url) == 0) if storm.guarded else (double_booked(storm.held.url) > 0)


async def test_five_hundred_for_the_last_ten_booths(storm: Storm) -> None:
    rng = random.Random(SEED)
    crowd = [Asked(rng.choice(storm.held.tokens[1:]), code, 0) for code in storm.codes(0, LAST) for _ in range(CROWD // LAST)]
    rng.shuffle(crowd)
    sold = Counter(each.status for each in await storm.ask(crowd))
    if storm.guarded:
        assert sold == {201: LAST, 409: CROWD - LAST}
        assert double_booked(storm.held.url) == 0
    else:
        assert sold[201] > LAST


async def test_the_same_key_ten_times_is_one_booking_and_ten_equal_answers(storm: Storm) -> None:
    before = stored(storm.held.url)
    told = await storm.ask([Asked(storm.held.tokens[1], storm.codes(10, 11)[0], 0)] * 10)
    new = stored(storm.held.url) - before
    if storm.guarded:
        assert {(each.status, each.body.get("id"), each.body.get("held_until")) for each in told} == {
            (201, str(next(iter(new))), told[0].body["held_until"])
        }
        assert len(new) == 1
    else:
        assert len(new) > 1


async def test_an_exhibitor_with_many_phones_gets_no_more_booths_than_she_applied_for(storm: Storm) -> None:
    told = await storm.ask([Asked(storm.held.tokens[0], code, 0) for code in storm.codes(20, 40)])
    sold = sum(each.status == 201 for each in told)
    assert (sold == 2) if storm.guarded else (sold > 2)


@pytest.fixture
def own_server() -> Iterator[EmbeddedPostgres]:
    """A server of this test's own, which it may end in the middle; it writes through to the disk."""
    with tempfile.TemporaryDirectory(prefix="chophien-storm-") as made:
        Path(made).chmod(0o755)
        server = EmbeddedPostgres(Path(made) / "pg")
        server.start().create_database()
        yield server
        server.stop()


async def test_a_storm_in_which_everything_breaks(own_server: EmbeddedPostgres) -> None:
    """A web process is killed, connections are ended, the database is restarted; whoever heard nothing asks again."""
    url = own_server.url()
    provision.migrate(url)
    await _load(url)
    held = await market(url, booths=60, exhibitors=24)
    told = await _in_a_storm(held, 45, restart=lambda: _restart(own_server))
    for number, (race, answers) in enumerate(told):
        places = {(each.booth, each.day) for each in race}
        assert sum(each.status == 201 for each in answers) == len(places), number
    sold = [UUID(each.body["id"]) for _race, answers in told for each in answers if each.status == 201]
    # What was answered stands, what stands was answered, and nothing was given twice.
    assert len(sold) == len(set(sold))
    assert set(sold) == stored(url)
    assert double_booked(url) == 0


async def test_without_guards_such_a_storm_sells_twice(make_database: Callable[[str], str]) -> None:
    held = await market(make_database("storm_broken"), booths=60, exhibitors=24)
    unguard(held.url)
    await _in_a_storm(held, 12)
    assert double_booked(held.url) > 0


async def _in_a_storm(
    held: Market, count: int, restart: Callable[[], None] = lambda: None
) -> list[tuple[list[Asked], list[Told]]]:
    """Races in which something breaks now and then, and what was answered in the end."""
    told = []
    with webs(held.url) as running:
        async with clients(held.at.slug, running, 12) as many:
            for number, race in enumerate(races(held, list(held.at.booths), random.Random(SEED), count, 12)):
                asking = asyncio.gather(*(client.insist(asked) for client, asked in zip(many, race, strict=False)))
                if number in (5, 20):
                    running[0].kill()
                elif number in (10, 25, 35):
                    _end_connections(held.url)
                elif number == 30:
                    await asyncio.to_thread(restart)
                told.append((race, await asking))
    return told


async def _load(url: str) -> None:
    opened = Database(url, role=None)
    async with opened.transaction() as session:
        await catalogue.load_reference(session)
    await opened.close()


def _end_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _restart(server: EmbeddedPostgres) -> None:
    server.stop()
    server.start()
