"""Booking booths: the full path against a bare guarded insert, spread over many booths and all on one, and 500 for the last ten.

    python bench/bookings.py [--seconds 5] [--rounds 3] [--booths 1000]

The full path is what a program does: a token that is looked up, an idempotency key, the fair's terms, the exhibitor's own limit,
the exclusion constraint, the journal and a durable commit, over HTTP on two web processes. The floor is one guarded UPDATE and
INSERT over HTTP, as durable, and nothing else (floor.py). Both are loaded in turns by the same eight connections. Human lines,
then ONE JSON object: bookings a second, latencies in milliseconds, ratios to the floor of the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, cycle
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).parent.parent))

import psycopg
from sqlalchemy import insert, text

from bench import floor
from bench.ground import database, drop, fresh, server
from bench.search_speed import Server, database_cpu, free_port, postmaster_of
from service import accounts, catalogue, fairs
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.catalogue import SupplierRow
from service.core import clock
from service.core.db import Database, new_id
from service.fairs import FairDraft, FairKind, HallDraft
from service.fairs.applications.models import Application, ApplicationState
from service.fairs.bookings.models import BookingDesk
from service.fairs.layouts.models import Booth, BoothClass, BoothKind

NAME = "chophien_bench_bookings"
SLUG = "hoi-cho-do-toc"
DAYS = 10
EXHIBITORS = 250
EACH = 50  # Booths that each may book; the most an application asks for.
CONNECTIONS = 8
LAST = 10
CROWD = 500
PROCESSES = 2


async def stock(opened: Database, booths: int) -> list[str]:
    """A fair with first-come booths, and exhibitors whose applications were accepted, each with a token."""
    today = clock.today()
    async with opened.transaction() as session:
        draft = FairDraft(
            name="Hội chợ đo tốc", slug=SLUG, kind=FairKind.FAIR, starts_on=today + timedelta(days=30),
            ends_on=today + timedelta(days=30 + DAYS - 1), halls=(HallDraft(name="Nhà A"),), illustrative=True,
        )  # fmt: skip
        fair = await fairs.announce_fair(session, SYSTEM, draft)
        hall = await session.scalar(text("SELECT id FROM fairs_hall"))
        kind = BoothClass(fair_id=fair.id, code="C", name="Gian", kind=BoothKind.STANDARD, width_m=3, depth_m=3, price_vnd=1)
        session.add_all([kind, BookingDesk(fair_id=fair.id, opens_at=clock.now() - timedelta(days=1), needs_accepted=True)])
        await session.flush()
        rows = [
            {"id": new_id(), "fair_id": fair.id, "hall_id": hall, "class_id": kind.id, "code": f"A{n}", "x_m": n % 9000, "y_m": 0,
             "width_m": 3, "depth_m": 3, "first_come": True}
            for n in range(booths + LAST + 1)
        ]  # fmt: skip
        await session.execute(insert(Booth), rows)
        makers = [SupplierRow(code=f"B{n}", name=f"HTX Thử {n}", illustrative=True) for n in range(EXHIBITORS)]
        await catalogue.put_suppliers(session, SYSTEM, makers)
        found = (await session.execute(text("SELECT id, organisation_id FROM catalogue_supplier ORDER BY code"))).all()
        await session.execute(
            insert(Application),
            [{"id": new_id(), "fair_id": fair.id, "supplier_id": supplier, "key": new_id(), "code": f"GH-{n}", "exhibitor": f"HTX {n}",
              "state": ApplicationState.ACCEPTED, "booths": EACH, "version": 1, "product_ids": [], "class_codes": [],
              "zone_codes": [], "near": [], "apart": [], "facts": {}}
             for n, (supplier, _organisation) in enumerate(found)],
        )  # fmt: skip
    return [await _token(opened, organisation, n) for n, (_supplier, organisation) in enumerate(found)]


async def _token(opened: Database, organisation: UUID, n: int) -> str:
    async with opened.transaction() as session:
        person = await accounts.add_person(session, name=f"Người {n}", email=f"n{n}@bench.example", password=str(uuid4()))
        await accounts.add_member(session, person.id, organisation, MemberRole.OWNER)
        actor = Actor(person.id, person.name, organisation, "", Role.SUPPLIER, MemberRole.OWNER)
        draft = accounts.TokenDraft(name="bench", scopes=("fairs:read", "fairs:write"))
        return (await accounts.issue_token(session, actor, organisation, draft)).secret


class Load:
    """What the clients of one run have seen."""

    def __init__(self) -> None:
        self.times: dict[int, list[float]] = {}
        self.answers: list[str] = []
        self.took = 0.0

    def total(self) -> int:
        """Every answer."""
        return sum(map(len, self.times.values()))

    def at(self, share: float, status: int | None = None) -> float:
        """A latency in milliseconds: of all answers, or of those with this status."""
        every = sorted(chain.from_iterable(self.times.values()) if status is None else self.times.get(status, []))
        return round(every[min(len(every) - 1, int(len(every) * share))], 2) if every else 0.0


async def send(address: str, requests: Iterator[bytes], seconds: float, connections: int, most: int | None = None) -> Load:
    """Post the requests in turn over so many connections, for so long or so many."""
    host, port = address.removeprefix("http://").split(":")
    seen, left = Load(), [most if most is not None else 10**9]
    end = time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        while time.perf_counter() < end and left[0] > 0:
            left[0] -= 1
            asked = next(requests, None)
            if asked is None:
                break
            began = time.perf_counter()
            writer.write(asked)
            head = await reader.readuntil(b"\r\n\r\n")
            size = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            await reader.readexactly(int(size[1]) if size else 0)
            seen.times.setdefault(int(head[9:12]), []).append((time.perf_counter() - began) * 1000)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    seen.took = time.perf_counter() - began
    return seen


def posted(path: str, body: object, token: str = "") -> bytes:
    """A request as it goes over the line."""
    said = json.dumps(body).encode()
    bearer = f"Authorization: Bearer {token}\r\nIdempotency-Key: {uuid4()}\r\n" if token else ""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{bearer}Content-Type: application/json\r\nContent-Length: {len(said)}\r\n\r\n"
    return head.encode() + said


def bookings(tokens: list[str], booths: list[str], rng: random.Random) -> Iterator[bytes]:
    """Each booth on each day once, in a drawn order, by the exhibitors in turn."""
    first = clock.today() + timedelta(days=30)
    wishes = [(booth, str(first + timedelta(days=n))) for booth in booths for n in range(DAYS)]
    rng.shuffle(wishes)
    for (booth, day), token in zip(wishes, cycle(tokens)):
        yield posted(f"/api/v1/fairs/{SLUG}/bookings", {"booth": booth, "first_day": day, "last_day": day}, token)


def hot(tokens: list[str], booth: str, rng: random.Random) -> Iterator[bytes]:
    """Everybody wants the one booth, for one day or another."""
    first = clock.today() + timedelta(days=30)
    while True:
        day = str(first + timedelta(days=rng.randrange(DAYS)))
        yield posted(f"/api/v1/fairs/{SLUG}/bookings", {"booth": booth, "first_day": day, "last_day": day}, rng.choice(tokens))


def bare(booths: int, rng: random.Random) -> Iterator[bytes]:
    """The floor's bookings."""
    while True:
        yield posted("/book", {"booth": rng.randrange(booths)})


def free_all(url: str) -> None:
    """Begin again with every booth free."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE fairs_occupancy")
        connection.execute("UPDATE bare_booth SET places = 1000000000")
        connection.execute("VACUUM ANALYZE fairs_occupancy")
        connection.execute("CHECKPOINT")


def main() -> None:
    """Fill, start, load in turns, report."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=5)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--booths", type=int, default=1000)
    options = arguments.parse_args()
    url = fresh(NAME)
    tokens = asyncio.run(_stocked(url, options.booths))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(floor.BOOTHS)
        connection.execute("INSERT INTO bare_booth SELECT n, 1000000000 FROM generate_series(0, 199) n")
    uvicorn = [sys.executable, "-m", "uvicorn", "--workers", str(PROCESSES), "--log-level", "error", "--no-access-log"]
    ports = free_port(), free_port()
    environment = {
        "PYTHONPATH": f"{Path(__file__).parent}:{Path(__file__).parent.parent}", "BENCH_DATABASE": url,
        "CHOPHIEN_DATABASE_URL": url, "CHOPHIEN_LOG_LEVEL": "ERROR", "CHOPHIEN_SEARCHES_A_MINUTE": "0",
    }  # fmt: skip
    servers: list[Server] = []
    try:
        servers.append(Server([*uvicorn, "--port", str(ports[0]), "floor:app"], environment, ports[0], "/empty"))
        full = [*uvicorn, "--port", str(ports[1]), "--factory", "service.server:application"]
        servers.append(Server(full, environment, ports[1], "/healthz"))
        print(json.dumps(measure(url, servers, tokens, options)))
    finally:
        for one in servers:
            one.stop()
        drop(NAME)


async def _stocked(url: str, booths: int) -> list[str]:
    async with database(url) as opened:
        found = await stock(opened, booths)
        await opened.close()
        return found


def measure(url: str, servers: list[Server], tokens: list[str], options: argparse.Namespace) -> dict[str, object]:
    """The runs in turns, and the figures."""
    bare_server, own = servers
    postmaster = postmaster_of(server())
    rng = random.Random(7)
    booths = [f"A{n}" for n in range(options.booths)]
    runs: dict[str, list[Load]] = {"floor": [], "spread": [], "floor hot": [], "hot": []}
    cost = [0.0, 0.0, 0]
    for _round in range(options.rounds):
        for kind, address, asked in (
            ("floor", bare_server.address, bare(200, rng)), ("spread", own.address, bookings(tokens, booths, rng)),
            ("floor hot", bare_server.address, bare(1, rng)), ("hot", own.address, hot(tokens, f"A{options.booths}", rng)),
        ):  # fmt: skip
            free_all(url)
            app, db = own.cpu(), database_cpu(postmaster)
            seen = asyncio.run(send(address, asked, options.seconds, CONNECTIONS))
            runs[kind].append(seen)
            if kind == "spread":
                cost = [cost[0] + own.cpu() - app, cost[1] + database_cpu(postmaster) - db, cost[2] + seen.total()]
            kept = {status: len(times) for status, times in seen.times.items()}
            print(
                f"{kind}: {seen.total() / seen.took:.0f}/s, p50 {seen.at(0.5)}, p95 {seen.at(0.95)}, p99 {seen.at(0.99)} ms, {kept}"
            )
    rate = {kind: median(run.total() / run.took for run in found) for kind, found in runs.items()}
    free_all(url)
    crowd = asyncio.run(send(own.address, _crowd(tokens, options.booths, rng), 120, 64, CROWD))
    print(f"{CROWD} for the last {LAST}: { ({status: len(times) for status, times in crowd.times.items()}) }")
    spread, hottest = runs["spread"], runs["hot"]
    return {
        "spread_per_second": round(rate["spread"]), "floor_per_second": round(rate["floor"]),
        "spread_ratio": round(rate["spread"] / rate["floor"], 3), "spread_p50_ms": median(run.at(0.5) for run in spread),
        "spread_p95_ms": median(run.at(0.95) for run in spread), "spread_p99_ms": median(run.at(0.99) for run in spread),
        "app_cpu_ms": round(cost[0] * 1000 / max(cost[2], 1), 3), "db_cpu_ms": round(cost[1] * 1000 / max(cost[2], 1), 3),
        "hot_per_second": round(rate["hot"]), "floor_hot_per_second": round(rate["floor hot"]),
        "hot_ratio": round(rate["hot"] / rate["floor hot"], 3), "hot_p99_ms": median(run.at(0.99) for run in hottest),
        "refused_p95_ms": median(run.at(0.95, 409) for run in hottest), "last_ten_sold": len(crowd.times.get(201, [])),
        "refused_of_crowd": len(crowd.times.get(409, [])), "double_booked": _double(url),
    }  # fmt: skip


def _crowd(tokens: list[str], booths: int, rng: random.Random) -> Iterator[bytes]:
    while True:
        wish = {"booth": f"A{booths + 1 + rng.randrange(LAST)}"}
        yield posted(f"/api/v1/fairs/{SLUG}/bookings", wish, rng.choice(tokens))


def _double(url: str) -> int:
    query = (
        "SELECT count(*) FROM fairs_occupancy a JOIN fairs_occupancy b ON a.booth_id = b.booth_id AND a.id < b.id"
        " AND a.days && b.days WHERE a.state <> 'released' AND b.state <> 'released'"
    )
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    main()
