"""What the page's widgets mean, and what its pictures say."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboards import funnels, theme
from dashboards.view import Computed, Filters
from queries import funnels as questions
from queries.funnels.prepared import FUNNELS
from queries.span import Span

FILTERS = Filters(Span(date(2026, 1, 1), date(2026, 1, 31)), "previous", "all")
COMPUTED = Computed("as told")


@pytest.fixture
def found():
    """Return the paths of five who enter, three who go on and one who converts."""
    rows = [(f"u{n}", 0, "a") for n in range(5)] + [(f"u{n}", 60, "b") for n in range(3)] + [("u0", 200, "c")]
    log = questions.of_frame(pl.DataFrame(rows, schema=["actor", "timestamp", "event"], orient="row"))
    return questions.follow(log, questions.parse({"steps": ["a", "b", "c"]}))


def test_nothing_chosen_is_the_first_prepared_funnel_as_it_is():
    assert funnels.Chosen().definition() == FUNNELS[0].definition()
    assert funnels.Chosen().title == FUNNELS[0].question


@pytest.mark.parametrize("prepared", FUNNELS, ids=lambda one: one.key)
def test_every_prepared_funnel_can_be_asked_written_and_read_again(prepared):
    asked = funnels.Chosen(prepared.title, route="/garage").definition()
    assert questions.read(asked.text()) == asked
    assert prepared.of_page == ("/garage" in asked.text().replace("/garage*", ""))


def test_what_is_chosen_takes_the_place_of_what_was_prepared():
    chosen = funnels.Chosen("Checkout", order="Strictly in order", window="1 day", count="Sessions",
                            breakdown="Plan", touch="Last touch")  # fmt: skip
    asked = chosen.definition()
    assert (asked.order, asked.window_seconds, asked.count_by) == ("strict", 86_400, "session")
    assert asked.breakdown.as_json() == {"property": "tier", "touch": "last"}
    assert asked.steps == funnels.Chosen("Checkout").definition().steps


def test_own_steps_need_a_choice_and_written_json_comes_first():
    assert funnels.Chosen(funnels.OWN).definition() is None
    assert [step.label for step in funnels.Chosen(funnels.OWN, steps=("b", "a")).definition().steps] == ["b", "a"]
    assert [step.label for step in funnels.Chosen("Garage", text='{"steps": ["x"]}').definition().steps] == ["x"]
    with pytest.raises(questions.BadDefinition, match="not JSON"):
        funnels.Chosen(text="{").definition()


def test_the_bars_say_where_most_are_lost_and_mark_the_earlier_period(found):
    steps = questions.steps_of(found)
    view = funnels.bars(steps, steps, FILTERS, COMPUTED, "Steps")
    assert view.figures[0].alt.startswith("5 entered, 1 (20.0 %) came to step 3. Most are lost after step 1: 2. Click")
    track, lost, kept, mark = view.figures[0].chart.data
    assert list(kept.x) == [1.0, 0.6, 0.2]
    assert list(lost.x) == pytest.approx([0.0, 0.4, 0.4])
    assert list(mark.x) == list(kept.x)
    assert list(track.x) == [1.0] * 3
    picks = view.figures[0].picks
    assert picks[kept.customdata[1][-1]] == {"who": "Reached", "step": "2  b"}
    assert picks[lost.customdata[1][-1]] == {"who": "Dropped after", "step": "1  a"}
    texts = [note.text for note in view.figures[0].chart.layout.annotations]
    assert texts[:4] == ["1  a", "5   100.0 %", "2  b", "3   60.0 %   1 min"]


def test_nobody_is_said_and_not_drawn_as_zero(found):
    nobody = questions.follow(found.log, questions.parse({"steps": ["zz", "b"]}))
    steps = questions.steps_of(nobody)
    assert funnels.bars(steps, None, FILTERS, COMPUTED, "Steps").figures[0].table.is_empty()
    cards = funnels.summary(steps, None, questions.durations_of(nobody), nobody.definition, COMPUTED).numbers
    assert [card.value for card in cards] == [0, 0, None, None]
    assert funnels.times(questions.durations_of(nobody), FILTERS, COMPUTED).figures[0].table.is_empty()
    assert funnels.trend(questions.trend_of(nobody), FILTERS, COMPUTED).figures[0].table.is_empty()


def test_cards_compare_with_the_earlier_period(found):
    steps = questions.steps_of(found)
    half = steps.with_columns(count=pl.Series([10, 3, 2]), from_start=pl.Series([1.0, 0.3, 0.2]))
    cards = funnels.summary(steps, half, questions.durations_of(found), found.definition, COMPUTED).numbers
    assert [card.value for card in cards] == [5, 1, 0.2, 200.0]
    assert [card.change for card in cards] == [-0.5, -0.5, 0.0, None]
    assert theme.number(cards[3].value, cards[3].unit) == "3 min 20 s"


def test_people_are_chosen_by_bar_and_step(found):
    asked = found.definition
    assert funnels.who(None, None, asked) == ("dropped", 1, "went no further than step 1")
    assert funnels.who("Reached", "2  b", asked) == ("reached", 2, "reached step 2")
    assert funnels.who("Took longest", "9  z", asked) == ("slowest", 1, "converted, slowest first")
    listed = funnels.people(questions.people_of(found, "reached", 2), "reached step 2", COMPUTED)
    assert listed.notes == ("3 reached step 2.",)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0, "0 s"), (0.25, "250 ms"), (42, "42 s"), (200, "3 min 20 s"), (3600, "1 h"), (187_200, "2 d 4 h")],
)
def test_times_are_written_in_their_two_largest_units(seconds, words):
    assert theme.duration(seconds) == words
