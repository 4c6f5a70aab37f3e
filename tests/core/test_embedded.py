"""The embedded server survives its owner, its own violent death, and company."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from service.core.embedded import EmbeddedPostgres

FAST = {"fsync": "off"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's unprivileged user can reach, with whatever ran in it stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="chophien-pg-") as made:
        Path(made).chmod(0o755)
        place = Path(made) / "pg"
        yield place
        EmbeddedPostgres(place).stop()


def _postmaster(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().splitlines()[0])


def _start(folder: Path) -> None:
    EmbeddedPostgres(folder, settings=FAST).start().create_database()


def _write(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('miến dong')")


def _read(server: EmbeddedPostgres) -> str:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute("SELECT word FROM kept").fetchone()
        assert row is not None
        return str(row[0])


def test_it_outlives_the_process_that_started_it(folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from service.core.embedded import EmbeddedPostgres;"
        "EmbeddedPostgres(Path(sys.argv[1])).start().create_database(); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "up\n"
        server = EmbeddedPostgres(folder)
        _write(server)
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    assert _read(server) == "miến dong"
    assert _read(EmbeddedPostgres(folder).start()) == "miến dong"


def test_it_comes_back_with_all_data_after_being_killed(folder: Path) -> None:
    server = EmbeddedPostgres(folder).start()
    server.create_database()
    _write(server)
    os.kill(_postmaster(folder), signal.SIGKILL)
    assert _read(EmbeddedPostgres(folder).start()) == "miến dong"


def test_a_lock_file_with_a_living_stranger_in_it_does_not_block(folder: Path) -> None:
    server = EmbeddedPostgres(folder, settings=FAST).start()
    server.create_database()
    _write(server)
    server.stop()
    # After a reboot the old number belongs to somebody else: here to this very test.
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n{int(time.time())}\n5432\n{folder}\n\n")
    assert _read(EmbeddedPostgres(folder, settings=FAST).start()) == "miến dong"


def test_four_processes_that_start_at_once_share_one_server(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    starters = [context.Process(target=_start, args=(folder,)) for _ in range(4)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join(60)
    assert [starter.exitcode for starter in starters] == [0, 0, 0, 0]
    assert psutil.pid_exists(_postmaster(folder))


def test_it_is_stopped_only_when_nobody_uses_it(folder: Path) -> None:
    server = EmbeddedPostgres(folder, settings=FAST).start()
    server.create_database()
    with psycopg.connect(server.url()):
        assert server.stop_if_unused() is False
    deadline = time.monotonic() + 5
    while not (stopped := server.stop_if_unused()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert stopped
    assert server.stop_if_unused() is False


def test_a_folder_with_a_very_long_path_works(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        place = Path(made) / ("rất-dài-" * 10) / "pg"
        place.parent.mkdir()
        server = EmbeddedPostgres(place, settings=FAST).start()
        try:
            server.create_database()
            _write(server)
            assert _read(server) == "miến dong"
        finally:
            server.stop()
