"""Acquisition: what a channel is, who shares a conversion, who stays; every model sums to the conversions."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from queries import acquisition
from queries.acquisition import BY, MODELS, Asked, BadAcquisition
from queries.span import Span

SPAN = Span(date(2026, 1, 1), date(2026, 1, 31))
HEAD = "id | visitor_id | created_at | page_url | referrer | utm_source | utm_medium | utm_campaign\n"
DONE = "id | visitor_id | event_type | created_at\n"
BUY = Asked(events=("bought",))


def seen(*rows):
    """Return page views, each `who day rest…`; the rest are the columns after the moment."""
    lines = [f"p{place} | {row}" for place, row in enumerate(rows)]
    return HEAD + "\n".join(lines)


def did(*rows):
    return DONE + "\n".join(f"e{place} | {who} | bought | {at}" for place, (who, at) in enumerate(rows))


def by_channel(frame, *names):
    return {row[0]: row[1:] for row in frame.select("channel", *names).iter_rows()}


VIEWS = seen(
    "a | 2026-01-05 10:00:00 | /cars/miata | https://www.google.com/search | | |",
    "b | 2026-01-05 10:00:00 | / | https://autorev.app/garage | | |",
    "c | 2026-01-05 10:00:00 | /pricing | https://t.co/x | YouTube | video | Launch",
    "d | 2026-01-05 10:00:00 | / | | | |",
)


@pytest.mark.parametrize(
    ("by", "channels"),
    [
        ("source", {"google.com", "unknown", "youtube"}),
        ("medium", {"referral", "unknown", "video"}),
        ("campaign", {"unknown", "launch"}),
        ("landing_route", {"/cars/{slug}", "/", "/pricing"}),
        ("landing_page", {"/cars/miata", "/", "/pricing"}),
        ("referrer", {"google.com", "unknown", "t.co"}),
    ],
)
def test_a_channel_is_what_the_first_page_view_says_and_else_unknown(mirror_with, by, channels):
    found = acquisition.channels(mirror_with(page_views=VIEWS), asked=Asked(by=by), span=SPAN)
    assert set(found["channel"]) == channels
    assert found["people"].sum() == found["visits"].sum() == 4


def test_a_site_that_addresses_of_pages_name_refers_to_itself(mirror_with):
    views = seen("a | 2026-01-05 10:00:00 | https://shop.example/x | https://www.shop.example/y | | |")
    found = acquisition.channels(mirror_with(page_views=views), asked=Asked(), span=SPAN)
    assert by_channel(found, "people") == {"unknown": (1,)}


def test_the_visits_before_a_conversion_share_it_by_each_model(mirror_with):
    views = seen(
        "a | 2026-01-02 10:00:00 | / | | one | |",
        "a | 2026-01-03 10:00:00 | / | | two | |",
        "a | 2026-01-04 10:00:00 | / | | two | |",
        "a | 2026-01-05 10:00:00 | / | | three | |",
        "a | 2026-01-06 10:00:00 | / | | late | |",
    )
    mirror = mirror_with(page_views=views, user_events=did(("a", "2026-01-05 10:05:00"), ("a", "2026-01-07 10:00:00")))
    found = by_channel(acquisition.channels(mirror, asked=BUY, span=SPAN), *MODELS)
    assert found["one"] == (1, 0, 0.25, 0.4)
    assert found["two"] == (0, 0, 0.5, pytest.approx(0.2))
    assert found["three"] == (0, 1, 0.25, 0.4)
    assert found["late"] == (0, 0, 0, 0)


def test_two_visits_share_by_half_and_one_takes_all(mirror_with):
    views = seen(
        "a | 2026-01-02 10:00:00 | / | | one | |", "a | 2026-01-03 10:00:00 | / | | two | |",
        "b | 2026-01-02 10:00:00 | / | | one | |",
    )  # fmt: skip
    mirror = mirror_with(page_views=views, user_events=did(("a", "2026-01-03 10:05:00"), ("b", "2026-01-02 10:05:00")))
    found = by_channel(acquisition.channels(mirror, asked=BUY, span=SPAN), "position_based")
    assert found == {"one": (1.5,), "two": (0.5,)}


def test_a_conversion_without_a_visit_in_the_days_before_is_unknown(mirror_with):
    views = seen("a | 2026-01-02 10:00:00 | / | | one | |")
    mirror = mirror_with(page_views=views, user_events=did(("a", "2026-01-20 10:00:00"), ("z", "2026-01-20 10:00:00")))
    asked = Asked(events=("bought",), lookback_days=7)
    found = by_channel(acquisition.channels(mirror, asked=asked, span=SPAN), "people", *MODELS)
    assert found == {"one": (1, 0, 0, 0, 0), "unknown": (1, 2, 2, 2, 2)}


def test_who_converted_before_the_range_does_not_convert_in_it(mirror_with):
    mirror = mirror_with(user_events=did(("a", "2025-12-20 10:00:00"), ("a", "2026-01-20 10:00:00")))
    found = acquisition.channels(mirror, asked=BUY, span=SPAN)
    assert found["first_touch"].sum() == 0


def test_retained_is_who_came_from_the_7th_to_the_27th_day_once_that_is_over(mirror_with):
    now = datetime.now().replace(microsecond=0)  # noqa: DTZ005  written into a table of UTC

    def at(days):
        return str(now - timedelta(days=days))

    views = seen(
        f"back | {at(40)} | / | | one | |", f"back | {at(32)} | / | | one | |",
        f"soon | {at(40)} | / | | one | |", f"soon | {at(35)} | / | | one | |",
        f"late | {at(40)} | / | | one | |", f"late | {at(11)} | / | | one | |",
        f"young | {at(20)} | / | | one | |", f"young | {at(10)} | / | | one | |",
    )  # fmt: skip
    mirror = mirror_with(page_views=views)
    span = Span(now.date() - timedelta(days=45), now.date())
    found = acquisition.channels(mirror, asked=Asked(), span=span)
    assert found.select("people", "due", "retained").row(0) == (4, 3, 1)
    told = dict(acquisition.people(mirror, asked=Asked(), span=span).select("actor_key", "retained").iter_rows())
    assert told == {"visitor back": True, "visitor soon": False, "visitor late": False, "visitor young": None}


@pytest.mark.parametrize("lookback", [1, 10, 60])
def test_every_model_sums_to_who_converted_and_people_are_as_many_as_channels_say(mirror_with, lookback):
    draw = random.Random(lookback)  # noqa: S311  the same every time
    day = datetime(2025, 12, 25, 10, tzinfo=UTC)
    visits = [(f"v{draw.randrange(90)}", day + timedelta(days=draw.randrange(40))) for _ in range(250)]
    buys = [(f"v{draw.randrange(110)}", day + timedelta(days=draw.randrange(40), minutes=5)) for _ in range(80)]
    sources = ["", "one", "two", "three"]
    mirror = mirror_with(
        page_views=seen(*(f"{who} | {at} | / | | {draw.choice(sources)} | |" for who, at in visits)),
        user_events=did(*buys),
    )
    asked = Asked(events=("bought",), lookback_days=lookback)
    found = acquisition.channels(mirror, asked=asked, span=SPAN)
    first = {who: min(at for one, at in buys if one == who).date() for who, _ in buys}
    converted = sum(SPAN.first <= at <= SPAN.last for at in first.values())
    assert {model: found[model].sum() for model in MODELS} == {model: pytest.approx(converted) for model in MODELS}
    began = {who: min(at for one, at in (visits if who in dict(visits) else buys) if one == who).date()
             for who, _ in visits + buys}  # fmt: skip
    assert found["people"].sum() == sum(SPAN.first <= at <= SPAN.last for at in began.values())
    for channel, count in found.select("channel", "people").iter_rows():
        assert acquisition.people(mirror, asked=asked, span=SPAN, channel=channel).height == count


def test_whichever_way_channels_are_told_apart_the_demo_has_as_many_people(demo_mirror):
    span = Span(date(2025, 11, 1), date(2026, 1, 27))
    found = [acquisition.channels(demo_mirror, asked=Asked(by=by), span=span) for by in BY]
    assert len({(one["people"].sum(), one["visits"].sum(), one["first_touch"].sum()) for one in found}) == 1
    assert found[0]["people"].sum() > 100


@pytest.mark.parametrize("wrong", [{"by": "colour"}, {"events": ()}, {"lookback_days": 0}, {"lookback_days": 9999}])
def test_what_cannot_be_asked_is_refused_in_words(wrong):
    with pytest.raises(BadAcquisition):
        Asked(**wrong)
