"""Annotations, saved views, start pages and history in `store.sqlite`.

A damaged file is moved aside, never overwritten; one of an earlier version is copied, then brought up; one of a later
version is refused. A file that is deleted or damaged while the suite runs is noticed at the next use.
"""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

VERSION: Final = 2
"""Version of the tables below; a file of a later one is refused."""

_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_REASONS: Final = {
    sqlite3.SQLITE_FULL: ("does not fit on the disk", "Make room in the folder of AUTOREV_HOME."),
    sqlite3.SQLITE_READONLY: ("may not be written", "Give access to it in the folder of AUTOREV_HOME."),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Give access to it in the folder of AUTOREV_HOME."),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "Check the disk that holds AUTOREV_HOME."),
    sqlite3.SQLITE_BUSY: ("is held by another process", "Try again in a moment."),
    sqlite3.SQLITE_CORRUPT: ("was found damaged just now", "It is moved aside at the next use, which begins anew."),
    sqlite3.SQLITE_NOTADB: ("was found damaged just now", "It is moved aside at the next use, which begins anew."),
}

metadata: Final = sa.MetaData()
CheckAction = Literal["acknowledge", "assign", "accept", "withdraw"]

_version = sa.Table("schema_version", metadata, sa.Column("version", sa.Integer, primary_key=True))
_annotations = sa.Table(
    "annotations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
)
_saved_views = sa.Table(
    "saved_views",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("page", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("page", "name"),
)
_history = sa.Table(
    "history",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("started_at", sa.DateTime, nullable=False, index=True),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
)

_triage = sa.Table(
    "triage",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False, index=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)
_marks = sa.Table(
    "content_marks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("slug", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
_fingerprints = sa.Table(
    "fingerprints",
    metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("row_id", sa.Text, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),
)
_reveals = sa.Table(
    "reveals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("tables", sa.JSON, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
for _change in ("update", "delete"):
    sa.event.listen(
        _reveals,
        "after_create",
        sa.DDL(  # type: ignore[no-untyped-call]
            f"create trigger reveals_no_{_change} before {_change} on reveals "
            "begin select raise(abort, 'The record of reveals is only ever added to.'); end"
        ),
    )

_mutes = sa.Table(
    "mutes",
    metadata,
    sa.Column("check_id", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
)
_decisions = sa.Table(
    "check_decisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("check_id", sa.Text, nullable=False, index=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
_alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("rule", sa.Text, nullable=False, index=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
)

_start_pages: Final = sa.Table(
    "start_pages",
    metadata,
    sa.Column("who", sa.Text, primary_key=True),
    sa.Column("page", sa.Text, nullable=False),
)


class StoreUnavailable(Exception):
    """The file cannot be used now, for a reason that is not in it: a full disk, no access, held by somebody else."""


class StoreTooNew(StoreUnavailable):
    """The file was written by a later version of the suite."""


class _NotBroughtUp(Exception):
    """A file of an earlier version lacks what cannot be made up."""

    def __init__(self, version: int) -> None:
        self.version = version


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something that happened on a day, shown as a line on time charts."""

    id: int
    day: date
    text: str
    author: str


@dataclass(frozen=True, slots=True)
class SavedView:
    """A page with its filters: `query` is the query string, without the question mark."""

    id: int
    page: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Run:
    """A refresh or a page run: when it began (UTC), how many seconds it took, how it ended.

    `details` of a page run are `who` looked and in which `role`.
    """

    kind: str
    subject: str
    started_at: datetime
    seconds: float
    outcome: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Triage:
    """What somebody decided about an issue: who, when (UTC), which and the particulars; never changed afterwards."""

    fingerprint: str
    action: str
    by: str
    at: datetime
    details: dict[str, Any] = field(default_factory=dict, hash=False)
    id: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody said about one kind of content of one car; the latest word holds.

    `what` is taken (somebody writes it), done, not_applicable (this car needs none), none_exists (looked up, there is
    none) or open (nothing of that any more).
    """

    slug: str
    kind: str
    what: Literal["taken", "done", "not_applicable", "none_exists", "open"]
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reveal:
    """One entry of the record of revealed personal data, which is only ever added to.

    `what` is begun, used (a page or command that showed what was revealed), exported or ended; `place` the page or
    command, `tables` what was read there, `kinds` what was revealed, `reason` the words of whoever did it.
    """

    at: datetime
    what: Literal["begun", "used", "exported", "ended"]
    who: str
    role: str
    place: str
    tables: tuple[str, ...]
    kinds: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Mute:
    """A finding that somebody silenced: why, and up to which day (included)."""

    check_id: str
    reason: str
    until: date
    who: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What people last said of a check: who saw its failure and when (UTC), whose it is, whether it is a rule now."""

    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    assignee: str | None = None
    accepted: bool = False


class Store:
    """The state of one home folder; several threads and processes may use it at once.

    `notice` is a sentence when the file was damaged, deleted or of an earlier version, else None. Every use raises
    StoreUnavailable when the file cannot be used and is not to blame.
    """

    def __init__(self, home: Path) -> None:
        self.path: Final = home / "store.sqlite"
        self.notice: str | None = None
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._known = False
        self._engine = sa.create_engine(f"sqlite:///{self.path}", connect_args={"timeout": 15})
        sa.event.listen(self._engine, "connect", _configure)
        with self._begun():
            pass

    @contextmanager
    def _begun(self) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction, on a file that is whole and of this version."""
        try:
            with self._lock:
                self._ready()
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.DatabaseError as failed:
            with self._lock:
                self._seen = None
            raise _unavailable(self.path, failed) from failed
        except OSError as failed:
            raise _unavailable(self.path, failed) from failed

    def _ready(self) -> None:
        """Prepare the file unless it is the one that was prepared before."""
        found = self._identity()
        if found is not None and found == self._seen:
            return
        # A connection kept open would go on writing to a file that was deleted.
        self._engine.dispose()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Of two processes that find the file damaged the second must not move aside what the first began.
        with self.path.with_name("store.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            gone = self.path.stat().st_size == 0 if self.path.exists() else self._known
            try:
                self._prepare()
            except _NotBroughtUp as old:
                self._move_aside(f"version-{old.version}", f"are of version {old.version} and could not be brought up")
                self._prepare()
            except sa.exc.DatabaseError as failed:
                if not _is_damage(failed):
                    raise
                self._move_aside("damaged", "could not be read")
                self._prepare()
        if gone:
            self.notice = (
                f"{self.path.name} was deleted or emptied: saved views and annotations begin anew. "
                "Put a copy of the file back to have them again."
            )
        self._seen, self._known = self._identity(), True

    def _identity(self) -> tuple[int, int] | None:
        """Return what tells the file from another one under its name, None when there is none."""
        try:
            file = self.path.stat()
        except FileNotFoundError:
            return None
        return file.st_dev, file.st_ino

    def _prepare(self) -> None:
        """Create what is missing and check the version; a later one is left alone."""
        with self._engine.connect() as connection:
            if connection.exec_driver_sql("pragma quick_check").scalar() != "ok":
                raise sa.exc.DatabaseError("pragma quick_check", None, sqlite3.DatabaseError("damaged"))
        with self._engine.begin() as connection:
            # Two processes may start at once: the lock makes the second one see what the first created.
            connection.exec_driver_sql("begin immediate")
            held = sa.inspect(connection).get_table_names()
            found = 0 if held else None
            if _version.name in held:
                found = connection.execute(sa.select(sa.func.max(_version.c.version))).scalar()
            if found is not None and found > VERSION:
                raise StoreTooNew(
                    f"{self.path.name} was written by a later version of the suite ({found} > {VERSION}). "
                    "Update the suite, or move the file aside to start with an empty one."
                )
            if found is not None and found < VERSION:
                self._keep_copy(found)
                _add_columns(connection, found)
            metadata.create_all(connection)
            if found != VERSION:
                connection.execute(_version.insert().values(version=VERSION))

    def _keep_copy(self, found: int) -> None:
        """Keep the file as the earlier version left it."""
        kept = self.path.with_name(f"{self.path.name}.version-{found}")
        kept.unlink(missing_ok=True)
        with closing(sqlite3.connect(kept)) as copy, closing(sqlite3.connect(self.path)) as before:
            before.backup(copy)
        self.notice = (
            f"Saved views and annotations were brought from version {found} to {VERSION} of the suite's state; "
            f"the file as it was is kept as {kept.name}."
        )

    def _move_aside(self, kind: str, why: str) -> None:
        self._engine.dispose()
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        aside = self.path.with_name(f"{self.path.name}.{kind}-{stamp}")
        self.path.replace(aside)
        for suffix in ("-wal", "-shm"):
            beside = self.path.with_name(self.path.name + suffix)
            if beside.exists():
                beside.replace(aside.with_name(aside.name + suffix))
        self.notice = (
            f"Saved views and annotations {why}; the file is kept as {aside.name} and an empty one was started."
        )

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    # Mutes

    def mute(self, check_id: str, reason: str, until: date, *, who: str = "local") -> None:
        """Silence a finding up to a day; said again, the later words hold.

        Raises:
            ValueError: There is no reason, or the day is over or more than a year away.
        """
        reason, today = " ".join(reason.split())[:500], _now().date()
        if not reason:
            raise ValueError("Say why this finding may be silent.")
        if not today <= until <= today + timedelta(days=366):
            raise ValueError("A mute ends between today and a year from now.")
        with self._begun() as connection:
            connection.execute(_mutes.delete().where(_mutes.c.check_id == check_id))
            connection.execute(
                _mutes.insert().values(check_id=check_id, reason=reason, until=until, who=who, created_at=_now())
            )

    def unmute(self, check_id: str) -> None:
        """Let a finding be heard again."""
        with self._begun() as connection:
            connection.execute(_mutes.delete().where(_mutes.c.check_id == check_id))

    def mutes(self) -> dict[str, Mute]:
        """Return the findings that are silent today, by the id of their check."""
        table = _mutes
        select = sa.select(table.c.check_id, table.c.reason, table.c.until, table.c.who)
        with self._begun() as connection:
            rows = connection.execute(select.where(table.c.until >= _now().date())).all()
        return {row[0]: Mute(*row) for row in rows}

    # Decisions on checks

    def decide(self, check_id: str, action: CheckAction, *, who: str = "local", details: str = "") -> None:
        """Add a decision on a check to the log; nothing in the log is ever changed.

        `assign` gives it to whoever `details` names, to nobody when it is empty; `accept` makes a suggestion a rule and
        `withdraw` a suggestion again.

        Raises:
            ValueError: The name of who gets it is longer than 80 characters.
        """
        details = " ".join(details.split())
        if len(details) > 80:
            raise ValueError("The name of who gets it holds at most 80 characters.")
        row = {"at": _now(), "by": who, "check_id": check_id, "action": action, "details": details}
        with self._begun() as connection:
            connection.execute(_decisions.insert().values(**row))

    def decisions(self) -> dict[str, Decision]:
        """Return what holds of every check that somebody decided on, by its id."""
        found: dict[str, Decision] = {}
        with self._begun() as connection:
            rows = connection.execute(sa.select(_decisions).order_by(_decisions.c.id)).all()
        for row in rows:
            before = found.get(row.check_id, Decision())
            match row.action:
                case "acknowledge":
                    at = row.at.replace(tzinfo=UTC)
                    found[row.check_id] = replace(before, acknowledged_at=at, acknowledged_by=row.by)
                case "assign":
                    found[row.check_id] = replace(before, assignee=row.details or None)
                case "accept" | "withdraw":
                    found[row.check_id] = replace(before, accepted=row.action == "accept")
        return found

    # Alerts

    def note_alerts(self, told: Iterable[tuple[str, str, str]], at: datetime) -> None:
        """Keep what was told of rules: key, what (fired, over, unknown) and the sentence."""
        moment = at.astimezone(UTC).replace(tzinfo=None)
        rows = [{"at": moment, "rule": rule, "what": what, "sentence": sentence} for rule, what, sentence in told]
        if rows:
            with self._begun() as connection:
                connection.execute(_alerts.insert(), rows)

    def told(self) -> dict[str, tuple[str, datetime]]:
        """Return what was told last of each rule, and when."""
        newest = sa.select(sa.func.max(_alerts.c.id)).group_by(_alerts.c.rule)
        select = sa.select(_alerts.c.rule, _alerts.c.what, _alerts.c.at).where(_alerts.c.id.in_(newest))
        with self._begun() as connection:
            return {row[0]: (row[1], row[2].replace(tzinfo=UTC)) for row in connection.execute(select)}

    # Annotations

    def annotate(self, day: date, text: str, *, author: str = "local") -> None:
        """Keep a note for a day.

        Raises:
            ValueError: The text is empty or longer than 200 characters.
        """
        text = " ".join(text.split())
        if not text:
            raise ValueError("Write what happened on that day.")
        if len(text) > 200:
            raise ValueError("An annotation holds at most 200 characters.")
        with self._begun() as connection:
            connection.execute(_annotations.insert().values(day=day, text=text, author=author, created_at=_now()))

    def annotations(self, start: date | None = None, end: date | None = None) -> tuple[Annotation, ...]:
        """Return the notes from `start` to `end`, both days included, oldest first."""
        table = _annotations
        select = sa.select(table.c.id, table.c.day, table.c.text, table.c.author).order_by(table.c.day, table.c.id)
        if start is not None:
            select = select.where(table.c.day >= start)
        if end is not None:
            select = select.where(table.c.day <= end)
        with self._begun() as connection:
            return tuple(Annotation(*row) for row in connection.execute(select))

    def remove_annotation(self, identity: int) -> None:
        """Delete a note; one that is gone already is no error."""
        with self._begun() as connection:
            connection.execute(_annotations.delete().where(_annotations.c.id == identity))

    # Saved views

    def save_view(self, page: str, name: str, query: str) -> None:
        """Keep a page's query string under a name, replacing the view of that page and name.

        Raises:
            ValueError: The name is empty or longer than 80 characters.
        """
        name = " ".join(name.split())
        if not name:
            raise ValueError("Give the view a name.")
        if len(name) > 80:
            raise ValueError("The name of a view holds at most 80 characters.")
        with self._begun() as connection:
            connection.execute(_saved_views.delete().where(_saved_views.c.page == page, _saved_views.c.name == name))
            connection.execute(
                _saved_views.insert().values(page=page, name=name, query=query.removeprefix("?"), created_at=_now())
            )

    def views(self, page: str | None = None) -> tuple[SavedView, ...]:
        """Return the saved views of a page, or of all pages, by name."""
        table = _saved_views
        select = sa.select(table.c.id, table.c.page, table.c.name, table.c.query).order_by(table.c.name, table.c.id)
        if page is not None:
            select = select.where(table.c.page == page)
        with self._begun() as connection:
            return tuple(SavedView(*row) for row in connection.execute(select))

    def remove_view(self, identity: int) -> None:
        """Delete a saved view; one that is gone already is no error."""
        with self._begun() as connection:
            connection.execute(_saved_views.delete().where(_saved_views.c.id == identity))

    # Start pages

    def start_with(self, who: str, page: str | None) -> None:
        """Keep with which page somebody begins; None is the first of the menu."""
        with self._begun() as connection:
            connection.execute(_start_pages.delete().where(_start_pages.c.who == who))
            if page is not None:
                connection.execute(_start_pages.insert().values(who=who, page=page))

    def start_page(self, who: str) -> str | None:
        """Return with which page somebody begins, None for the first of the menu."""
        with self._begun() as connection:
            return connection.execute(sa.select(_start_pages.c.page).where(_start_pages.c.who == who)).scalar()

    # Triage

    def note_triage(self, decisions: Iterable[Triage]) -> None:
        """Add decisions to the log, all of them or none; nothing in the log is ever changed."""
        rows = [
            {
                "at": one.at.astimezone(UTC).replace(tzinfo=None),
                "by": one.by,
                "fingerprint": one.fingerprint,
                "action": one.action,
                "details": one.details,
            }
            for one in decisions
        ]
        if rows:
            with self._begun() as connection:
                connection.execute(_triage.insert(), rows)

    def triage(self) -> tuple[Triage, ...]:
        """Return the whole log in the order in which it was written."""
        table = _triage
        with self._begun() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.id)).all()
        return tuple(
            Triage(row.fingerprint, row.action, row.by, row.at.replace(tzinfo=UTC), row.details, row.id) for row in rows
        )

    def remember_fingerprints(self, newest_rows: Mapping[str, str], *, at: datetime) -> None:
        """Keep for every fingerprint a row it was given to, so that a link to it still leads there later."""
        moment = at.astimezone(UTC).replace(tzinfo=None)
        rows = [{"fingerprint": one, "row_id": row, "seen_at": moment} for one, row in newest_rows.items()]
        if rows:
            insert = sqlite.insert(_fingerprints)
            kept = insert.on_conflict_do_update(
                index_elements=["fingerprint"],
                set_={"row_id": insert.excluded.row_id, "seen_at": insert.excluded.seen_at},
            )
            with self._begun() as connection:
                connection.execute(kept, rows)

    def rows_of_fingerprints(self, fingerprints: Sequence[str], *, since: datetime | None = None) -> dict[str, str]:
        """Return for every fingerprint a row that had it; those not given out, or not since then, are left out."""
        table = _fingerprints
        select = sa.select(table.c.fingerprint, table.c.row_id).where(table.c.fingerprint.in_(fingerprints))
        if since is not None:
            select = select.where(table.c.seen_at >= since.astimezone(UTC).replace(tzinfo=None))
        with self._begun() as connection:
            return {row.fingerprint: row.row_id for row in connection.execute(select)}

    # Marks on content

    def mark(self, mark: Mark) -> None:
        """Add what somebody said about a car's content to the log; nothing in the log is ever changed.

        Raises:
            ValueError: The note is longer than 200 characters.
        """
        note = " ".join(mark.note.split())
        if len(note) > 200:
            raise ValueError("A note on content holds at most 200 characters.")
        row = {**asdict(mark), "note": note, "at": mark.at.astimezone(UTC).replace(tzinfo=None)}
        with self._begun() as connection:
            connection.execute(_marks.insert().values(**row))

    def marks(self) -> tuple[Mark, ...]:
        """Return the latest word about every car and kind, oldest first; what is open again is left out."""
        c = _marks.c
        latest = sa.select(sa.func.max(c.id)).group_by(c.slug, c.kind)
        select = sa.select(c.slug, c.kind, c.what, c.by, c.at, c.note).where(c.id.in_(latest), c.what != "open")
        with self._begun() as connection:
            rows = connection.execute(select.order_by(c.id)).all()
        return tuple(Mark(row.slug, row.kind, row.what, row.by, row.at.replace(tzinfo=UTC), row.note) for row in rows)

    # History

    def record(self, run: Run, *, keep: int = 5_000) -> None:
        """Add a run to the history and forget all but the newest `keep`."""
        with self._begun() as connection:
            connection.execute(
                _history.insert().values(
                    kind=run.kind,
                    subject=run.subject,
                    started_at=run.started_at.astimezone(UTC).replace(tzinfo=None),
                    seconds=run.seconds,
                    outcome=run.outcome,
                    details=run.details,
                )
            )
            oldest = sa.select(_history.c.id).order_by(_history.c.id.desc()).limit(1).offset(keep)
            connection.execute(_history.delete().where(_history.c.id <= oldest.scalar_subquery()))

    def page_runs(self, *, limit: int = 5_000) -> pl.DataFrame:
        """Return the newest runs of pages first: `at` (UTC), `page`, `who`, `role`, `seconds`, `outcome`."""
        words = (
            "select started_at, subject, json_extract(details, '$.who'), json_extract(details, '$.role'), seconds, "
            "outcome from history where kind = 'page' order by id desc limit :limit"
        )
        with self._begun() as connection:
            rows = connection.execute(sa.text(words), {"limit": limit}).all()
        shape = {"at": pl.String, "page": pl.String, "who": pl.String, "role": pl.String, "seconds": pl.Float64,
                 "outcome": pl.String}  # fmt: skip
        return pl.DataFrame([tuple(row) for row in rows], schema=shape, orient="row").with_columns(
            pl.col("at").str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC")
        )

    def pages_reading(self, table: str) -> tuple[str, ...]:
        """Return the pages that were seen to read a table, as far back as the history goes, by key."""
        words = (
            "select distinct h.subject from history h, json_each(h.details, '$.tables') t "
            "where h.kind = 'page' and t.value = :table order by 1"
        )
        with self._begun() as connection:
            return tuple(row[0] for row in connection.execute(sa.text(words), {"table": table}))

    # Reveals

    def add_reveal(self, reveal: Reveal) -> None:
        """Add an entry to the record of revealed personal data.

        Raises:
            ValueError: The reason is empty or longer than 200 characters.
        """
        reason = " ".join(reveal.reason.split())
        if not reason:
            raise ValueError("Say why you need to see personal data; the reason is kept on record.")
        if len(reason) > 200:
            raise ValueError("A reason holds at most 200 characters.")
        entry = {**asdict(reveal), "reason": reason, "at": reveal.at.astimezone(UTC).replace(tzinfo=None)}
        with self._begun() as connection:
            connection.execute(_reveals.insert().values(**entry))

    def reveals(self, *, limit: int = 1_000) -> tuple[Reveal, ...]:
        """Return the newest entries of the record first."""
        c = _reveals.c
        select = sa.select(c.at, c.what, c.who, c.role, c.place, c.tables, c.kinds, c.reason)
        with self._begun() as connection:
            rows = connection.execute(select.order_by(c.id.desc()).limit(limit)).all()
        return tuple(
            Reveal(at.replace(tzinfo=UTC), what, who, role, place, tuple(tables), tuple(kinds), reason)
            for at, what, who, role, place, tables, kinds, reason in rows
        )


def _configure(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")


def _add_columns(connection: sa.Connection, version: int) -> None:
    """Add the columns that tables of an earlier version lack: a later version only adds, with a default or NULL."""
    tables = set(sa.inspect(connection).get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in tables:
            continue
        held = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
        for column in (column for column in table.columns if column.name not in held):
            if not column.nullable and column.server_default is None:
                raise _NotBroughtUp(version)
            spelled = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"alter table {table.name} add column {spelled}")


def _is_damage(failed: sa.exc.DatabaseError) -> bool:
    code = getattr(failed.orig, "sqlite_errorcode", None)
    return "damaged" in str(failed.orig) if code is None else code & 0xFF in _DAMAGED


def _unavailable(path: Path, failed: Exception) -> StoreUnavailable:
    """Return in words why the file cannot be used now."""
    if isinstance(failed, sa.exc.DatabaseError):
        code = getattr(failed.orig, "sqlite_errorcode", 0) & 0xFF
        why, step = _REASONS.get(code, (f"cannot be used ({type(failed.orig).__name__})", "See the log."))
    else:
        why, step = "cannot be opened", "Give access to it in the folder of AUTOREV_HOME."
    return StoreUnavailable(f"Saved views and annotations are out of reach: {path.name} {why}. {step}")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
