"""A text of headings, lists, tables and small charts, written as Markdown or as HTML that fetches nothing.

What stands in it is plain text, shown letter by letter in either form; what others wrote (`Said`) stands as code.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from queries.export import letters, literal, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDE: Final = 120
_HIGH: Final = 24
_BARS: Final = "▁▂▃▄▅▆▇█"
_STYLE: Final = {
    "body": "font:15px/1.45 system-ui,sans-serif;color:#1d2429;background:#ffffff;margin:24px auto;max-width:760px",
    "table": "border-collapse:collapse;font-variant-numeric:tabular-nums",
    "th": "text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid #5d6b75",
    "td": "text-align:left;padding:4px 10px 4px 0;vertical-align:top;border-bottom:1px solid #e3e7e9",
    "code": "font:13px/1.4 ui-monospace,monospace;background:#f1f4f5;padding:0 3px;overflow-wrap:anywhere",
}


class Said(str):
    """Words that others wrote: of the database, shown as code."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A small line over periods of equal length; `words` say what it shows, None is unknown and leaves a gap."""

    values: tuple[float | None, ...]
    words: str

    def svg(self) -> str:
        """Draw it; only numbers of ours and escaped words stand in it."""
        runs, end = self._runs()
        lines = "".join(f'<polyline points="{" ".join(run)}"/>' for run in runs if len(run) > 1)
        dots = "".join(
            '<circle cx="{}" cy="{}" r="2"/>'.format(*point.split(","))
            for point in dict.fromkeys([*(run[0] for run in runs if len(run) == 1), *([end] if end else [])])
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDE}" height="{_HIGH}" viewBox="0 0 {_WIDE} {_HIGH}" '
            f'role="img" aria-label="{escape(_line(self.words))}"><g fill="none" stroke="#0072b2" stroke-width="1.5">'
            f'{lines}</g><g fill="#0072b2">{dots}</g></svg>'
        )

    def text(self) -> str:
        """Write it as a row of bars, a dot where a value is unknown."""
        known = [value for value in self.values if value is not None]
        low, high = min(known, default=0.0), max(known, default=0.0)
        steps = len(_BARS) - 1
        return "".join(
            "·" if value is None else _BARS[round(steps * (value - low) / (high - low)) if high > low else 0]
            for value in self.values
        )

    def _runs(self) -> tuple[list[list[str]], str | None]:
        """Return the points of each unbroken run, and the last of them where the newest value is known."""
        known = [value for value in self.values if value is not None]
        low, high = min(known, default=0.0), max(known, default=0.0)
        step = (_WIDE - 4) / max(1, len(self.values) - 1)
        runs: list[list[str]] = [[]]
        for place, value in enumerate(self.values):
            if value is None:
                runs.append([])
                continue
            share = (value - low) / (high - low) if high > low else 0.5
            runs[-1].append(f"{2 + place * step:.0f},{_HIGH - 3 - share * (_HIGH - 6):.0f}")
        found = [run for run in runs if run]
        return found, found[-1][-1] if found and self.values[-1] is not None else None


Cell = str | Said | Chart
Line = tuple[str | Said, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it: sentences, then a table, then a list.

    `empty` is said where there is neither table nor list.
    """

    title: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    items: tuple[Line, ...] = ()
    numbered: bool = False
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A title, what is to be known at once, and sections."""

    title: str
    items: tuple[Line, ...]
    sections: tuple[Section, ...] = ()


def markdown(document: Document, *, drawn: bool = True) -> str:
    """Write it as Markdown; charts are drawn as SVG, or else as rows of bars."""
    blocks = [f"# {letters(visible(document.title))}", _list(document.items, numbered=False)]
    for section in document.sections:
        blocks.append(f"## {letters(visible(section.title))}")
        blocks += [letters(visible(sentence)) for sentence in section.sentences]
        blocks.append(_rows(section.table, drawn=drawn) if _has_rows(section) and section.table else "")
        blocks.append(_list(section.items, numbered=section.numbered))
        blocks.append(letters(section.empty) if _is_empty(section) else "")
    return "\n\n".join(filter(None, blocks)) + "\n"


def _has_rows(section: Section) -> bool:
    return section.table is not None and bool(section.table.rows)


def _is_empty(section: Section) -> bool:
    return not section.items and not _has_rows(section)


def _list(items: Iterable[Line], *, numbered: bool) -> str:
    return "\n".join(
        f"{f'{place}.' if numbered else '-'} {''.join(map(_inline, item))}" for place, item in enumerate(items, start=1)
    )


def _inline(part: str | Said) -> str:
    if isinstance(part, Said):
        return literal(visible(part))
    # Spaces at its ends part it from what stands beside.
    return f"{' ' * part.startswith(' ')}{letters(visible(part))}{' ' * part.endswith(' ')}"


def _rows(table: Table, *, drawn: bool) -> str:
    lines = [
        f"| {' | '.join(map(letters, table.head))} |",
        f"|{' --- |' * len(table.head)}",
        *(f"| {' | '.join(_in_cell(cell, drawn=drawn) for cell in row)} |" for row in table.rows),
    ]
    return "\n".join(lines)


def _in_cell(cell: Cell, *, drawn: bool) -> str:
    if isinstance(cell, Chart):
        return cell.svg() if drawn else cell.text()
    # A bar ends a cell of a table even within code.
    return literal(visible(cell)).replace("|", "\\|") if isinstance(cell, Said) else letters(visible(cell))


def html(document: Document) -> str:
    """Write it as a page of its own, for a browser or an e-mail; styles stand in the tags, nothing is fetched."""
    parts = [f"<h1>{_words(document.title)}</h1>", *_html_list(document.items, numbered=False)]
    for section in document.sections:
        parts.append(f"<h2>{_words(section.title)}</h2>")
        parts += [f"<p>{_words(sentence)}</p>" for sentence in section.sentences]
        if _has_rows(section) and section.table:
            parts.append(_html_table(section.table))
        parts += _html_list(section.items, numbered=section.numbered)
        if section.empty and _is_empty(section):
            parts.append(f"<p>{_words(section.empty)}</p>")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_words(document.title)}</title></head>\n<body{_styled('body')}>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _html_list(items: Sequence[Line], *, numbered: bool) -> list[str]:
    if not items:
        return []
    kind = "ol" if numbered else "ul"
    return [f"<{kind}>", *(f"<li>{''.join(map(_html_part, item))}</li>" for item in items), f"</{kind}>"]


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col"{_styled("th")}>{_words(name)}</th>' for name in table.head)
    cell = _styled("td")
    rows = "\n".join(f"<tr>{''.join(f'<td{cell}>{_html_part(one)}</td>' for one in row)}</tr>" for row in table.rows)
    return f"<table{_styled('table')}><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"


def _html_part(part: Cell) -> str:
    if isinstance(part, Chart):
        return part.svg()
    return f"<code{_styled('code')}>{_words(part)}</code>" if isinstance(part, Said) else escape(visible(part))


def _words(text: str) -> str:
    return escape(_line(text))


def _line(text: str) -> str:
    return " ".join(visible(text).split())


def _styled(tag: str) -> str:
    return f' style="{_STYLE[tag]}"'
