"""Many programs that want the same booths at one moment, over HTTP and two web processes; and how the guards are taken off."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import TextClause, text

from service import accounts
from service.accounts import Actor, MemberRole, Role
from service.core import clock
from service.core.db import Database
from tests.fairs.bookings.grounds import STARTS, Grounds, grounds

ROOT = Path(__file__).parents[3]
CONSTRAINT = "ex_fairs_occupancy_booth_days_sql"
DOUBLE = (
    "SELECT count(*) FROM fairs_occupancy a JOIN fairs_occupancy b ON a.booth_id = b.booth_id AND a.id < b.id"
    " AND a.days && b.days WHERE a.state <> 'released' AND b.state <> 'released'"
)


@dataclass(frozen=True)
class Asked:
    """One attempt: who wants which booth on which day, with which key."""

    token: str
    booth: str
    day: int
    key: str = field(default_factory=lambda: str(uuid4()))


@dataclass(frozen=True)
class Told:
    """What it was answered."""

    asked: Asked
    status: int
    body: dict[str, Any]


class Web:
    """A web process of ours."""

    def __init__(self, url: str) -> None:
        self.url = url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process = self._run()

    def _run(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ, "CHOPHIEN_DATABASE_URL": self.url, "CHOPHIEN_LOG_LEVEL": "ERROR",
            "CHOPHIEN_SEARCHES_A_MINUTE": "0", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        command = [sys.executable, "-m", "uvicorn", "--factory", "service.server:application", "--log-level", "critical"]
        return subprocess.Popen(
            [*command, "--no-access-log", "--port", str(self.port)], env=environment, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,  # What breaks in a storm is meant to break.
        )  # fmt: skip

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + 240
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise TimeoutError("the web process does not answer")

    def kill(self) -> None:
        """End it as a power cut would, and start it again."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = self._run()

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def webs(url: str, count: int = 2) -> Iterator[list[Web]]:
    """So many web processes on this database."""
    running = [Web(url) for _ in range(count)]
    try:
        for each in running:
            each.wait()
        yield running
    finally:
        for each in running:
            each.stop()


@dataclass(frozen=True)
class Market:
    """A fair on real connections, with a token for every exhibitor."""

    url: str
    at: Grounds
    tokens: tuple[str, ...]


async def market(url: str, *, booths: int, exhibitors: int, each: int = 50) -> Market:
    """Set the fair up; the first exhibitor may have two booths, the others `each`.

    One person answers for every exhibitor, so that only one password is hashed.
    """
    opened = Database(url)
    async with opened.transaction() as session:
        at = await grounds(session, booths=booths, exhibitors=exhibitors, each=each)
        await session.execute(_open_now())
        two = text("UPDATE fairs_application SET booths = 2 WHERE supplier_id = :id")
        await session.execute(two, {"id": at.suppliers[0]})
        person = await accounts.add_person(session, name="Người thử", email="thu@storm.example", password=str(uuid4()))
        for actor in at.exhibitors:
            assert actor.organisation_id is not None
            await accounts.add_member(session, person.id, actor.organisation_id, MemberRole.OWNER)
    tokens = []
    async with opened.transaction() as session:
        for actor in at.exhibitors:
            assert actor.organisation_id is not None
            own = Actor(person.id, "Người thử", actor.organisation_id, "", Role.SUPPLIER, MemberRole.OWNER)
            draft = accounts.TokenDraft(name="bão", scopes=("fairs:read", "fairs:write"))
            tokens.append((await accounts.issue_token(session, own, actor.organisation_id, draft)).secret)
    await opened.close()
    return Market(url, at, tuple(tokens))


def _open_now() -> TextClause:
    moment = clock.now() - timedelta(days=1)
    return text("UPDATE fairs_booking_desk SET opens_at = :moment, hold_minutes = 60").bindparams(moment=moment)


def races(held: Market, codes: Sequence[str], rng: random.Random, count: int, most_clients: int = 16) -> Iterator[list[Asked]]:
    """Races for booths and days that no other race is for: some clients, and always fewer places than clients."""
    places = [(code, day) for code in codes for day in range(5)]
    rng.shuffle(places)
    for _race in range(count):
        clients = rng.randint(2, most_clients)
        own = [places.pop() for _ in range(min(rng.randint(1, 3), clients - 1))]
        tokens = rng.sample(held.tokens[1:], clients)
        yield [Asked(token, *(own[n] if n < len(own) else rng.choice(own))) for n, token in enumerate(tokens)]


class Client:
    """One connection to one web process, opened anew when it breaks."""

    def __init__(self, slug: str, web: Web) -> None:
        self.slug, self.web = slug, web
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, asked: Asked) -> Told:
        """Send it once. Raises OSError or IncompleteReadError where the connection breaks before the answer is here."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.web.port)
        reader, writer = self.streams
        day = str(STARTS + timedelta(days=asked.day))
        body = json.dumps({"booth": asked.booth, "first_day": day, "last_day": day}).encode()
        head = (
            f"POST /api/v1/fairs/{self.slug}/bookings HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {asked.token}\r\n"
            f"Idempotency-Key: {asked.key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            writer.write(head.encode() + body)
            told = await reader.readuntil(b"\r\n\r\n")
            size = next((int(line[15:]) for line in told.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
            said = await reader.readexactly(size)
        except (OSError, asyncio.IncompleteReadError):
            await self.close()
            raise
        return Told(asked, int(told[9:12]), json.loads(said) if said.startswith(b"{") else {})

    async def insist(self, asked: Asked, seconds: float = 240) -> Told:
        """Send it, with the same key, until there is an answer that stands: a booking or a refusal."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(OSError, asyncio.IncompleteReadError):
                told = await self.ask(asked)
                if told.status < 500:
                    return told
            await asyncio.sleep(0.1)
        raise TimeoutError("no answer that stands")

    async def close(self) -> None:
        """Let the connection go."""
        streams, self.streams = self.streams, None
        if streams is not None:
            streams[1].close()
            with suppress(OSError):
                await streams[1].wait_closed()


@asynccontextmanager
async def clients(slug: str, running: Sequence[Web], count: int) -> AsyncIterator[list[Client]]:
    """So many clients, dealt out to the processes in turn."""
    many = [Client(slug, running[n % len(running)]) for n in range(count)]
    try:
        yield many
    finally:
        for each in many:
            await each.close()


async def run(many: Sequence[Client], race: Sequence[Asked]) -> list[Told]:
    """All at once, each on its own connection."""
    return list(await asyncio.gather(*(client.ask(asked) for client, asked in zip(many, race, strict=False))))


def double_booked(url: str) -> int:
    """How many pairs have the same booth on the same day."""
    with psycopg.connect(url) as connection:
        row = connection.execute(DOUBLE).fetchone()
    return int(row[0]) if row else 0


def stored(url: str) -> set[UUID]:
    """The bookings that stand."""
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM fairs_occupancy WHERE state <> 'released'")}


def unguard(url: str) -> None:
    """Take the guards off: the constraint, the locks, and the key's own; and let each be slow between look and write."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER TABLE fairs_occupancy DROP CONSTRAINT {CONSTRAINT}")
        row = connection.execute("SELECT pg_get_functiondef('fairs_book'::regproc)").fetchone()
        assert row is not None
        body = str(row[0])
        changes = [
            ("FOR NO KEY UPDATE OF a", ""),
            ("PERFORM 1 FROM fairs_booth b WHERE b.id = spot.id FOR NO KEY UPDATE;", ""),
            ("PERFORM set_config(", "PERFORM pg_sleep(0.02); PERFORM set_config("),
        ]
        for guard, instead in changes:
            assert guard in body, guard
            body = body.replace(guard, instead)
        connection.execute(body)  # type: ignore[arg-type]
        connection.execute("ALTER TABLE fairs_occupancy DROP CONSTRAINT uq_fairs_occupancy_key")
