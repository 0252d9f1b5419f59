"""Annotations, saved views and history in `store.sqlite`; a damaged file is moved aside, never overwritten."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

VERSION: Final = 2
"""Version of the tables below; a file of a later one is refused."""

metadata: Final = sa.MetaData()

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


class StoreTooNew(Exception):
    """The file was written by a later version of the suite."""


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
    """A refresh or a page run: when it began (UTC), how many seconds it took, how it ended."""

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
    details: dict[str, Any] = field(default_factory=dict)
    id: int = 0


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


class Store:
    """The state of one home folder; several threads and processes may use it at once.

    `notice` is a sentence when the file was damaged and had to be moved aside, else None.
    """

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.path: Final = home / "store.sqlite"
        self.notice: str | None = None
        self._engine = self._open()
        try:
            self._prepare()
        except sa.exc.DatabaseError as damaged:
            if isinstance(damaged, sa.exc.OperationalError) and "locked" in str(damaged):
                raise
            self._engine.dispose()
            self._move_aside()
            self._engine = self._open()
            self._prepare()

    def _open(self) -> sa.Engine:
        engine = sa.create_engine(f"sqlite:///{self.path}", connect_args={"timeout": 15})

        @sa.event.listens_for(engine, "connect")
        def _configure(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.execute("pragma foreign_keys = on")

        return engine

    def _prepare(self) -> None:
        """Create what is missing and check the version; a later one is left alone."""
        with self._engine.connect() as connection:
            if connection.exec_driver_sql("pragma quick_check").scalar() != "ok":
                raise sa.exc.DatabaseError("pragma quick_check", None, sqlite3.DatabaseError("damaged"))
        with self._engine.begin() as connection:
            # Two processes may start at once: the lock makes the second one see what the first created.
            connection.exec_driver_sql("begin immediate")
            metadata.create_all(connection)
            found = connection.execute(sa.select(sa.func.max(_version.c.version))).scalar()
            if found is not None and found > VERSION:
                raise StoreTooNew(
                    f"{self.path.name} was written by a later version of the suite ({found} > {VERSION}). "
                    "Update the suite, or move the file aside to start with an empty one."
                )
            if found != VERSION:
                connection.execute(_version.insert().values(version=VERSION))

    def _move_aside(self) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        self.path.replace(aside)
        for suffix in ("-wal", "-shm"):
            beside = self.path.with_name(self.path.name + suffix)
            if beside.exists():
                beside.replace(aside.with_name(aside.name + suffix))
        self.notice = (
            f"Saved views and annotations could not be read; the damaged file is kept as {aside.name} "
            "and an empty one was started."
        )

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

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
        with self._engine.begin() as connection:
            connection.execute(_annotations.insert().values(day=day, text=text, author=author, created_at=_now()))

    def annotations(self, start: date | None = None, end: date | None = None) -> tuple[Annotation, ...]:
        """Return the notes from `start` to `end`, both days included, oldest first."""
        table = _annotations
        select = sa.select(table.c.id, table.c.day, table.c.text, table.c.author).order_by(table.c.day, table.c.id)
        if start is not None:
            select = select.where(table.c.day >= start)
        if end is not None:
            select = select.where(table.c.day <= end)
        with self._engine.connect() as connection:
            return tuple(Annotation(*row) for row in connection.execute(select))

    def remove_annotation(self, identity: int) -> None:
        """Delete a note; one that is gone already is no error."""
        with self._engine.begin() as connection:
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
        with self._engine.begin() as connection:
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
        with self._engine.connect() as connection:
            return tuple(SavedView(*row) for row in connection.execute(select))

    def remove_view(self, identity: int) -> None:
        """Delete a saved view; one that is gone already is no error."""
        with self._engine.begin() as connection:
            connection.execute(_saved_views.delete().where(_saved_views.c.id == identity))

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
            with self._engine.begin() as connection:
                connection.execute(_triage.insert(), rows)

    def triage(self) -> tuple[Triage, ...]:
        """Return the whole log in the order in which it was written."""
        table = _triage
        with self._engine.connect() as connection:
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
            with self._engine.begin() as connection:
                connection.execute(kept, rows)

    def row_of_fingerprint(self, fingerprint: str, *, since: datetime) -> str | None:
        """Return a row that had this fingerprint, None when it was not given out since then."""
        table = _fingerprints
        moment = since.astimezone(UTC).replace(tzinfo=None)
        select = sa.select(table.c.row_id).where(table.c.fingerprint == fingerprint, table.c.seen_at >= moment)
        with self._engine.connect() as connection:
            found: str | None = connection.execute(select).scalar()
        return found

    # History

    def record(self, run: Run, *, keep: int = 5_000) -> None:
        """Add a run to the history and forget all but the newest `keep`."""
        with self._engine.begin() as connection:
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
            newest = sa.select(_history.c.id).order_by(_history.c.id.desc()).limit(keep)
            connection.execute(_history.delete().where(_history.c.id.not_in(newest)))

    def runs(self, kind: str | None = None, *, limit: int = 100) -> tuple[Run, ...]:
        """Return the newest runs first."""
        table = _history
        select = sa.select(
            table.c.kind, table.c.subject, table.c.started_at, table.c.seconds, table.c.outcome, table.c.details
        )
        if kind is not None:
            select = select.where(table.c.kind == kind)
        with self._engine.connect() as connection:
            rows = connection.execute(select.order_by(table.c.id.desc()).limit(limit)).all()
        return tuple(Run(r[0], r[1], r[2].replace(tzinfo=UTC), r[3], r[4], r[5]) for r in rows)

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
        with self._engine.begin() as connection:
            connection.execute(_reveals.insert().values(**entry))

    def reveals(self, *, limit: int = 1_000) -> tuple[Reveal, ...]:
        """Return the newest entries of the record first."""
        c = _reveals.c
        select = sa.select(c.at, c.what, c.who, c.role, c.place, c.tables, c.kinds, c.reason)
        with self._engine.connect() as connection:
            rows = connection.execute(select.order_by(c.id.desc()).limit(limit)).all()
        return tuple(
            Reveal(at.replace(tzinfo=UTC), what, who, role, place, tuple(tables), tuple(kinds), reason)
            for at, what, who, role, place, tables, kinds, reason in rows
        )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
