"""How each Postgres type is carried into the mirror: by SQL on the Postgres side, so that DuckDB gets safe types.

Every expression yields NULL where a value cannot be carried, and a predicate beside it counts those values; nothing
raises for a single row and nothing turns into 0. Sessions are expected to run in UTC (`connection` sees to it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import sqlalchemy as sa
from psycopg import sql

from catalogue import column_note

if TYPE_CHECKING:
    from collections.abc import Callable

Target = Literal[
    "TEXT", "INTEGER", "DECIMAL", "MONEY", "BOOLEAN", "UUID", "JSONB", "TIMESTAMP", "DATE", "TIME", "TEXT[]", "UUID[]",
    "VECTOR",
]  # fmt: skip
DUCKDB_TYPES: Final[dict[Target, str]] = {
    "TEXT": "VARCHAR",
    "INTEGER": "BIGINT",
    "DECIMAL": "DOUBLE",
    "MONEY": "DECIMAL(18,2)",
    "BOOLEAN": "BOOLEAN",
    "UUID": "UUID",
    "JSONB": "JSON",
    "TIMESTAMP": "TIMESTAMPTZ",
    "DATE": "DATE",
    "TIME": "TIME",
    "TEXT[]": "VARCHAR[]",
    "UUID[]": "VARCHAR[]",
    "VECTOR": "VARCHAR",
}
UNKNOWN: Final = "unknown"
"""The `base` of an expression whose type only Postgres knows: carried through its text."""

_INTEGERS: Final = frozenset({"int2", "int4", "int8", "oid"})
_FLOATS: Final = frozenset({"float4", "float8"})
_NUMBERS: Final = _INTEGERS | _FLOATS | {"numeric", "money"}
_WORDS: Final = frozenset({"text", "varchar", "bpchar", "citext", "name", "char"})
_MONEY_MAX: Final = "9999999999999999.99"
_EXACT_PRECISION: Final = 38
_EXACT_SCALE: Final = 9
_DAY: Final = (
    r"(?!0000)([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))"
    r"|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
)
_CLOCK: Final = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
_MOMENT: Final = rf"^{_DAY}([ T]{_CLOCK} ?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$"
_NUMBER: Final = r"^\s*[+-]?([0-9]{1,60}(\.[0-9]{0,60})?|\.[0-9]{1,60})([eE][+-]?[0-9]{1,3})?\s*$"
_UUID: Final = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_TRUE: Final = "('true', 't', 'yes', 'y', 'on', '1')"
_FALSE: Final = "('false', 'f', 'no', 'n', 'off', '0')"
_NOT_FINITE: Final = "('NaN', 'Infinity', '-Infinity')"


_NATURAL: Final[dict[str, Target]] = {
    "int2": "INTEGER",
    "int4": "INTEGER",
    "int8": "INTEGER",
    "oid": "INTEGER",
    "float4": "DECIMAL",
    "float8": "DECIMAL",
    "bool": "BOOLEAN",
    "uuid": "UUID",
    "json": "JSONB",
    "jsonb": "JSONB",
    "timestamptz": "TIMESTAMP",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "time": "TIME",
}


@dataclass(frozen=True, slots=True)
class LiveColumn:
    """A column as the running database has it.

    `type` is the type in words (`format_type`, precision included); `base` the bare name of the type under any
    domain (`numeric`, `timestamptz`; of an array, its element's); `kind` the letter of `pg_type.typtype` of that
    type (b base, c composite, e enum, r range, m multirange); `data_type` the spelling of the information schema
    ("ARRAY", "USER-DEFINED", "timestamp with time zone").
    """

    name: str
    position: int
    type: str
    base: str
    kind: str = "b"
    data_type: str = ""
    array: bool = False
    dimensions: int = 0
    precision: int | None = None
    scale: int | None = None
    domain: str | None = None
    labels: tuple[str, ...] = ()
    not_null: bool = False
    default: str | None = None
    comment: str | None = None
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Lost:
    """Values that cannot be carried as they are: why, and the Postgres predicate that finds them."""

    reason: str
    predicate: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A Postgres expression of a type that DuckDB takes without loss, and what it leaves behind.

    `words` says the conversion to a person, empty when the value travels as it is.
    """

    select_sql: str
    duckdb_type: str
    lost: tuple[Lost, ...] = ()
    words: str = ""


def quoted(*parts: str) -> str:
    """Return a name, with its schema or table before it when given, as Postgres reads it whatever it holds."""
    return sql.Identifier(*parts).as_string()


def target_of(column: sa.Column[Any]) -> Target:
    """Return what a documented column is carried as: its spelling, or MONEY for a DECIMAL of two places."""
    if isinstance(column.type, sa.Numeric) and column.type.scale is not None:
        return "MONEY"
    return cast("Target", column_note(column).spelling)


def carry(expression: str, live: LiveColumn, target: Target) -> Carried:
    """Return how values of a live column reach the mirror as the documented type.

    Args:
        expression: Postgres SQL that yields the value, as one operand (`t."price"`, or in parentheses).
        live: Its type.
        target: The documented type.
    """
    value = _plain(expression, live)
    if live.array and target not in {"TEXT", "JSONB", "TEXT[]", "UUID[]", "VECTOR"}:
        return _impossible(value, live, target)
    return _CONVERSIONS[target](value, live)


def carry_any(live: LiveColumn, expression: str | None = None) -> Carried:
    """Return how a column that the dictionary does not describe reaches the mirror, close to its own type.

    A numeric without a usable precision becomes DECIMAL(38,9): exact for any sum of money; bytes become their length
    in words.
    """
    value = expression if expression is not None else f"t.{quoted(live.name)}"
    if live.array:
        return carry(value, live, "TEXT[]")
    if live.base in {"numeric", "money"}:
        return _exact(f"{value}::numeric", live)
    if live.base == "bytea":
        return Carried(f"(octet_length({value})::text || ' bytes')", "VARCHAR", words="its length")
    return carry(value, live, _NATURAL.get(live.base, "TEXT") if live.kind == "b" else "TEXT")


def unbound(target: Target) -> str:
    """Return the Postgres expression of a typed NULL, for a column that nothing binds."""
    types = {"VARCHAR": "text", "JSON": "text", "DECIMAL(18,2)": "numeric(18,2)", "VARCHAR[]": "text[]"}
    types |= {"DOUBLE": "float8", "BIGINT": "int8"}
    name = DUCKDB_TYPES[target]
    return f"null::{types.get(name, name.lower())}"


def _plain(expression: str, live: LiveColumn) -> str:
    """Return the expression without its domain, which DuckDB would have to look up."""
    if live.domain is not None and live.kind == "b":
        base = "text" if live.base in _WORDS else live.base
        return f"{expression}::{quoted(base)}{'[]' if live.array else ''}"
    return expression


def _is_words(live: LiveColumn) -> bool:
    return live.base in _WORDS or live.kind == "e" or live.base == UNKNOWN


def _impossible(value: str, live: LiveColumn, target: Target) -> Carried:
    return Carried(
        unbound(target),
        DUCKDB_TYPES[target],
        (Lost(f"{live.type} does not become {target}", f"{value} is not null"),),
        f"{live.type} does not become {target}: left empty",
    )


def _to_text(value: str, live: LiveColumn) -> Carried:
    if live.array:
        return Carried(f"array_to_string({value}, ', ')", "VARCHAR", words="elements joined by commas")
    words = "" if _is_words(live) else f"{live.type} as text"
    return Carried(f"{value}::text", "VARCHAR", words=words)


def _to_json(value: str, live: LiveColumn) -> Carried:
    if live.base in {"json", "jsonb"} and not live.array:
        return Carried(f"{value}::text", "JSON")
    return Carried(f"to_jsonb({value})::text", "JSON", words=f"{live.type} as JSON")


def _to_list(value: str, live: LiveColumn) -> Carried:
    if live.array:
        nested = f"array_ndims({value}) > 1"
        flat = f"array(select item::text from unnest({value}) with ordinality as flat(item, place) order by place)"  # noqa: S608  names quoted
        return Carried(
            f"case when {nested} then {flat} else {value}::text[] end",
            "VARCHAR[]",
            (Lost("a list of lists, flattened", nested),),
        )
    if live.base in {"json", "jsonb", UNKNOWN}:
        document = f"to_jsonb({value})"
        items = f"array(select item #>> '{{}}' from jsonb_array_elements({document}) as list(item))"  # noqa: S608  as above
        return Carried(
            f"case jsonb_typeof({document}) when 'array' then {items} when 'null' then null"
            f" else array[{document} #>> '{{}}'] end",
            "VARCHAR[]",
            words="a JSON list as a list of texts",
        )
    return Carried(
        f"case when {value} is not null then array[{value}::text] end", "VARCHAR[]", words="one value as a list of one"
    )


@dataclass(frozen=True, slots=True)
class _Number:
    """A value as a Postgres numeric: `finite` when it can be nothing else, `places` its decimals when declared."""

    sql: str
    finite: bool = False
    places: int | None = None
    lost: tuple[Lost, ...] = ()
    words: str = ""

    def is_finite(self) -> str:
        return f"{self.sql} not in {_NOT_FINITE}"

    def losses(self) -> tuple[Lost, ...]:
        if self.finite:
            return self.lost
        return (*self.lost, Lost("not a finite number", f"{self.sql} in {_NOT_FINITE}"))


def _number(value: str, live: LiveColumn) -> _Number | None:
    """Return the value as a numeric, or None where there is no way."""
    if live.base in _INTEGERS:
        return _Number(f"{value}::numeric", finite=True, places=0)
    if live.base in _NUMBERS:
        return _Number(f"{value}::numeric", places=live.scale)
    if live.base == "bool":
        return _Number(f"{value}::int4::numeric", finite=True, places=0, words="true as 1, false as 0")
    if live.base == "interval":
        return _Number(f"extract(epoch from {value})::numeric", words="interval in seconds")
    if _is_words(live):
        text = f"{value}::text"
        return _Number(
            f"(case when {text} ~ '{_NUMBER}' then trim({text})::numeric end)",
            finite=True,
            lost=(Lost("not a number", f"{text} !~ '{_NUMBER}'"),),
            words=f"a number written as {live.type}",
        )
    return None


def _to_integer(value: str, live: LiveColumn) -> Carried:
    number = _number(value, live)
    if number is None:
        return _impossible(value, live, "INTEGER")
    if live.base in _INTEGERS:
        return Carried(f"{value}::int8", "BIGINT")
    within = f"{number.sql} between -9223372036854775808 and 9223372036854775807"
    lost = [*number.losses(), Lost("too large for a whole number", f"{number.is_finite()} and not ({within})")]
    if number.places != 0:
        lost.append(Lost("has a fraction, rounded", f"{within} and {number.sql} <> round({number.sql})"))
    return Carried(
        f"case when {within} then round({number.sql})::int8 end",
        "BIGINT",
        tuple(lost),
        number.words or f"{live.type} as a whole number",
    )


def _to_decimal(value: str, live: LiveColumn) -> Carried:
    number = _number(value, live)
    if number is None:
        return _impossible(value, live, "DECIMAL")
    if live.base in _INTEGERS:
        return Carried(f"{value}::float8", "DOUBLE")
    if live.base in _FLOATS:
        return Carried(
            f"case when {value} not in {_NOT_FINITE} then {value}::float8 end",
            "DOUBLE",
            (Lost("not a finite number", f"{value} in {_NOT_FINITE}"),),
        )
    # A numeric beyond what a double holds, at either end, would raise.
    return Carried(
        f"case when {number.is_finite()} and abs({number.sql}) < 1e300"
        f" then case when abs({number.sql}) > 1e-300 then {number.sql}::float8 else 0 end end",
        "DOUBLE",
        (*number.losses(), Lost("too large", f"{number.is_finite()} and abs({number.sql}) >= 1e300")),
        number.words,
    )


def _to_money(value: str, live: LiveColumn) -> Carried:
    number = _number(value, live)
    if number is None:
        return _impossible(value, live, "MONEY")
    within = f"{number.sql} between -{_MONEY_MAX} and {_MONEY_MAX}"
    lost = [*number.losses(), Lost("too large for money", f"{number.is_finite()} and not ({within})")]
    if number.places is None or number.places > 2:
        lost.append(Lost("more than two decimals, rounded", f"{within} and {number.sql} <> round({number.sql}, 2)"))
    return Carried(
        f"(case when {within} then round({number.sql}, 2) end)::numeric(18,2)",
        "DECIMAL(18,2)",
        tuple(lost),
        number.words,
    )


def _exact(number: str, live: LiveColumn) -> Carried:
    precision, scale = live.precision, live.scale
    declared = precision is not None and scale is not None and 0 <= scale <= precision <= _EXACT_PRECISION
    if not declared or precision is None or scale is None:
        precision, scale = _EXACT_PRECISION, _EXACT_SCALE
    limit = f"1e{precision - scale}"
    finite = f"{number} not in {_NOT_FINITE}"
    rounded = f"round({number}, {scale})"
    lost = [Lost("not a finite number", f"{number} in {_NOT_FINITE}")]
    if not declared:
        lost.append(Lost("too large", f"{finite} and abs({rounded}) >= {limit}"))
        lost.append(Lost(f"more than {scale} decimals, rounded", f"{finite} and {number} <> {rounded}"))
    return Carried(
        f"(case when {finite} and abs({rounded}) < {limit} then {rounded} end)::numeric({precision},{scale})",
        f"DECIMAL({precision},{scale})",
        tuple(lost),
    )


def _to_boolean(value: str, live: LiveColumn) -> Carried:
    if live.base == "bool":
        return Carried(value, "BOOLEAN")
    if live.base in _NUMBERS:
        return Carried(
            f"({value}::numeric <> 0)",
            "BOOLEAN",
            (Lost("neither 0 nor 1", f"{value}::numeric not in (0, 1)"),),
            "0 as false, any other number as true",
        )
    if not _is_words(live):
        return _impossible(value, live, "BOOLEAN")
    text = f"lower(trim({value}::text))"
    return Carried(
        f"case when {text} in {_TRUE} then true when {text} in {_FALSE} then false end",
        "BOOLEAN",
        (Lost("neither true nor false", f"{text} not in {_TRUE} and {text} not in {_FALSE}"),),
        "true and false written as text",
    )


def _to_uuid(value: str, live: LiveColumn) -> Carried:
    if live.base == "uuid":
        return Carried(value, "UUID")
    if not _is_words(live):
        return _impossible(value, live, "UUID")
    text = f"trim({value}::text)"
    return Carried(
        f"case when {text} ~ '{_UUID}' then {text}::uuid end",
        "UUID",
        (Lost("not a UUID", f"{text} !~ '{_UUID}'"),),
        "a UUID written as text",
    )


def _between_years(value: str) -> tuple[str, tuple[Lost, ...]]:
    within = f"{value} >= '0001-01-01' and {value} < '10000-01-01'"
    return within, (
        Lost("an infinite time", f"not isfinite({value})"),
        Lost("before year 1 or after year 9999", f"isfinite({value}) and not ({within})"),
    )


def _to_moment(value: str, live: LiveColumn) -> Carried:
    converted = {
        "timestamptz": (value, ""),
        "timestamp": (f"{value} at time zone 'UTC'", "has no zone, read as UTC"),
        "date": (f"{value}::timestamp at time zone 'UTC'", "a day as its midnight in UTC"),
    }
    if live.base in converted:
        moment, words = converted[live.base]
        within, lost = _between_years(value)
        return Carried(f"case when {within} then {moment} end", "TIMESTAMPTZ", lost, words)
    if not _is_words(live):
        return _impossible(value, live, "TIMESTAMP")
    text = f"{value}::text"
    return Carried(
        f"case when {text} ~ '{_MOMENT}' then {text}::timestamptz end",
        "TIMESTAMPTZ",
        (Lost("not a time", f"{text} !~ '{_MOMENT}'"),),
        "a time written as text, read as UTC where it names no zone",
    )


def _to_day(value: str, live: LiveColumn) -> Carried:
    converted = {
        "date": (value, ""),
        "timestamp": (f"{value}::date", "the day of a time without zone"),
        "timestamptz": (f"({value} at time zone 'UTC')::date", "the day in UTC"),
    }
    if live.base in converted:
        day, words = converted[live.base]
        within, lost = _between_years(value)
        return Carried(f"case when {within} then {day} end", "DATE", lost, words)
    if not _is_words(live):
        return _impossible(value, live, "DATE")
    text = f"{value}::text"
    return Carried(
        f"case when {text} ~ '{_MOMENT}' then left({text}, 10)::date end",
        "DATE",
        (Lost("not a day", f"{text} !~ '{_MOMENT}'"),),
        "a day written as text",
    )


def _to_clock(value: str, live: LiveColumn) -> Carried:
    converted = {
        "time": (value, ""),
        "timetz": (f"({value} at time zone 'UTC')::time", "the time of day in UTC"),
        "timestamp": (f"{value}::time", "the time of day"),
        "timestamptz": (f"({value} at time zone 'UTC')::time", "the time of day in UTC"),
    }
    if live.base in converted:
        clock, words = converted[live.base]
        midnight = f"{clock} = '24:00'"
        if live.base in {"timestamp", "timestamptz"}:
            return Carried(clock, "TIME", (Lost("an infinite time", f"not isfinite({value})"),), words)
        return Carried(
            f"case when not {midnight} then {clock} end", "TIME", (Lost("24:00 is no time of day", midnight),), words
        )
    if not _is_words(live):
        return _impossible(value, live, "TIME")
    text = f"{value}::text"
    return Carried(
        f"case when {text} ~ '^{_CLOCK}$' then {text}::time end",
        "TIME",
        (Lost("not a time of day", f"{text} !~ '^{_CLOCK}$'"),),
        "a time of day written as text",
    )


def _to_vector(value: str, _: LiveColumn) -> Carried:
    return Carried(f"{value}::text", "VARCHAR")


_CONVERSIONS: Final[dict[Target, Callable[[str, LiveColumn], Carried]]] = {
    "TEXT": _to_text,
    "INTEGER": _to_integer,
    "DECIMAL": _to_decimal,
    "MONEY": _to_money,
    "BOOLEAN": _to_boolean,
    "UUID": _to_uuid,
    "JSONB": _to_json,
    "TIMESTAMP": _to_moment,
    "DATE": _to_day,
    "TIME": _to_clock,
    "TEXT[]": _to_list,
    "UUID[]": _to_list,
    "VECTOR": _to_vector,
}
