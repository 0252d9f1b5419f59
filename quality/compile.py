"""`to_sql`: all checks of a table as one statement in the mirror's dialect, and the parts that a person is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from quality.check import q
from replica.masking import RAW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from quality.check import Check
    from quality.known import Known

_NAMED: Final = re.compile(r"⟦([^⟧]+)⟧")
NOW: Final = "now"
HASH: Final = "#"
"""What a hash of values is asked for with: `⟦#a, b⟧`; the engines have no common word for it."""
KEYS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that judges a table: its first column is the number of rows, then each check's answer.

    `checks` are in the order of the columns; of those with `of`, a second column follows all of them.
    """

    table: str
    sql: str
    checks: tuple[Check, ...]
    shares: tuple[Check, ...]


def put_in(sql: str, relation: Callable[[str], str], now: str) -> str:
    """Return the SQL with what `⟦…⟧` stands for."""
    return _NAMED.sub(lambda found: now if found[1] == NOW else relation(found[1]), sql)


def reads(check: Check) -> frozenset[str]:
    """Return the tables that a check reads, its own among them, and `NOW` where it asks for the time."""
    return _named(check.table, check.where, check.tally, check.measure, check.screen, check.of)


@lru_cache(maxsize=1 << 15)
def _named(table: str, *asked: str | None) -> frozenset[str]:
    named = {name for sql in asked if sql is not None for name in _NAMED.findall(sql) if not name.startswith(HASH)}
    return frozenset({table, *named})


def in_mirror(known: Known, *, raw: bool = False) -> Callable[[str], str]:
    """Return the namer of tables in the mirror; `raw` ones are read as they are, others as a question reads them."""
    prefix = f"{RAW}." if raw else ""

    def relation(name: str) -> str:
        if name.startswith(HASH):
            return f"hash({name.removeprefix(HASH)})"
        table = known.tables.get(name)
        return f"{prefix}{'other' if table is not None and not table.documented else 'main'}.{q(name)}"

    return relation


def to_sql(table: str, checks: Sequence[Check], known: Known, *, screened: bool = False) -> Statement:
    """Return the statement that judges all these checks of a table at once, `$now` being its parameter.

    With `screened`, a check that has a screen answers with it: NULL where nothing can offend, else 1.
    """
    if screened:
        checks = [
            replace(check, where=None, measure=None, tally=f"case when {check.screen} then 1 end")
            if check.screen is not None else check
            for check in checks
        ]  # fmt: skip
    asked = tuple(check for check in checks if check.live is None)
    rows = [check for check in asked if check.where is not None]
    shares = tuple(check for check in asked if check.of is not None)
    relation = in_mirror(known, raw=True)
    place = {check.id: f"check_{number}" for number, check in enumerate(asked)}
    counted = ["count(*) as n"]
    counted += [f"count(*) filter (where {place[check.id]}) as {place[check.id]}" for check in rows]
    counted += [f"{check.tally} as {place[check.id]}" for check in asked if check.tally is not None]
    columns = ["r.n"]
    columns += [
        f"({check.measure}) as {place[check.id]}" if check.measure is not None else f"r.{place[check.id]}"
        for check in asked
    ]
    columns += [f"({check.of}) as o{number}" for number, check in enumerate(shares)]
    judged = "".join(f", ({check.where}) as {place[check.id]}" for check in rows)
    sql = (
        f"select {', '.join(columns)} from (select {', '.join(counted)} from (select t.*{judged} from ⟦{table}⟧ t) t) r"
    )
    return Statement(table, put_in(sql, relation, f"${NOW}"), asked, shares)


def of_one_row(check: Check) -> bool:
    """Say whether a check looks at nothing but the values of a row, one at a time."""
    return check.where is not None and check.of is None and set(_NAMED.findall(check.where)) <= {NOW}


def any_sql(table: str, checks: Sequence[Check], known: Known) -> str:
    """Return the statement that says how many rows there are that offend against any of these checks of one row."""
    either = " or ".join(f"({check.where})" for check in checks)
    return put_in(f"select count(*) from ⟦{table}⟧ t where {either}", in_mirror(known, raw=True), f"${NOW}")


def counts_sql(table: str, counted: Sequence[str], compared: Sequence[str], known: Known) -> str:
    """Return the statement for the number of rows, of values in each column, and whether a column's are the same."""
    asked = [f"count(t.{q(name)})" for name in counted] + [f"min(t.{q(name)}) = max(t.{q(name)})" for name in compared]
    return put_in(f"select count(*), {', '.join(asked)} from ⟦{table}⟧ t", in_mirror(known, raw=True), f"${NOW}")


def shown(check: Check, relation: Callable[[str], str], now: str) -> str:
    """Return the SQL that measures one check by itself, as a person may run it."""
    if check.where is not None:
        return put_in(f"select count(*) from ⟦{check.table}⟧ t where {check.where}", relation, now)
    if check.tally is not None:
        return put_in(f"select {check.tally} from ⟦{check.table}⟧ t", relation, now)
    return put_in(check.measure or check.live or "", relation, now)


def offending(check: Check, keys: Sequence[str], relation: Callable[[str], str], now: str) -> str | None:
    """Return the SQL that selects the keys of what offends, a text a row; None where nothing has a key."""
    if check.where is not None and keys:
        named = " || '/' || ".join(f"coalesce(t.{q(key)}::text, '–')" for key in keys)
        selected = f"select {named} as key from ⟦{check.table}⟧ t where {check.where} order by 1"
        return put_in(selected, relation, now)
    if check.sample is not None:
        return put_in(f"select key::text from ({check.sample}) s(key)", relation, now)
    return None
