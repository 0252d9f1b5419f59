"""What a page shows, without Streamlit: numbers, figures and tables, each with how it was computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from decimal import Decimal

    import plotly.graph_objects as go
    import polars as pl

    from queries.founders import Segment
    from queries.span import Span

Kind = Literal["text", "integer", "decimal", "money", "percent", "bytes", "time", "flag", "list", "plain", "trend"]
Good = Literal["up", "down", "neither"]


@dataclass(frozen=True, slots=True)
class Computed:
    """How a figure came about: its definition, the tables and SQL behind it, rows answered, the moment it shows."""

    definition: str
    tables: tuple[str, ...] = ()
    rows: int = 0
    sql: tuple[str, ...] = ()
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of a table is shown."""

    name: str
    label: str
    kind: Kind = "text"
    width: Literal["small", "medium", "large"] | None = None


@dataclass(frozen=True, slots=True)
class TableSettings:
    """Which columns of a table are shown and how.

    `opens` is (column, URL parameter): choosing a row sets the parameter to what the column holds. Where it is a place
    within the page (`shell.place`), it is named in `leads` instead. `actor` names a column of actors: choosing a row
    leads to the timeline of who stands in it. `selects` lets several rows be chosen.
    """

    columns: tuple[Column, ...] = ()
    height: int | None = None
    opens: tuple[str, str] | None = None
    leads: tuple[str, str] | None = None
    actor: str | None = None
    selects: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """One number with its comparison.

    `change` is a share of the earlier value (0.1 is ten percent more), None where it cannot be said.
    """

    key: str
    label: str
    value: int | float | Decimal | None
    unit: str
    computed: Computed
    previous: int | float | Decimal | None = None
    change: float | None = None
    compared_with: str = ""
    sparkline: tuple[float, ...] = ()
    good: Good = "up"
    table: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be downloaded, written when it is asked for."""

    name: str
    kind: str
    write: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Figure:
    """A titled picture or table with its data, a description for those who cannot see it, and how it was computed.

    `chart` is None where the table itself is the figure. `days` marks a time chart, which carries annotations.
    `picks` are choices of the page, each as URL parameters: choosing a point of the chart makes the one whose place is
    the point's `customdata`, or the last of these. `code` is what an operator would copy, drawn below in its
    `language`. `markup` is HTML of ours, in which text of the database stands letter by letter as character references;
    it is drawn instead of the table. `files` are offered for download.
    """

    key: str
    title: str
    table: pl.DataFrame
    alt: str
    computed: Computed
    chart: go.Figure | None = None
    settings: TableSettings = field(default_factory=TableSettings)
    days: tuple[date, date] | None = None
    empty: str = "Nothing happened in this range. Choose a longer one."
    code: str = ""
    language: Literal["toml"] | None = "toml"
    markup: str = ""
    files: tuple[File, ...] = ()
    picks: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """All that one part of a page shows; `notes` are sentences of ours or of the database, drawn as plain text."""

    numbers: tuple[Number, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """What the filter bar says; every panel of a page reads the same."""

    span: Span
    compare: Literal["previous", "year", "none"]
    segment: Segment
    dark: bool = False

    @property
    def earlier(self) -> Span | None:
        """Return the span compared with."""
        if self.compare == "none":
            return None
        return self.span.previous() if self.compare == "previous" else self.span.year_before()
