"""Statements on the screen: HTML of ours in which text from the database cannot be anything but text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from finance_reports import written
from queries.export import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from finance_reports.statement import Check, Column, Row, Statement

_INDENT: Final = 1.15
_LONGEST: Final = 300
"""Letters of a text that are drawn; the data table has them all."""
_MOST_ACCOUNTS: Final = 200
"""Accounts that an address names; a total of more has no link of its own, its rows do."""


def characters(text: str) -> str:
    """Return HTML that shows the text letter by letter: each as its number, so that none is read as markup.

    What hides or turns letters is spelled out first; a long text is cut.
    """
    shown = visible(" ".join(text.split()))
    shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
    return "".join(f"&#{ord(letter)};" for letter in shown)


def encoded(text: str) -> str:
    """Return a text for an address, every byte of it percent-encoded."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))


def markup(statement: Statement, codes: Mapping[str, str], entries: str = "") -> str:
    """Return a statement as HTML.

    Args:
        statement: What to draw.
        codes: The code of each account by its id: the cells of these accounts lead to their lines.
        entries: Which entries count, as the ledger's page calls it in its address.
    """
    final = statement.statuses == "Posted entries"
    statuses = characters(statement.statuses)
    head = (
        f"<header><span>{characters(statement.entity)} · "
        f"{characters(statement.period)} · {characters(statement.currency)} · </span>"
        f'<span class="{"final" if final else "not-final"}">{statuses}</span></header>'
    )
    columns = "".join(f'<th scope="col">{characters(column.label)}</th>' for column in statement.columns)
    heads = _outline(statement.rows)
    headed = {head for over in heads for head in over}
    rows = "".join(
        _row(row, statement.columns, place if place in headed else None, heads[place], codes, entries)
        for place, row in enumerate(_traced(statement.rows))
    )
    table = f"<table><thead><tr><td></td>{columns}</tr></thead><tbody>{rows}</tbody></table>"
    checks = "".join(_check(check) for check in statement.checks)
    notes = "".join(f"<div>{characters(note)}</div>" for note in statement.notes)
    more = f"<details><summary>Notes ({len(statement.notes)})</summary>{notes}</details>" if notes else ""
    closed = "".join(
        f".statement:has(.head-{place}:not([open])) .in-{place}{{display:none}}" for place in sorted(headed)
    )
    return f'<div class="statement">{head}<style>{closed}</style>{table}<ul>{checks}</ul>{more}</div>'


def _traced(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with all accounts behind them: a computed line has those of the rows that it adds.

    One that adds a line without accounts, such as earnings not closed, has none: its lines would not come to it.
    """
    by_label = {row.label: row for row in rows if row.cells}

    def behind(row: Row, seen: frozenset[str]) -> dict[str, None] | None:
        found = dict.fromkeys(row.accounts)
        for label, _ in row.adds:
            if (added := by_label.get(label)) is None:
                continue  # a section without accounts is not printed
            more = None if label in seen else behind(added, seen | {label})
            if not more:
                return None
            found |= more
        return found

    return [replace(row, accounts=tuple(behind(row, frozenset({row.label})) or ())) for row in rows]


def _outline(rows: Sequence[Row]) -> list[list[int]]:
    """Return for each row the places of the sections and groups that hide it when they are closed.

    Totals stay: a closed group still says what it comes to.
    """
    found: list[list[int]] = []
    section: int | None = None
    groups: list[int] = []
    for place, row in enumerate(rows):
        while groups and row.level <= rows[groups[-1]].level:
            groups.pop()
        if row.kind in {"section", "total"}:
            section = None
        found.append([*([] if section is None or row.level == 0 else [section]), *groups])
        if row.kind == "section":
            section = place
        elif row.kind == "group":
            groups.append(place)
    return found


def _row(
    row: Row,
    columns: tuple[Column, ...],
    place: int | None,
    heads: Sequence[int],
    codes: Mapping[str, str],
    entries: str,
) -> str:
    """Return a row; one with a `place` opens and closes those below it, its `heads` hide it."""
    code = f'<span class="code">{characters(row.code)}</span>' if row.code else ""
    label = f"{code}{characters(row.label)}"
    if place is not None:
        label = f'<details class="head-{place}" open><summary>{label}</summary></details>'
    name = f'<th scope="row" style="padding-left:{row.level * _INDENT + 0.3:.2f}rem">{label}</th>'
    cells = [_cell(row, one, columns[one], codes, entries) for one in range(len(row.cells))]
    cells += ["<td></td>"] * (len(columns) - len(cells))
    return f'<tr class="{" ".join([row.kind, *(f"in-{head}" for head in heads)])}">{name}{"".join(cells)}</tr>'


def _cell(row: Row, place: int, column: Column, codes: Mapping[str, str], entries: str) -> str:
    text = characters(written.cell(row.cells[place], column.cell))
    named = [codes[account] for account in row.accounts if codes.get(account)]
    if column.last is None or not named or len(named) > _MOST_ACCOUNTS or column.cell != "money":
        return f'<td class="{column.cell}">{text}</td>'
    first = column.first.isoformat() if column.first else "2000-01-01"
    days = f"range=Custom&amp;from={first}&amp;to={column.last.isoformat()}"
    chosen = f"&amp;entries={encoded(entries)}" if entries else ""
    address = f"ledger?{days}&amp;search={encoded(','.join(named))}{chosen}"
    return f'<td class="{column.cell}"><a href="{address}" target="_self">{text}</a></td>'


def _check(check: Check) -> str:
    if check.holds:
        return f'<li><span class="holds">✓</span> {characters(check.name)}</li>'
    return f'<li class="failed">✗ {characters(check.name)}: off by {characters(written.money(check.difference))}</li>'
