"""The pictures: frames in, Plotly figures out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import plotly.graph_objects as go
import polars as pl

from dashboards import theme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from store import Annotation

    Point = tuple[date, int | Decimal | None, bool]

LONGEST_LABEL: Final = 80
_THICK: Final = 0.012
_GAP: Final = 0.03
_NAMED: Final = 26
_CURVE: Final = tuple(part / 20 for part in range(21))
_ALONG: Final = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85)
_MAY_HOLD_TEXT: Final = (str, list, tuple, dict, np.ndarray)


def lines(series: Mapping[str, pl.DataFrame], *, dark: bool, unit: str = "") -> go.Figure:
    """Draw series of (period, value, complete) over time; unfinished periods are dotted.

    Equal series give the same figure, kept from before: it is not to be changed.
    """
    rows = tuple(
        (name, tuple(frame.select("period", "value", "complete").sort("period").rows()))
        for name, frame in series.items()
    )
    return _lines(rows, dark=dark, unit=unit)


@lru_cache(maxsize=256)
def _lines(series: tuple[tuple[str, tuple[Point, ...]], ...], *, dark: bool, unit: str) -> go.Figure:
    chart = go.Figure(layout={"template": theme.template(dark=dark), "height": 320, "yaxis": {"title": unit}})
    for colour, (name, points) in zip(theme.palette(dark=dark), series, strict=False):
        periods = [period for period, _, _ in points]
        complete = [done for _, _, done in points]
        # An unfinished period keeps the points beside it, so that the dotted line joins on.
        beside = zip([True, *complete[:-1]], complete, [*complete[1:], True], strict=True)
        dotted = [not all(near) for near in beside]
        chart.add_scatter(
            x=periods, y=[value if done else None for _, value, done in points], name=name, mode="lines",
            line={"color": colour, "width": 2.25},
        )  # fmt: skip
        if not all(complete):
            chart.add_scatter(
                x=periods, y=[value if near else None for (_, value, _), near in zip(points, dotted, strict=True)],
                name=f"{name}, unfinished", mode="lines+markers",
                line={"color": colour, "width": 1.5, "dash": "dot"}, showlegend=False,
            )  # fmt: skip
    return chart


def bars(frame: pl.DataFrame, *, label: str, values: Mapping[str, str], dark: bool, picked: bool = False) -> go.Figure:
    """Draw horizontal bars, one group per row, longest first; `values` maps columns to names.

    The `customdata` of a bar is the place of its row in the frame; `picked` lets one bar be chosen and not its group.
    """
    order = frame[next(iter(values))].arg_sort()
    ordered = frame[order]
    chart = go.Figure(
        layout={
            "template": theme.template(dark=dark), "height": max(180, 34 * frame.height + 60), "barmode": "group",
            "hovermode": "closest" if picked else "y unified", "yaxis": {"type": "category"},
        }
    )  # fmt: skip
    for column, name in values.items():
        chart.add_bar(
            x=ordered[column].to_list(), y=ordered[label].to_list(), name=name, orientation="h",
            customdata=order.to_list(),
        )  # fmt: skip
    return chart


def in_percent(chart: go.Figure) -> go.Figure:
    """Return the chart with shares (0-1) written as percent."""
    marked = go.Figure(chart)
    marked.update_layout(yaxis={"tickformat": ".0%"})
    marked.update_traces(hovertemplate="%{y:.1%}")
    return marked


def stacked(
    frame: pl.DataFrame, *, x: str, values: Mapping[str, str], below: tuple[str, ...] = (), dark: bool
) -> go.Figure:
    """Draw columns as parts of one bar per row, those of `below` under the line; unfinished rows are paler.

    The `customdata` of a part are its count and its place, counted row by row.
    """
    chart = go.Figure(
        layout={
            "template": theme.template(dark=dark),
            "height": 320,
            "barmode": "relative",
            "bargap": 0.25,
            "hovermode": "closest",
        }
    )
    complete = frame["complete"].to_list()
    colours = theme.palette(dark=dark)
    for place, (column, name) in enumerate(values.items()):
        counts = frame[column].to_list()
        chart.add_bar(
            x=frame[x].to_list(), y=[-count if count and column in below else count for count in counts], name=name,
            customdata=[[count, row * len(values) + place] for row, count in enumerate(counts)],
            marker={
                "color": colours[-1] if column in below else colours[place % len(colours)],
                "opacity": [1 if done else 0.45 for done in complete],
            },
            hovertemplate="%{x}: %{customdata[0]:,}", unselected={"marker": {"opacity": 0.6}},
        )  # fmt: skip
    return chart


def ways(frame: pl.DataFrame, *, ended: str, dark: bool) -> go.Figure:
    """Draw (step, source, target, sessions) from left to right; where a session ends, the target is null.

    Drawn as shapes over axes, for Plotly's own diagram of flows does not tell which flow was clicked. Points along the
    middle of each say its place in the frame as `customdata`. Equal rows give the same figure, not to be changed.
    """
    return _ways(tuple(frame.select("step", "source", "target", "sessions").rows()), ended=ended, dark=dark)


@lru_cache(maxsize=64)
def _ways(rows: tuple[tuple[int, str, str | None, int], ...], *, ended: str, dark: bool) -> go.Figure:
    colours, faded = theme.palette(dark=dark), "#3a444b" if dark else "#d4dadd"
    shades: dict[str, str] = {}
    for _, source, _, _ in rows:
        shades.setdefault(source, colours[len(shades) % (len(colours) - 1)])
    nodes = _nodes(rows, ended)
    last = max((step for step, _ in nodes), default=1)
    taken = dict.fromkeys(nodes, 0.0), dict.fromkeys(nodes, 0.0)
    flows: list[tuple[Flow, str, str, int]] = []
    # From the top of every station to the bottom, so that flows of one station do not cross where they leave.
    order = sorted(range(len(rows)), key=lambda place: _height(nodes, rows[place], ended))
    for place in order:
        step, source, target, sessions = rows[place]
        here, there = (step, source), (step + 1, target or ended)
        thick = sessions * nodes[here].each
        flow = Flow(step, nodes[here].top + taken[0][here], nodes[there].top + taken[1][there], thick)
        taken[0][here] += thick
        taken[1][there] += thick
        flows.append((flow, f"{source} → {target or ended}: {sessions:,} sessions",
                      faded if target is None else shades[source], place))  # fmt: skip
    shown = [((step, name), node, faded if name == ended else shades.get(name, colours[-1]))
             for (step, name), node in nodes.items()]  # fmt: skip
    # Given at once: what is added to a figure one by one is checked anew each time.
    chart = go.Figure(
        [
            go.Scatter(
                x=flow.outline_x, y=flow.outline_y, mode="lines", fill="toself", hoverinfo="skip", line={"width": 0},
                fillcolor=colour if colour == faded else theme.faint(colour, 0.3),
            )
            for flow, _, colour, _ in flows
        ],
        layout={
            "template": theme.template(dark=dark), "height": 560, "hovermode": "closest", "showlegend": False,
            "xaxis": {"visible": False, "fixedrange": True, "range": [0.98, last + 0.02]},
            "yaxis": {"visible": False, "fixedrange": True, "range": [1, -0.02]},
            "shapes": [
                {
                    "type": "rect", "x0": step - _THICK, "x1": step + _THICK, "y0": node.top,
                    "y1": node.top + node.size, "fillcolor": colour, "line": {"width": 0},
                }
                for (step, _), node, colour in shown
            ],
            "annotations": [
                {
                    "x": step - _THICK if step == last else step + _THICK, "y": node.top + node.size / 2,
                    "xanchor": "right" if step == last else "left", "showarrow": False, "font": {"size": 11},
                    "text": f"{name[:_NAMED]}{'…' if len(name) > _NAMED else ''}  {node.sessions:,}",
                }
                for (step, name), node, _ in shown
            ],
        },
    )  # fmt: skip
    chart.add_scatter(
        x=[x for flow, *_ in flows for x in flow.middle_x], y=[y for flow, *_ in flows for y in flow.middle_y],
        mode="markers", hovertemplate="%{text}<extra></extra>", name="",
        text=[text for _, text, _, _ in flows for _ in _ALONG],
        customdata=[place for *_, place in flows for _ in _ALONG],
        marker={
            "opacity": 0, "color": colours[0],
            "size": [max(10.0, min(40.0, flow.thick * 540)) for flow, *_ in flows for _ in _ALONG],
        },
        selected={"marker": {"opacity": 0.9, "size": 10}}, unselected={"marker": {"opacity": 0}},
    )  # fmt: skip
    return chart


@dataclass(frozen=True, slots=True)
class Flow:
    """A band from a step to the next: where it begins and ends, from the top, and how thick it is."""

    step: int
    begin: float
    end: float
    thick: float

    @property
    def outline_x(self) -> list[float]:
        """Return the outline along its upper and back along its lower edge."""
        along = [self.step + _THICK + (1 - 2 * _THICK) * part for part in _CURVE]
        return [*along, *reversed(along)]

    @property
    def outline_y(self) -> list[float]:
        """Return the same of the other axis."""
        along = [self.begin + (self.end - self.begin) * _smooth(part) for part in _CURVE]
        return [*along, *(height + self.thick for height in reversed(along))]

    @property
    def middle_x(self) -> list[float]:
        """Return the points in the middle that stand for it."""
        return [self.step + _THICK + (1 - 2 * _THICK) * part for part in _ALONG]

    @property
    def middle_y(self) -> list[float]:
        """Return the same of the other axis."""
        return [self.begin + self.thick / 2 + (self.end - self.begin) * _smooth(part) for part in _ALONG]


def _smooth(part: float) -> float:
    return part * part * (3 - 2 * part)


@dataclass(frozen=True, slots=True)
class _Node:
    top: float
    size: float
    sessions: int
    each: float


def _nodes(rows: Sequence[tuple[int, str, str | None, int]], ended: str) -> dict[tuple[int, str], _Node]:
    """Stack the stations of every step, the largest on top, where sessions end below all; heights are shares of 1."""
    into: dict[tuple[int, str], int] = {}
    out: dict[tuple[int, str], int] = {}
    for step, source, target, sessions in rows:
        out[step, source] = out.get((step, source), 0) + sessions
        into[step + 1, target or ended] = into.get((step + 1, target or ended), 0) + sessions
    sizes = {key: max(into.get(key, 0), out.get(key, 0)) for key in {**out, **into}}
    steps = {step: [key for key in sizes if key[0] == step] for step, _ in sizes}
    gaps = max((len(keys) - 1 for keys in steps.values()), default=0)
    each = max(0.1, 1 - _GAP * gaps) / max((sum(sizes[key] for key in keys) for keys in steps.values()), default=1)
    found = {}
    for keys in steps.values():
        top = 0.0
        for key in sorted(keys, key=lambda key: (key[1] == ended, -sizes[key], key[1])):
            found[key] = _Node(top, sizes[key] * each, sizes[key], each)
            top += sizes[key] * each + _GAP
    return found


def _height(
    nodes: Mapping[tuple[int, str], _Node], row: tuple[int, str, str | None, int], ended: str
) -> tuple[int, float, float]:
    step, source, target, _ = row
    return step, nodes[step, source].top, nodes[step + 1, target or ended].top


def heat(
    shares: Sequence[Sequence[float | None]],
    *,
    x: Sequence[str],
    y: Sequence[str],
    told: Sequence[Sequence[int | None]],
    dark: bool,
) -> go.Figure:
    """Draw shares (0-1) as shades, rows from the top; unknown ones are grey. `told` are the counts behind them.

    On every cell lies a point that says its place, counted row by row, as `customdata`: a heat map tells no clicks.
    """
    known = [share for row in shares for share in row if share is not None]
    # The first column of a cohort is often all of it: shades serve the others.
    top = max((share for share in known if share < 1), default=1.0)
    chart = go.Figure(
        layout={
            "template": theme.template(dark=dark), "height": max(170, 34 * len(y) + 70), "hovermode": "closest",
            "showlegend": False,
            "xaxis": {"type": "category", "side": "top", "showgrid": False},
            "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False},
        }
    )  # fmt: skip
    grey = "#252d33" if dark else "#eef1f2"
    chart.add_heatmap(
        z=[[None if share is not None else 0 for share in row] for row in shares], x=list(x), y=list(y),
        colorscale=[[0, grey], [1, grey]], showscale=False, xgap=3, ygap=3, hoverinfo="skip",
    )  # fmt: skip
    chart.add_heatmap(
        z=[list(row) for row in shares], x=list(x), y=list(y), zmin=0, zmax=top, xgap=3, ygap=3, showscale=False,
        colorscale=[[0, "#1d3442"], [1, "#56b4e9"]] if dark else [[0, "#e6f1f8"], [1, "#0072b2"]],
        text=[["" if share is None else f"{share:.0%}" for share in row] for row in shares],
        texttemplate="%{text}", hoverinfo="skip",
    )  # fmt: skip
    cells = [
        "not known yet" if share is None else f"{share:.0%} ({count or 0:,})"
        for row, counts in zip(shares, told, strict=True)
        for share, count in zip(row, counts, strict=True)
    ]
    colour = theme.palette(dark=dark)[1]
    chart.add_scatter(
        x=[name for _ in y for name in x], y=[name for name in y for _ in x], text=cells, mode="markers", name="",
        customdata=list(range(len(cells))), hovertemplate="%{y}, %{x}: %{text}<extra></extra>",
        marker={"symbol": "square", "size": 26, "opacity": 0, "color": colour},
        selected={"marker": {"opacity": 0.35}}, unselected={"marker": {"opacity": 0}},
    )  # fmt: skip
    return chart


def harmless(chart: go.Figure) -> go.Figure:
    """Return the chart with all text shown letter by letter; labels longer than 80 letters are cut, none merged.

    Plotly reads a small HTML, links included, in names, ticks, labels and annotations, and those may come from the
    database. Its templates (`hovertemplate`) are ours: they may hold markup, and what they insert is escaped here.
    """
    shown: dict[str, str] = {}
    drawn = chart.to_dict()
    parts = {key: _plain(drawn[key], shown) for key in ("data", "layout")}
    return chart if all(text == label for text, label in shown.items()) else go.Figure(parts)


def _plain(part: Any, shown: dict[str, str]) -> Any:
    match part:
        case str():
            if part not in shown:
                shown[part] = _label(part, shown)
            return shown[part]
        case dict():
            ours = [key for key in part if key == "bdata" or key.endswith(("template", "format"))]
            return {key: value if key in ours else _plain(value, shown) for key, value in part.items()}
        case list() | tuple() if any(isinstance(value, _MAY_HOLD_TEXT) for value in part):
            return [_plain(value, shown) for value in part]
        case np.ndarray() if part.dtype == object:
            return [_plain(value, shown) for value in part]
        case _:
            return part


def _label(text: str, shown: Mapping[str, str]) -> str:
    if len(text) <= LONGEST_LABEL:
        return escape(text, quote=False)
    cut = escape(f"{text[: LONGEST_LABEL - 1]}…", quote=False)
    same = sum(label == cut or label.startswith(f"{cut} (") for label in shown.values())
    return f"{cut} ({same + 1})" if same else cut


def annotated(chart: go.Figure, notes: tuple[Annotation, ...], *, dark: bool) -> go.Figure:
    """Return the chart with a numbered line on each annotated day."""
    marked = go.Figure(chart)
    colour = "#9aa7b0" if dark else "#5d6b75"
    for place, note in enumerate(notes, start=1):
        # The number only: a note may be long.
        marked.add_shape(
            type="line", x0=note.day, x1=note.day, y0=0, y1=1, yref="paper",
            line={"color": colour, "width": 1, "dash": "dash"},
        )  # fmt: skip
        marked.add_annotation(x=note.day, y=1, yref="paper", text=str(place), showarrow=False, yanchor="bottom")
    return marked


def described(name: str, frame: pl.DataFrame, unit: str) -> str:
    """Say what a series shows, in a sentence."""
    known = frame.drop_nulls("value")
    if known.is_empty():
        return f"{name}: unknown throughout the range."
    top = known.sort("value", descending=True).row(0, named=True)
    first, last = known.row(0, named=True), known.row(-1, named=True)
    return (
        f"{name} from {first['period']} ({theme.number(first['value'], unit)}) to {last['period']} "
        f"({theme.number(last['value'], unit)}); highest {theme.number(top['value'], unit)} on {top['period']}."
    )


def days_of(dated: pl.Series) -> tuple[date, date] | None:
    """Return the first and the last day that a chart shows, for its annotations; None where it shows nothing."""
    known = dated.drop_nulls().sort()
    return (known[0], known[-1]) if known.len() else None


def released(deploys: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Return the releases first seen at work on a day from `first` to `last`, with that day."""
    days = deploys.with_columns(day=pl.col("deployed_at").dt.date())
    return days.filter(pl.col("day").is_between(first, last)).sort("day", "release")


def with_releases(chart: go.Figure, releases: pl.DataFrame, *, dark: bool) -> go.Figure:
    """Return the chart with a triangle on its baseline for every release."""
    marked = go.Figure(chart)
    marked.add_scatter(
        x=releases["day"].to_list(), y=[0] * releases.height, name="Release", mode="markers",
        text=releases["release"].to_list(),
        marker={"symbol": "triangle-up", "size": 11, "color": theme.palette(dark=dark)[1]},
    )  # fmt: skip
    return marked
