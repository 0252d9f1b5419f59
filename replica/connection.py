"""A connection to a read replica: found, checked, and described in words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from replica import errors
from replica.settings import address
from replica.watch import Watch, peer_of

if TYPE_CHECKING:
    from replica.settings import Settings

Role = Literal["standby", "primary"]

PLATFORM_SCHEMAS: Final = (
    "information_schema", "auth", "storage", "realtime", "_realtime", "vault", "graphql", "graphql_public",
    "extensions", "supabase_functions", "supabase_migrations", "pgsodium", "pgsodium_masks", "pgbouncer", "net", "cron",
    "pgtle",
)  # fmt: skip
"""Schemas of the server and of the hosting platform: not AutoRev's data, and `auth` holds what nobody should copy."""

RELATIONS: Final = """
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and not c.relispartition
      and n.nspname !~ '^pg_'
      and n.nspname <> all (%(platform)s)
      and not exists (
          select from pg_catalog.pg_depend as d
          where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
      )
"""
READABLE: Final = """(
    has_schema_privilege(n.oid, 'USAGE')
    and (has_table_privilege(c.oid, 'SELECT') or has_any_column_privilege(c.oid, 'SELECT'))
)"""
# Row-level security withholds nothing where one permissive policy lets every row through and none restricts.
HIDDEN: Final = """(
    row_security_active(c.oid)
    and not (
        exists (
            select from pg_catalog.pg_policy as p
            where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*')
              and (p.polroles @> '{0}' or exists (
                  select from unnest(p.polroles) as granted(role) where pg_has_role(granted.role, 'USAGE')
              ))
              and pg_get_expr(p.polqual, p.polrelid) = 'true'
        )
        and not exists (
            select from pg_catalog.pg_policy as p
            where p.polrelid = c.oid and not p.polpermissive and p.polcmd in ('r', '*')
        )
    )
)"""
_INSPECT: Final = """
    select
        pg_is_in_recovery() as standby,
        current_database()::text as database,
        current_user::text as "user",
        current_setting('server_version')::text as version,
        (select oid::text from pg_catalog.pg_database where datname = current_database()) as database_oid,
        (select rolsuper from pg_catalog.pg_roles where rolname = current_user) as superuser,
        (select rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = current_user) as bypasses,
        has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') as may_identify
"""
_LAG: Final = """
    select
        case
            when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
                and exists (select from pg_catalog.pg_stat_wal_receiver where pid is not null)
                then 0.0
            else extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8
        end as lag_seconds,
        exists (select from pg_catalog.pg_stat_wal_receiver where pid is not null) as receiving
"""
_STATEMENT_LIMIT: Final = "select setting::float8 / 1000 from pg_catalog.pg_settings where name = 'statement_timeout'"
_GRANTS: Final = f"""
    select
        format('%%s.%%s', n.nspname, c.relname) as name,
        {READABLE} as readable,
        {READABLE} and {HIDDEN} as hidden,
        has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
            or has_any_column_privilege(c.oid, 'INSERT, UPDATE') as writable
    {RELATIONS}
    order by n.nspname <> 'public', n.nspname, c.relname
"""
_CREATES: Final = """
    select n.nspname as name
    from pg_catalog.pg_namespace as n
    where n.nspname !~ '^pg_' and n.nspname <> all (%(platform)s) and has_schema_privilege(n.oid, 'CREATE')
    order by n.nspname
"""


@dataclass(frozen=True, slots=True)
class Server:
    """The server that answered.

    `lag_seconds` is 0 when all that was received is replayed, None when the server does not say. `identity` names
    the cluster and the database in it, and changes when the database is dropped and built again. `hidden_tables` are
    those whose rows row-level security may withhold, `unreadable_tables` those the role may not select from; both as
    `schema.table`.
    """

    role: Role
    host: str
    port: int
    database: str
    user: str
    version: str
    identity: str
    lag_seconds: float | None
    can_write: bool
    bypasses_row_security: bool
    hidden_tables: tuple[str, ...] = ()
    unreadable_tables: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A database that may be read: `conninfo` (with the password: never shown) opens it, `server` describes it.

    Of several hosts, `conninfo` names the one that answered: all that one refresh reads comes from one server.
    `silent_seconds` is how long it may say nothing: its own limit of a statement and the time to connect; None where
    the address sets no limit.
    """

    conninfo: str = field(repr=False)
    server: Server
    peer: str | int | None = None
    silent_seconds: float | None = None

    def open(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a new read-only connection in autocommit, with the timeouts of the settings.

        Raises:
            ReplicaError: It does not open; the class and the sentence say why.
        """
        return _open(self.conninfo)

    def watch(self) -> Watch:
        """Return a watch over all connections that are made to the server from now on."""
        return Watch(self.peer, self.silent_seconds)

    def fell_silent(self) -> errors.ReplicaError:
        """Return in words that the server took a statement and said nothing more."""
        return _fell_silent(self.server.host, self.silent_seconds)


def _fell_silent(host: str, seconds: float | None) -> errors.ReplicaError:
    return errors.Unreachable(
        f"{host} fell silent: it took a question and did not answer in {seconds or 0:.0f} seconds.",
        "Check that the server and the network in between still run; the next refresh tries again.",
    )


def complete(conninfo: str, settings: Settings) -> str:
    """Return the address with our defaults where it is silent: timeouts, keepalives, name, read-only session in UTC.

    Raises:
        BadSetting: It cannot be read as a Postgres address.
    """
    try:
        given = conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        raise errors.BadSetting(
            "The database's address is not a Postgres address.", "Write it as postgresql://reader@host/database."
        ) from None
    dead_after = max(settings.connect_timeout_seconds, 1)
    defaults: dict[str, Any] = {
        "connect_timeout": settings.connect_timeout_seconds,
        "tcp_user_timeout": 6 * dead_after * 1000,
        "keepalives": 1,
        "keepalives_idle": 2 * dead_after,
        "keepalives_interval": dead_after,
        "keepalives_count": 3,
        "application_name": "autorev-dashboards",
    }
    if "," in str(given.get("host") or "") or "," in str(given.get("hostaddr") or ""):
        defaults["target_session_attrs"] = "prefer-standby"
    options = str(given.get("options") or "")
    session = {
        "statement_timeout": f"{settings.statement_timeout_seconds * 1000}",
        "default_transaction_read_only": "on",
        # The transaction that lends its snapshot to others does nothing meanwhile.
        "idle_in_transaction_session_timeout": "0",
        "timezone": "UTC",
        "datestyle": "ISO",
    }
    ours = [f"-c {name}={value}" for name, value in session.items() if not _sets(options, name)]
    merged = {**defaults, **{key: value for key, value in given.items() if value is not None}}
    merged["options"] = " ".join([options, *ours]).strip()
    return make_conninfo(**merged)


def _sets(options: str, name: str) -> bool:
    spelled = re.escape(name).replace("_", "[_-]")
    return re.search(rf"(?:^|\s)(?:-c\s*|--){spelled}\s*=", options, re.IGNORECASE) is not None


def connect(settings: Settings) -> Source:
    """Find the replica that the settings name, check it and say what it is.

    Raises:
        NoDatabase: No address is set.
        PrimaryRefused: A primary answered and the settings do not allow one.
        ReplicaError: Nobody answered, or turned us away; the class and the sentence say why.
    """
    conninfo = complete(address(settings), settings)
    with _open(conninfo) as connection:
        peer, patience = peer_of(connection), settings.connect_timeout_seconds
        with Watch(peer, settings.statement_timeout_seconds + patience, connection) as watch, watch.waiting():
            try:
                server = _inspect(connection)
                [(limit,)] = connection.execute(_STATEMENT_LIMIT).fetchall()
            except psycopg.Error as error:
                host = connection.info.host
                raise (_fell_silent(host, watch.seconds) if watch.silent else explain(error, conninfo)) from None
        if server.role == "primary" and not settings.allow_primary:
            raise errors.PrimaryRefused(
                f"{server.host} is a primary, and only a read replica is read.",
                "Point AUTOREV_DATABASE_URL at a replica, or set AUTOREV_ALLOW_PRIMARY=1 to read the primary itself.",
            )
        silent_seconds = limit + patience if limit else None
        return Source(_pinned(conninfo, connection.info), server, peer, silent_seconds)


def has_others(settings: Settings) -> bool:
    """Return whether the address names several hosts, of which another may answer when one is lost."""
    given = conninfo_to_dict(address(settings))
    return any("," in str(given.get(key) or "") for key in ("host", "hostaddr"))


def lag(connection: psycopg.Connection[Any]) -> float | None:
    """Return how many seconds the server is behind its primary: 0 on a primary, None when it does not say."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return _lag(cursor)[0]


def _open(conninfo: str) -> psycopg.Connection[tuple[Any, ...]]:
    try:
        connection = psycopg.connect(conninfo, autocommit=True)
    except psycopg.Error as error:
        raise explain(error, conninfo) from None
    connection.read_only = True
    return connection


def _pinned(conninfo: str, info: psycopg.ConnectionInfo) -> str:
    given = conninfo_to_dict(conninfo)
    hosts = [str(given.get(key) or "") for key in ("host", "hostaddr")]
    if not any("," in host for host in hosts):
        return conninfo
    chosen: dict[str, Any] = {**given, "host": info.host, "port": info.port}
    # An address of each host was given: keep the one that answered, or none.
    chosen["hostaddr"] = (info.hostaddr or None) if hosts[1] else None
    for balancing in ("load_balance_hosts", "target_session_attrs"):
        chosen.pop(balancing, None)
    return make_conninfo(**{key: value for key, value in chosen.items() if value is not None})


def _lag(cursor: psycopg.Cursor[dict[str, Any]]) -> tuple[float | None, bool]:
    standby = cursor.execute("select pg_is_in_recovery() as standby").fetchone()
    if standby is None or not standby["standby"]:
        return 0.0, True
    row = cursor.execute(_LAG).fetchone()
    if row is None:
        return None, False
    seconds = row["lag_seconds"]
    return (None if seconds is None else max(0.0, float(seconds))), bool(row["receiving"])


def _inspect(connection: psycopg.Connection[Any]) -> Server:
    with connection.cursor(row_factory=dict_row) as cursor:
        about = cursor.execute(_INSPECT).fetchone() or {}
        role: Role = "standby" if about["standby"] else "primary"
        lag_seconds, receiving = _lag(cursor)
        platform = {"platform": list(PLATFORM_SCHEMAS)}
        tables = cursor.execute(_GRANTS, platform).fetchall()
        creates = [row["name"] for row in cursor.execute(_CREATES, platform).fetchall()]
        host = connection.info.host or "the local socket"
        cluster = f"{host}:{connection.info.port}"
        if about["may_identify"]:
            known = cursor.execute("select system_identifier::text as id from pg_control_system()").fetchone()
            cluster = known["id"] if known else cluster
    writable = [row["name"] for row in tables if row["writable"]]
    hidden = tuple(row["name"] for row in tables if row["hidden"])
    unreadable = tuple(row["name"] for row in tables if not row["readable"])
    can_write = bool(about["superuser"] or writable or creates)
    warnings: list[str] = []
    if can_write:
        warnings.append(_may_write(about["user"], superuser=bool(about["superuser"]), tables=writable, schemas=creates))
    if role == "primary":
        warnings.append(f"{host} is a primary: reading it takes time from the application itself.")
    if not receiving:
        warnings.append(f"The standby {host} receives nothing from its primary at the moment.")
    if hidden:
        warnings.append(
            f"Row-level security may hide rows of {_some(hidden)} from the role {about['user']}: their counts are not "
            "the whole. Grant the role BYPASSRLS, or a policy that lets it read."
        )
    if unreadable:
        warnings.append(f"The role {about['user']} may not read {_some(unreadable)}. Grant it SELECT.")
    return Server(
        role=role,
        host=host,
        port=connection.info.port,
        database=about["database"],
        user=about["user"],
        version=about["version"].split(" ", maxsplit=1)[0],
        identity=f"{cluster}/{about['database_oid']}",
        lag_seconds=lag_seconds,
        can_write=can_write,
        bypasses_row_security=bool(about["bypasses"]),
        hidden_tables=hidden,
        unreadable_tables=unreadable,
        warnings=tuple(warnings),
    )


def _may_write(user: str, *, superuser: bool, tables: list[str], schemas: list[str]) -> str:
    if superuser:
        how = "is a superuser"
    elif tables:
        how = f"may write to {_some(tables)}"
    else:
        how = f"may create tables in {_some(schemas)}"
    return f"The role {user} {how}. Use a role that may only SELECT: a read-only session is no boundary."


def _some(names: tuple[str, ...] | list[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


_AGAIN: Final = "Try again in a moment."
_FAILURES: Final[tuple[tuple[str, type[errors.ReplicaError], str, str], ...]] = (
    (r"password authentication failed|no password supplied|SCRAM|Tenant or user not found", errors.WrongPassword,
     "{where} did not accept the password of the role {user}.", "Correct user and password in AUTOREV_DATABASE_URL."),
    (r"role \"[^\"]*\" does not exist", errors.WrongPassword,
     "{where} knows no role {user}.", "Correct the user in AUTOREV_DATABASE_URL, or create the role."),
    (r"role \"[^\"]*\" is not permitted to log in", errors.WrongPassword,
     "The role {user} may not log in at {where}.", "Give it LOGIN, or name another role."),
    (r"database \"[^\"]*\" does not exist", errors.MissingDatabase,
     "{where} has no database {database}.", "Correct the database's name in AUTOREV_DATABASE_URL."),
    (r"permission denied for database", errors.WrongPassword,
     "The role {user} may not connect to the database {database}.", "Grant it CONNECT."),
    (r"too many (clients|connections)|remaining connection slots|max client connections", errors.TooManyConnections,
     "{where} has no connection left.", "Close other clients, raise the limit, or try again in a moment."),
    (r"unsupported startup parameter", errors.Unreachable,
     "{where} is a connection pooler that refuses our session's options.",
     "Use the server's direct address, or let the pooler ignore the startup parameter options."),
    (r"no encryption|SSL off|no pg_hba\.conf entry", errors.EncryptionRefused,
     "{where} does not admit the role {user} from here in this way (encryption, address or role).",
     "Add sslmode=require to AUTOREV_DATABASE_URL, or admit this host in pg_hba.conf."),
    (r"SSL SYSCALL error|SSL connection has been closed", errors.ConnectionLost,
     "The connection to {where} was lost.", _AGAIN),
    (r"\bSSL\b|certificate|sslmode|TLS", errors.EncryptionRefused,
     "{where} and this program did not agree on an encrypted connection.",
     "Check sslmode and sslrootcert in AUTOREV_DATABASE_URL."),
    (r"translate host name|Name or service not known|resolve|nodename nor servname|name resolution", errors.Unreachable,
     "The name {host} is not known to the network.", "Correct the host in AUTOREV_DATABASE_URL."),
    (r"starting up|not yet accepting|shutting down|in recovery mode", errors.Unreachable,
     "{where} is starting or stopping.", _AGAIN),
    (r"not in hot standby|is not a standby|not read-only|read-write|target_session_attrs", errors.Unreachable,
     "No host of {host} is of the kind that target_session_attrs asks for.",
     "Correct it in AUTOREV_DATABASE_URL, or use prefer-standby."),
    (r"timeout expired|timed out|Operation timed out", errors.Unreachable,
     "{where} did not answer in {seconds} seconds.", "Check host, port and firewall."),
    (r"Connection refused", errors.Unreachable,
     "{where} refuses connections.", "Check host and port, and that Postgres runs there."),
    (r"No such file or directory", errors.Unreachable,
     "No Postgres listens at the socket {host}.", "Check the folder and the port, and that Postgres runs there."),
    (r"No route to host|Network is unreachable", errors.Unreachable,
     "There is no way through the network to {where}.", "Check host, port and firewall."),
)  # fmt: skip
_LOST: Final = (
    r"closed the connection|connection (is |was )?(lost|closed|reset|not open)|terminating connection|\beof\b"
    r"|unexpected postmaster exit|broken pipe"
)
_STATES: Final[dict[str, tuple[type[errors.ReplicaError], str, str]]] = {
    "57014": (
        errors.QuestionTimeout,
        "{where} ended a statement after its time limit.",
        "Raise AUTOREV_STATEMENT_TIMEOUT_SECONDS, or try again.",
    ),
    "40001": (
        errors.ConnectionLost,
        "{where} ended our statement, because it stood in the way of replaying the primary's changes.",
        _AGAIN,
    ),
    "42501": (
        errors.WrongPassword,
        "The role {user} lacks a privilege it needs at {where}.",
        "Grant it SELECT on the tables that `autorev doctor` names.",
    ),
}


def explain(error: BaseException, conninfo: str) -> errors.ReplicaError:
    """Return in words why a connection failed or broke, whether psycopg or DuckDB reports it.

    Nothing of the server's text is repeated but for a failure nobody foresaw, and that with passwords hidden.
    """
    try:
        given = conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        given = {}
    host = str(given.get("host") or given.get("hostaddr") or "the local socket")
    port = given.get("port")
    words = {
        "host": host,
        "where": f"{host}, port {port}," if port and not host.startswith("/") else host,
        "user": str(given.get("user") or "of this system user"),
        "database": str(given.get("dbname") or given.get("user") or ""),
        "seconds": str(given.get("connect_timeout") or ""),
    }
    text = str(error)
    state = getattr(error, "sqlstate", None)
    if "conflict with recovery" in text:
        state = "40001"
    elif state is None and "canceling statement due to statement timeout" in text:
        state = "57014"
    if state in _STATES:
        kind, sentence, step = _STATES[state]
        return kind(sentence.format(**words), step)
    for pattern, kind, sentence, step in _FAILURES:
        if re.search(pattern, text, re.IGNORECASE):
            return kind(sentence.format(**words), step)
    if re.search(_LOST, text, re.IGNORECASE):
        return errors.ConnectionLost(f"The connection to {words['where']} was lost.", _AGAIN)
    password = str(given.get("password") or "")
    first = errors.redact(text, password).strip().splitlines()[0] if text.strip() else type(error).__name__
    return errors.Unreachable(f"{words['where']} could not be read: {first.rstrip('.')}.", "Check the address.")
