"""Starting the market: the database made ready, the demo on a first start, the worker beside the web process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from service import catalogue, demo, server
from service.core import files, provision
from service.core.db import Database
from service.core.embedded import EmbeddedFailed
from service.core.settings import Settings

console = Console(stderr=True)
Told = Callable[[str, int, int], None]


def prepare(settings: Settings) -> None:
    """Bring tables and reference data to the newest state. The owner of the tables does this, never the application's role."""
    url = settings.database_url or ""
    provision.migrate(url)

    async def load() -> None:
        database = Database(url, role=None)
        try:
            async with database.transaction() as session:
                await catalogue.load_reference(session)
        finally:
            await database.close()

    asyncio.run(load())


@contextlib.contextmanager
def progress() -> Iterator[Told]:
    """A progress bar per step: told(step, done, total)."""
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bars:
        steps: dict[str, int] = {}

        def told(step: str, done: int, total: int) -> None:
            if step not in steps:
                steps[step] = int(bars.add_task(step, total=total))
            bars.update(steps[step], completed=done, total=total)  # type: ignore[arg-type] # TaskID is an int.

        yield told


def serve(settings: Settings) -> int:
    """Start everything and stay until Ctrl-C; returns the exit status."""
    embedded = None if settings.database_url else provision.embedded(settings)
    try:
        with console.status("Đang mở cơ sở dữ liệu…"):
            settings = provision.with_database(settings)
            prepare(settings)
        if settings.development and settings.demo:
            _stock(settings)
    except EmbeddedFailed as error:
        console.print(str(error), style="red", markup=False)
        return 1
    os.environ["CHOPHIEN_DATABASE_URL"] = settings.database_url or ""
    # The worker is a process of its own, so that long work never makes a page wait.
    worker = subprocess.Popen([sys.executable, "-m", "service", "worker"], start_new_session=True)
    _greet(settings)
    # The web server, once it has ended in good order, sends itself the signal again that it was ended by; without a
    # handler of ours that would end this process before its worker and its database.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.run(settings)
    finally:
        _end(worker)
        if embedded is not None:
            embedded.stop_if_unused()
    return 0


def _stock(settings: Settings) -> None:
    async def stock(told: Told) -> None:
        database = Database(settings.database_url or "")
        database.info["files"] = files.open_store(settings)
        try:
            if await demo.is_empty(database):
                await demo.stock_market(database, progress=told)
        finally:
            await database.close()

    with progress() as told:
        asyncio.run(stock(told))


def _greet(settings: Settings) -> None:
    console.print(f"\nChợ Phiên: [bold]http://{settings.host}:{settings.port}[/bold]   (Ctrl-C để dừng / to stop)")
    if settings.development and settings.demo:
        console.print(f"Đăng nhập thử / demo sign-ins, mật khẩu / password: [bold]{demo.DEMO_PASSWORD}[/bold]")
        for person in demo.sign_ins():
            console.print(f"  {person.email:32} {person.role_name}", markup=False, highlight=False)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGTERM)
    try:
        worker.wait(server.GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
