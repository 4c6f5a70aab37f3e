"""A stranger starts the market on an empty machine, stops it, starts it again, and kills it without mercy."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from service.core.embedded import EmbeddedPostgres

START_SECONDS = 120


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="chophien-first-") as made:
        Path(made).chmod(0o755)
        yield Path(made)
        EmbeddedPostgres(Path(made) / "pg").stop()


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CHOPHIEN_")}
    return {**kept, "CHOPHIEN_DATA_DIR": str(folder), "CHOPHIEN_PORT": str(port)}


@contextmanager
def _market(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = _free_port()
    command = [sys.executable, "-m", "service", "serve"]
    with (
        (folder / "said.txt").open("w+") as said,
        subprocess.Popen(command, stdout=said, stderr=said, text=True, env=_environment(folder, port)) as process,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + START_SECONDS
            while True:
                assert process.poll() is None, (folder / "said.txt").read_text()
                assert time.monotonic() < deadline, (folder / "said.txt").read_text()
                try:
                    if httpx.get(f"{address}/readyz").status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield process, address
        finally:
            for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []:
                child.terminate()
            if process.poll() is None:
                process.terminate()
            process.wait(40)


def test_the_first_start_opens_a_market_and_stops_cleanly(folder: Path) -> None:
    with _market(folder) as (process, address):
        found = httpx.get(f"{address}/api/v1/products", params={"q": "mien dong"}).json()
        assert found["total"] > 3
        assert "miến dong" in found["items"][0]["name"].lower()
        assert "Miến dong" in httpx.get(f"{address}/san-pham", params={"q": "mien dong"}).text
        said = (folder / "said.txt").read_text()
        assert address in said
        assert "@chophien.example" in said
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
        assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert not (folder / "pg" / "postmaster.pid").exists()


def test_the_second_start_finds_the_same_market(folder: Path) -> None:
    with _market(folder) as (process, address):
        first = httpx.get(f"{address}/api/v1/products").json()["total"]
        assert first > 200
        worker = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)  # As a service manager stops it: the worker and the database go with it.
        assert process.wait(40) == 0
        assert not [child for child in worker if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert not (folder / "pg" / "postmaster.pid").exists()
    with _market(folder) as (_, address):
        assert httpx.get(f"{address}/api/v1/products").json()["total"] == first


def test_a_killed_market_comes_back_with_all_data_and_lets_a_command_share_it(folder: Path) -> None:
    with _market(folder) as (process, address):
        before = httpx.get(f"{address}/api/v1/suppliers").json()["total"]
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait()
    with _market(folder) as (_, address):
        assert httpx.get(f"{address}/api/v1/suppliers").json()["total"] == before
        again = subprocess.run(
            [sys.executable, "-m", "service", "demo"], env=_environment(folder, 1), capture_output=True, text=True, check=False
        )
        assert again.returncode == 0, again.stderr
        assert httpx.get(f"{address}/api/v1/suppliers").json()["total"] == before


@pytest.mark.parametrize(
    ("setting", "value", "says"), [("PORT", "nhà", "CHOPHIEN_PORT"), ("ENVIRONMENT", "production", "CHOPHIEN_SECRET")]
)
def test_a_wrong_setting_is_named_before_anything_starts(folder: Path, setting: str, value: str, says: str) -> None:
    environment = {**_environment(folder, 1), f"CHOPHIEN_{setting}": value}
    done = subprocess.run(
        [sys.executable, "-m", "service", "serve"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
