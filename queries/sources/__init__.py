"""Tracks and sources: which tracks are timed, and what channels, forums and documents give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dataframely as dy

if TYPE_CHECKING:
    from replica import Mirror

HERE = Path(__file__).parent
ALONE = 0.3
"""Consensus (0-1) that is stored for insights with a single source."""

MOST_ALONE = 2_000
"""Insights with a single source that are listed."""


class Coverage(dy.Schema):
    """One row for all tracks; shares are 0-1, null where there is no track."""

    tracks = dy.Int64(min=0)
    timed_share = dy.Float64(nullable=True, min=0, max=1)
    layouts_share = dy.Float64(nullable=True, min=0, max=1)
    lap_times = dy.Int64(min=0)
    verified_share = dy.Float64(nullable=True, min=0, max=1, description="Of the lap times.")
    lost_lap_times = dy.Int64(min=0, description="Lap times of tracks that are not there.")
    lost_tracks = dy.Int64(min=0, description="Tracks that they name.")
    own_times = dy.Int64(min=0)


class FormerIssues(dy.Schema):
    """One row: known problems in the table that `car_issues` replaced."""

    former_issues = dy.Int64(min=0)
    cars = dy.Int64(min=0)
    not_carried = dy.Int64(min=0, description="Without a problem of the same car and title in car_issues.")
    carried_share = dy.Float64(nullable=True, min=0, max=1)


class Tracks(dy.Schema):
    """One row per track, most lap times first; all that are not there in one row ahead."""

    track = dy.String()
    known = dy.Bool(description="Whether the track is there.")
    country = dy.String(nullable=True)
    region = dy.String(nullable=True)
    kilometres = dy.Float64(nullable=True)
    lap_times = dy.Int64(min=0)
    verified = dy.Int64(min=0)
    cars = dy.Int64(min=0)
    fastest_seconds = dy.Float64(nullable=True)
    last_session = dy.Date(nullable=True)
    own_times = dy.Int64(min=0, description="Lap times that people recorded.")
    drivers = dy.Int64(min=0)
    layouts = dy.Int64(min=0)


class Channels(dy.Schema):
    """One row per channel, most videos first."""

    channel = dy.String()
    registered = dy.Bool()
    credibility = dy.String(nullable=True, description="One is most.")
    taken_in_unasked = dy.Bool(nullable=True)
    videos = dy.Int64(min=0)
    linked_share = dy.Float64(nullable=True, min=0, max=1, description="Videos that speak of a car.")
    cars = dy.Int64(min=0, description="Different cars over all its videos.")
    cars_per_video = dy.Float64(nullable=True)
    quality = dy.Float64(nullable=True, description="Mean, 0-1.")
    unusable = dy.Int64(min=0, description="Videos that failed, were rejected or have no transcript.")
    newest = dy.Datetime(time_zone="UTC", nullable=True)
    waiting = dy.Int64(min=0)
    failed = dy.Int64(min=0, description="In the queue.")


class Forums(dy.Schema):
    """One row per forum, most insights first."""

    forum = dy.String()
    registered = dy.Bool()
    active = dy.Bool(nullable=True)
    threads = dy.Int64(nullable=True)
    waiting = dy.Int64(nullable=True)
    failed = dy.Int64(nullable=True)
    fruitful_share = dy.Float64(nullable=True, min=0, description="Threads with insights of those searched.")
    insights = dy.Int64(min=0)
    insights_share = dy.Float64(nullable=True, min=0, max=1, description="Of all insights.")
    insights_per_thread = dy.Float64(nullable=True)
    cars = dy.Int64(min=0)
    single_source = dy.Int64(min=0)
    without_source = dy.Int64(min=0)
    last_read = dy.Datetime(time_zone="UTC", nullable=True)


class Support(dy.Schema):
    """One row per kind of insight, most with a single source first."""

    insight_type = dy.String(primary_key=True)
    insights = dy.Int64(min=1)
    without_source = dy.Int64(min=0)
    single_source = dy.Int64(min=0)
    several_sources = dy.Int64(min=0)
    single_share = dy.Float64(min=0, max=1)
    agreed_by_one = dy.Int64(min=0, description="Said to be agreed upon, with one source or none.")
    confidence = dy.Float64(nullable=True, description="Mean, 0-1.")


class Alone(dy.Schema):
    """One row per insight with a single source; those said to be agreed upon first, then the surest."""

    insight_id = dy.String(primary_key=True)
    title = dy.String(nullable=True)
    insight_type = dy.String()
    car_slug = dy.String(nullable=True)
    forum = dy.String()
    thread_url = dy.String(nullable=True, description="Address of the one thread, where it is recorded.")
    relevance = dy.Float64(nullable=True, description="How well the thread supports it, 0-1.")
    confidence = dy.Float64(nullable=True, description="How sure the extraction is, 0-1.")
    consensus = dy.Float64(nullable=True, description="How far owners agree, as stored, 0-1.")
    agreed_by_one = dy.Bool(description="Said to be agreed upon, by more than one source can say.")
    created_at = dy.Datetime(time_zone="UTC", nullable=True)


class Documents(dy.Schema):
    """One row per kind of document, most documents first."""

    source_type = dy.String(primary_key=True)
    documents = dy.Int64(min=0)
    not_cut = dy.Int64(min=0)
    cut_share = dy.Float64(nullable=True, min=0, max=1)
    oldest_not_cut = dy.Datetime(time_zone="UTC", nullable=True)
    passages = dy.Int64(min=0)
    passages_per_document = dy.Float64(nullable=True, description="Median, of documents that were cut.")
    tokens = dy.Int64(min=0)
    without_car_share = dy.Float64(nullable=True, min=0, max=1, description="Passages that name no car.")
    without_license = dy.Int64(min=0)
    newest = dy.Datetime(time_zone="UTC", nullable=True)


def coverage(mirror: Mirror) -> dy.DataFrame[Coverage]:
    """How far are the tracks timed?"""
    return mirror.ask(HERE / "coverage.sql", Coverage)


def tracks(mirror: Mirror) -> dy.DataFrame[Tracks]:
    """Which tracks have lap times, people's own times and layouts?"""
    return mirror.ask(HERE / "tracks.sql", Tracks)


def channels(mirror: Mirror) -> dy.DataFrame[Channels]:
    """What does each channel give?"""
    return mirror.ask(HERE / "channels.sql", Channels)


def forums(mirror: Mirror) -> dy.DataFrame[Forums]:
    """What does each forum give, and on how many threads does it stand?"""
    return mirror.ask(HERE / "forums.sql", Forums)


def support(mirror: Mirror) -> dy.DataFrame[Support]:
    """Which kinds of insight stand on a single source?"""
    return mirror.ask(HERE / "support.sql", Support, alone=ALONE)


def alone(mirror: Mirror) -> dy.DataFrame[Alone]:
    """Which insights stand on a single thread (at most 2,000)?"""
    return mirror.ask(HERE / "alone.sql", Alone, alone=ALONE, most=MOST_ALONE)


def documents(mirror: Mirror) -> dy.DataFrame[Documents]:
    """Which documents were taken in but not cut into passages?"""
    return mirror.ask(HERE / "documents.sql", Documents)


def former_issues(mirror: Mirror) -> dy.DataFrame[FormerIssues]:
    """Was every known problem carried over from the table that `car_issues` replaced?"""
    return mirror.ask(HERE / "former_issues.sql", FormerIssues)
