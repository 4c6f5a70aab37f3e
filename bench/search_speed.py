"""How fast the search is, beside the floor (bench/floor.py) in the same run.

    PYTHONPATH=. python bench/search_speed.py [--products 20000] [--seconds 4] [--rounds 3] [--explain]

Starts its own servers with two processes each, loads them in turns (floor, product, floor, product …) over eight connections with
wrk, or with a client of its own where wrk is missing, and reports latencies, requests a second, and CPU milliseconds a request
of the application and of the database. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import floor
import psutil
import psycopg
import search_market
from ground import database, exists, fresh, named, server

CONNECTIONS = 8
PROCESSES = 2
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
# Queries of each kind; every one of a kind is asked in turn.
QUERIES = {
    "exact": [
        "miến dong",
        "tinh bột nghệ",
        "mật ong rừng",
        "chè shan tuyết",
        "thịt trâu gác bếp",
        "gạo nếp nương",
        "quýt",
        "rượu men lá",
    ],
    "folded": [
        "mien dong",
        "tinh bot nghe",
        "mat ong rung",
        "che shan tuyet",
        "thit trau gac bep",
        "gao nep nuong",
        "quyt",
        "ruou men la",
    ],
    "typo": ["mien dogn", "tinh bto nghe", "mat ogn rung", "che shan tuyte", "thit trau gca bep", "gao nep nuogn"],
    "prefix": ["mien do", "tinh bot ng", "mat ong r", "che shan tu", "thit trau g", "gao nep nu"],
    "none": ["xyzzyq qwrtp", "bcdfgh jklmn", "zzzz wwww"],
}
FILTERS = (
    "&category=I.1.a&category=I.3.c&category=I.2.a&stars=3&stars=4&province=19&province=01&province=08&province=22&month=11"
)


@dataclass
class Run:
    """What one load of a server gave."""

    rate: float
    p50: float
    p95: float
    p99: float
    app_ms: float
    db_ms: float
    errors: int


class Server:
    """A server of ours or of the floor, with its processes."""

    def __init__(self, command: list[str], environment: dict[str, str], port: int, probe: str) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server.
        began = time.perf_counter()
        self.process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=self.log, stderr=self.log, start_new_session=True
        )
        while True:
            try:
                with urllib.request.urlopen(self.address + probe, timeout=5) as answer:  # noqa: S310 - our own server.
                    answer.read()
                break
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - began > 60:
                    self.log.seek(0)
                    raise RuntimeError(self.log.read().decode()[-3000:]) from None
                time.sleep(0.01)
        self.first_page = time.perf_counter() - began

    def processes(self) -> list[psutil.Process]:
        """The process and its children."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        return sum(p.cpu_times().user + p.cpu_times().system for p in self.processes())

    def pss_mb(self) -> float:
        """Memory of all its processes together, shared pages counted once."""
        return sum(p.memory_full_info().pss for p in self.processes()) / 2**20

    def stop(self) -> None:
        """End it."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)


def database_cpu(postmaster: psutil.Process) -> float:
    """Seconds of CPU of the database so far."""
    total = 0.0
    for process in [postmaster, *postmaster.children()]:
        try:
            times = process.cpu_times()
            total += times.user + times.system
        except psutil.Error:
            continue
    return total


def postmaster_of(url: str) -> psutil.Process:
    """The database's own process."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        parent = psutil.Process(row[0]).parent() if row else None
    if parent is None:
        raise RuntimeError("the database's process was not found")
    return parent


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def load(
    server: Server, paths: list[str], seconds: float, postmaster: psutil.Process, headers: dict[str, str] | None = None
) -> Run:
    """Ask the paths in turn over eight connections for so long."""
    app, db = server.cpu(), database_cpu(postmaster)
    count, latencies, errors, took = (_wrk if shutil.which("wrk") else _own)(server.address, paths, seconds, headers or {})
    n = max(count, 1)
    return Run(
        count / took,
        latencies[0],
        latencies[1],
        latencies[2],
        (server.cpu() - app) * 1000 / n,
        (database_cpu(postmaster) - db) * 1000 / n,
        errors,
    )


SCRIPT = """
local paths = {%s}
local at = 0
request = function() at = at + 1; return wrk.format("GET", paths[(at - 1) %% #paths + 1], {%s}) end
done = function(summary, latency, requests)
  io.write(string.format("FIGURES %%d %%d %%f %%f %%f %%d\\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(95),
    latency:percentile(99), summary.errors.status + summary.errors.read + summary.errors.timeout + summary.errors.connect))
end
"""


def _wrk(address: str, paths: list[str], seconds: float, headers: dict[str, str]) -> tuple[int, list[float], int, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(
            SCRIPT
            % (", ".join(json.dumps(path) for path in paths), ", ".join(f'["{k}"]={json.dumps(v)}' for k, v in headers.items()))
        )
        script.flush()
        out = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "-s", script.name, address],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = re.search(r"FIGURES (\d+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", out)
    if found is None:
        raise RuntimeError(out)
    return int(found[1]), [float(found[n]) / 1000 for n in (3, 4, 5)], int(found[6]), int(found[2]) / 1e6


def _own(address: str, paths: list[str], seconds: float, headers: dict[str, str]) -> tuple[int, list[float], int, float]:
    return asyncio.run(_own_client(address, paths, seconds, headers))


async def _own_client(
    address: str, paths: list[str], seconds: float, headers: dict[str, str]
) -> tuple[int, list[float], int, float]:
    host, port = address.removeprefix("http://").split(":")
    told = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
    times: list[float] = []
    errors = 0
    end = time.perf_counter() + seconds

    async def one(first: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection(host, int(port))
        at = first
        while time.perf_counter() < end:
            began = time.perf_counter()
            writer.write(f"GET {paths[at % len(paths)]} HTTP/1.1\r\nHost: {host}\r\n{told}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            size = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            await reader.readexactly(int(size[1]) if size else 0)
            times.append((time.perf_counter() - began) * 1000)
            errors += b" 200 " not in head[:15]
            at += 1
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(n) for n in range(CONNECTIONS)))
    times.sort()
    return len(times), [times[int(len(times) * share)] for share in (0.5, 0.95, 0.99)], errors, time.perf_counter() - began


def middle(runs: list[Run]) -> Run:
    """The medians of several runs."""
    return Run(
        *(median(getattr(run, name) for run in runs) for name in ("rate", "p50", "p95", "p99", "app_ms", "db_ms")),
        sum(run.errors for run in runs),
    )


def paths_of(kind: str, base: str, extra: str = "") -> list[str]:
    """The addresses of a kind of query."""
    return [f"{base}?q={urllib.parse.quote(query)}{extra}" for query in QUERIES[kind]]


def compare(
    pairs: list[tuple[str, str, list[str], dict[str, str]]],
    servers: dict[str, Server],
    seconds: float,
    rounds: int,
    postmaster: psutil.Process,
) -> dict[str, Run]:
    """Load every pair in turns, A B A B; each name stands for a server and its paths."""
    runs: dict[str, list[Run]] = {}
    for name, where, paths, headers in pairs:
        load(servers[where], paths, 1, postmaster, headers)  # Warm.
        runs[name] = []
    for _round in range(rounds):
        for name, where, paths, headers in pairs:
            runs[name].append(load(servers[where], paths, seconds, postmaster, headers))
    return {name: middle(found) for name, found in runs.items()}


def report(title: str, runs: dict[str, Run]) -> None:
    """A table for people."""
    print(f"\n{title}\n{'':<34}{'req/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'app CPU':>9}{'db CPU':>9}{'errors':>8}")
    for name, run in runs.items():
        print(
            f"{name:<34}{run.rate:>9.0f}{run.p50:>9.2f}{run.p95:>9.2f}{run.p99:>9.2f}{run.app_ms:>9.2f}{run.db_ms:>9.2f}{run.errors:>8}"
        )


def changed_product_found(url: str, address: str) -> float:
    """Seconds from the commit of a new name until the page shows it."""
    word = f"zanh{int(time.time())}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE catalogue_product SET name = name || ' ' || %s WHERE slug = 'sp-7'", (word,))
        began = time.perf_counter()
        while True:
            with urllib.request.urlopen(f"{address}/api/v1/products?q={word}", timeout=30) as answer:  # noqa: S310 - our own server.
                if json.load(answer)["total"] == 1:
                    break
        took = time.perf_counter() - began
        connection.execute("UPDATE catalogue_product SET name = replace(name, %s, '') WHERE slug = 'sp-7'", (f" {word}",))
    return took


def explain(url: str) -> None:
    """The plan of the hot statement."""
    from service.catalogue.search import engine as module  # noqa: PLC0415 - only with --explain.
    from service.catalogue.search.engine import Asked  # noqa: PLC0415

    asked = Asked(q="miến dong")
    values, shape = module._values(asked)  # noqa: SLF001 - the bench looks inside on purpose.
    shape, values = module._words(shape, values, module.first_level(asked.q), module.meant(asked.q))  # noqa: SLF001
    with psycopg.connect(url) as connection:
        for (line,) in connection.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {module.statement(shape)}", values):  # type: ignore[arg-type] # Our own statement.
            print(line)


async def _prepare(name: str, products: int) -> dict[str, float]:
    url = fresh(name)
    async with database(url):
        pass
    took = search_market.fill(url, products)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(floor.TABLE)
        connection.execute("CREATE INDEX ON bare_search USING gin (tsv) WITH (fastupdate = off)")
        connection.execute("VACUUM ANALYZE bare_search")
    return took


def main() -> None:
    """Fill, start, load in turns, report."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--products", type=int, default=20_000)
    arguments.add_argument("--seconds", type=float, default=4)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--keep", action="store_true", help="use the database of an earlier run if it is there")
    arguments.add_argument("--explain", action="store_true", help="print the plan of the hot statement")
    options = arguments.parse_args()
    name = f"chophien_bench_{options.products}"
    answer: dict[str, object] = {"products": options.products}
    if not (options.keep and exists(name)):
        answer.update(asyncio.run(_prepare(name, options.products)))
        print(f"{options.products} products: rows {answer['rows_seconds']} s, index {answer['index_seconds']} s")
    url = named(name)
    if options.explain:
        explain(url)
    postmaster = postmaster_of(server())
    uvicorn = [sys.executable, "-m", "uvicorn", "--workers", str(PROCESSES), "--log-level", "error", "--no-access-log"]
    ports = free_port(), free_port()
    here = str(Path(__file__).parent)
    root = str(Path(__file__).parent.parent)
    environment = {
        "PYTHONPATH": f"{here}:{root}",
        "BENCH_DATABASE": url,
        "CHOPHIEN_DATABASE_URL": url,
        "CHOPHIEN_LOG_LEVEL": "ERROR",
        "CHOPHIEN_SEARCHES_A_MINUTE": "0",  # All load comes from one address, which people's limits would stop.
    }
    servers: dict[str, Server] = {}
    try:
        servers["floor"] = Server([*uvicorn, "--port", str(ports[0]), "floor:app"], environment, ports[0], "/empty")
        servers["product"] = Server(
            [*uvicorn, "--port", str(ports[1]), "--factory", "service.server:application"],
            environment,
            ports[1],
            "/san-pham?q=mien+dong",
        )
        measure(servers, options, postmaster, url, answer)
    finally:
        for one in servers.values():
            one.stop()
    print(json.dumps(answer))


def measure(
    servers: dict[str, Server], options: argparse.Namespace, postmaster: psutil.Process, url: str, answer: dict[str, object]
) -> None:
    """All loads and their ratios."""
    mixed = paths_of("folded", "/san-pham")
    slugs = [f"sp-{n * 97 % options.products}" for n in range(20)]
    pairs: list[tuple[str, str, list[str], dict[str, str]]] = [
        ("bare search page", "floor", paths_of("folded", "/search"), {}),
        ("search page", "product", mixed, {}),
        ("search fragment", "product", mixed, HTMX),
        ("bare JSON list", "floor", paths_of("folded", "/search.json"), {}),
        ("JSON list", "product", paths_of("folded", "/api/v1/products"), {}),
        ("bare product page", "floor", [f"/product/{slug}" for slug in slugs], {}),
        ("product page", "product", [f"/san-pham/{slug}" for slug in slugs], {}),
        ("empty route, floor", "floor", ["/empty"], {}),
        ("empty route, product", "product", ["/healthz"], {}),
    ]
    runs = compare(pairs, servers, options.seconds, options.rounds, postmaster)
    report(f"Beside the floor, {options.products} products, {CONNECTIONS} connections", runs)
    kinds = compare(
        [
            *((kind, "product", paths_of(kind, "/san-pham"), {}) for kind in QUERIES),
            ("filters + counts", "product", paths_of("folded", "/san-pham", FILTERS), {}),
            ("no words", "product", ["/san-pham", "/san-pham?stars=4", "/san-pham?category=I.1.a&province=19", "/san-pham?month=12&kg=500"], {}),
            ("suggestions", "product", [*paths_of("prefix", "/api/v1/suggest"), "/api/v1/suggest?q=mi", "/api/v1/suggest?q=tra"], {}),
        ],
        servers, options.seconds, 1, postmaster,
    )  # fmt: skip
    report("By kind of query", kinds)

    def ratio(one: str, other: str) -> float:
        return round(runs[one].rate / max(runs[other].rate, 1e-9), 3)

    answer.update(
        search_page_vs_bare=ratio("search page", "bare search page"), fragment_vs_page=ratio("search fragment", "search page"),
        json_vs_bare=ratio("JSON list", "bare JSON list"), product_page_vs_bare=ratio("product page", "bare product page"),
        pages_per_second=round(runs["search page"].rate), page_p50_ms=round(runs["search page"].p50, 2), page_p95_ms=round(runs["search page"].p95, 2),
        page_p99_ms=round(runs["search page"].p99, 2), page_app_cpu_ms=round(runs["search page"].app_ms, 3), page_db_cpu_ms=round(runs["search page"].db_ms, 3),
        suggest_p95_ms=round(kinds["suggestions"].p95, 2), p95_ms_by_kind={kind: round(run.p95, 2) for kind, run in kinds.items()},
        first_page_seconds=round(servers["product"].first_page, 2), pss_mb=round(servers["product"].pss_mb()),
        changed_product_found_seconds=round(changed_product_found(url, servers["product"].address), 3),
        load_average=[round(one, 2) for one in psutil.getloadavg()],
    )  # fmt: skip


if __name__ == "__main__":
    main()
