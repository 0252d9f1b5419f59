"""Lines over time: gaps stay gaps, unfinished periods show as such."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime

import numpy as np
import plotly.graph_objects as go
import polars as pl

from dashboards import charts, theme
from store import Annotation

SERIES = pl.DataFrame(
    {
        "period": [date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)],
        "value": [3, None, 5],
        "complete": [True, True, False],
    }
)


def test_an_unfinished_period_is_dotted_and_joined_to_the_one_before():
    whole, unfinished = charts.lines({"Users": SERIES}, dark=False).data
    assert list(whole.y) == [3, None, None]
    assert list(unfinished.y) == [None, None, 5]
    assert unfinished.line.dash == "dot"
    joined = charts.lines({"Users": SERIES.with_columns(value=pl.Series([3, 4, 5]))}, dark=False).data[1]
    assert list(joined.y) == [None, 4, 5]


def test_a_range_that_begins_within_a_period_joins_on_too():
    begun = SERIES.with_columns(value=pl.Series([3, 4, 5]), complete=pl.Series([False, True, True]))
    whole, unfinished = charts.lines({"Users": begun}, dark=False).data
    assert (list(whole.y), list(unfinished.y)) == ([None, 4, 5], [3, 4, None])


def test_finished_series_have_no_dotted_line():
    assert len(charts.lines({"Users": SERIES.head(2)}, dark=True).data) == 1


def test_an_annotation_is_a_number_in_the_chart_and_never_somebodys_text():
    note = Annotation(1, date(2026, 1, 12), "<b>launch</b>", "ops")
    chart = charts.lines({"Users": SERIES}, dark=False)
    marked = charts.annotated(chart, (note,), dark=False)
    assert [one.text for one in marked.layout.annotations] == ["1"]
    assert "launch" not in marked.to_json()
    assert not chart.layout.annotations


def test_a_series_is_described_in_a_sentence():
    assert charts.described("Users", SERIES, "people") == (
        "Users from 2026-01-05 (3) to 2026-01-19 (5); highest 5 on 2026-01-19."
    )
    unknown = SERIES.with_columns(value=pl.lit(None, pl.Int64))
    assert charts.described("Users", unknown, "people") == "Users: unknown throughout the range."


def test_bars_are_ordered_by_their_first_value():
    frame = pl.DataFrame({"name": ["a", "b"], "count": [5, 2]})
    bar = charts.bars(frame, label="name", values={"count": "Count"}, dark=False).data[0]
    assert list(bar.y) == ["b", "a"]


HOSTILE = ['<a href="javascript:alert(1)">x</a>', "<b>&amp;</b>", "2026-01-01", "12"]


def test_labels_of_the_database_are_shown_letter_by_letter():
    frame = pl.DataFrame({"name": HOSTILE, "count": [4, 3, 2, 1]})
    chart = charts.harmless(charts.bars(frame, label="name", values={"count": "<i>Count</i>"}, dark=False))
    bar = chart.data[0]
    assert [html.unescape(label) for label in reversed(bar.y)] == HOSTILE
    assert not any("<" in text for text in [*bar.y, bar.name])
    assert list(bar.x) == [1, 2, 3, 4]
    assert chart.layout.yaxis.type == "category"


def test_every_place_of_a_figure_that_holds_text_is_made_harmless_and_templates_stay():
    text = "<b>x</b>"
    chart = go.Figure(go.Sankey(node={"label": [text]}, link={"source": [0], "target": [0], "value": [1]}))
    chart.add_heatmap(z=np.array([[1.5]]), x=np.array([text], dtype=object), y=[text], text=[[text]],
                      hovertemplate="<b>%{x}</b><extra></extra>")  # fmt: skip
    chart.update_layout(
        title={"text": text}, xaxis={"ticktext": [text], "tickvals": [0]}, template=theme.template(dark=False)
    )
    chart.add_annotation(text=text)
    found = charts.harmless(chart)
    assert found.to_json().replace(chart.data[1].hovertemplate, "").count("<b>") == 0
    assert found.data[0].node.label == ("&lt;b&gt;x&lt;/b&gt;",)
    assert found.data[1].hovertemplate == chart.data[1].hovertemplate
    assert found.to_dict()["data"][1]["z"] == chart.to_dict()["data"][1]["z"]


def test_long_labels_are_cut_and_stay_apart():
    frame = pl.DataFrame({"name": ["x" * 1_000_000 + end for end in "abc"], "count": [1, 2, 3]})
    labels = charts.harmless(charts.bars(frame, label="name", values={"count": "Count"}, dark=False)).data[0].y
    assert len(set(labels)) == 3
    assert max(map(len, labels)) < 100


def test_a_chart_without_such_text_is_the_same_chart():
    chart = charts.lines({"Users": SERIES}, dark=False)
    assert charts.harmless(chart) is chart


def test_a_heat_map_is_grey_where_nothing_is_known_yet():
    unknown, known, cells = charts.heat([[1.0, 0.5], [1.0, None]], x=["0", "1"], y=["a", "b"],
                                        told=[[2, 1], [4, None]], dark=False).data  # fmt: skip
    told = zip(cells.y, cells.x, cells.text, cells.customdata, strict=True)
    assert list(told) == [
        ("a", "0", "100% (2)", 0), ("a", "1", "50% (1)", 1), ("b", "0", "100% (4)", 2), ("b", "1", "not known yet", 3),
    ]  # fmt: skip
    assert [list(row) for row in unknown.z] == [[None, None], [None, 0]]
    assert [list(row) for row in known.z] == [[1.0, 0.5], [1.0, None]]
    assert [list(row) for row in known.text] == [["100%", "50%"], ["100%", ""]]
    assert known.zmax == 0.5


def test_what_is_lost_hangs_below_the_line_and_is_told_as_a_count():
    frame = pl.DataFrame({"period": [date(2026, 1, 5)], "new": [3], "gone": [2], "complete": [False]})
    above, below = charts.stacked(frame, x="period", values={"new": "New", "gone": "Gone"}, below=("gone",),
                                  dark=False).data  # fmt: skip
    assert (list(above.y), list(below.y), list(below.customdata)) == ([3], [-2], [[2, 1]])
    assert list(above.marker.opacity) == [0.45]


def test_shares_are_written_as_percent_on_a_copy():
    plain = charts.lines({"Share": SERIES}, dark=False)
    assert charts.in_percent(plain).layout.yaxis.tickformat == ".0%"
    assert plain.layout.yaxis.tickformat is None


def test_ways_lead_from_one_place_to_the_next_and_say_which_they_are():
    frame = pl.DataFrame({
        "step": [1, 1, 2], "source": ["a", "a", "b"], "target": ["b", None, None], "sessions": [3, 2, 3],
    })  # fmt: skip
    drawn = charts.ways(frame, ended="ended", dark=False)
    assert [note.text for note in drawn.layout.annotations] == ["a  5", "b  3", "ended  2", "ended  3"]
    *bands, points = drawn.data
    heights = [max(band.y) - min(band.y) for band in bands]
    assert heights[0] / sum(heights[:2]) > 0.5
    # Flows that end are pale, and so is where they end.
    assert [band.fillcolor for band in bands[1:]] == ["#d4dadd"] * 2
    assert [shape.fillcolor for shape in drawn.layout.shapes[2:]] == ["#d4dadd"] * 2
    named = dict(zip(points.customdata, points.text, strict=True))
    assert named == {0: "a → b: 3 sessions", 1: "a → ended: 2 sessions", 2: "b → ended: 3 sessions"}
    first = [at for at, place in zip(points.y, points.customdata, strict=True) if place == 0]
    assert all(min(bands[0].y) < at < max(bands[0].y) for at in first)


def test_bars_say_the_place_of_their_row():
    frame = pl.DataFrame({"name": ["b", "c", "a"], "count": [2, 3, 1]})
    bar = charts.bars(frame, label="name", values={"count": "Count"}, dark=False).data[0]
    assert [frame["name"][place] for place in bar.customdata] == list(bar.y) == ["a", "b", "c"]


def test_a_release_is_marked_on_the_day_it_was_first_seen_at_work_and_only_within_the_days_shown():
    deploys = pl.DataFrame(
        {
            "release": ["aaaaaaa", "bbbbbbb", "ccccccc", "ddddddd"],
            "deployed_at": [
                datetime(2026, 1, 1, 23, 59, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC),
                datetime(2026, 1, 3, 12, tzinfo=UTC), None,
            ],
        }
    )  # fmt: skip
    shown = charts.released(deploys, date(2026, 1, 2), date(2026, 1, 3))
    assert shown["release"].to_list() == ["bbbbbbb", "ccccccc"]
    (marks,) = charts.with_releases(go.Figure(), shown, dark=True).data
    assert (list(marks.x), list(marks.y)) == ([date(2026, 1, 2), date(2026, 1, 3)], [0, 0])
    assert (list(marks.text), marks.marker.symbol) == (["bbbbbbb", "ccccccc"], "triangle-up")
