"""Tracks and sources, each rule on a few rows."""

from __future__ import annotations

import pytest

from queries import sources

TRACKS = "id | name | country\nt1 | Sebring | US\nt2 | Zandvoort | NL"
LAPS = """
track_id | car_slug | lap_time_ms | verified | session_date
t1       | m3       | 90500       | true     | 2026-05-01
t1       | m3       | 0           | false    | 2026-06-01
gone     | m4       | 80000       | true     | 2026-05-01
lost     | m4       | 81000       | null     | 2026-05-01
"""


def test_every_track_is_listed_and_those_not_there_in_one_row(mirror_with):
    found = sources.tracks(
        mirror_with(
            tracks=TRACKS,
            car_track_lap_times=LAPS,
            user_track_times="track_id | user_id\nt2 | u1\nt2 | u1\nt2 | u2",
            track_layouts="track_id | layout_key\nt1 | long\nt1 | short\ngone | long",
        )
    )
    columns = "track", "known", "lap_times", "verified", "cars", "fastest_seconds", "own_times", "drivers", "layouts"
    assert found.select(columns).rows() == [
        ("unknown tracks", False, 2, 1, 1, None, 0, 0, 1),
        ("Sebring", True, 2, 1, 1, 90.5, 0, 0, 2),
        ("Zandvoort", True, 0, 0, 0, None, 3, 2, 0),
    ]


def test_laps_of_tracks_that_are_not_there_are_lost(mirror_with):
    found = sources.coverage(mirror_with(tracks=TRACKS, car_track_lap_times=LAPS))
    assert found.row(0, named=True) == {
        "tracks": 2, "timed_share": 0.5, "layouts_share": 0.0, "lap_times": 4, "verified_share": 0.5,
        "lost_lap_times": 2, "lost_tracks": 2,
        "own_times": 0,
    }  # fmt: skip


def test_without_tracks_shares_are_unknown(mirror_with):
    assert sources.coverage(mirror_with()).row(0) == (0, None, None, 0, None, 0, 0, 0)


def test_a_channel_counts_each_car_once_a_video_and_once_over_all(mirror_with):
    found = sources.channels(
        mirror_with(
            youtube_channels="channel_id | channel_name | credibility_tier\nk1 | Doug | 1\nk2 | Silent | 3",
            youtube_videos="""
            video_id | channel_id | channel_name | processing_status | quality_score
            v1       | k1         | doug         | processed         | 0.8
            v2       | k1         | doug         | no_transcript     | null
            v3       | k9         | Stranger     | processed         | 0.5
            """,
            youtube_video_car_links="""
            video_id | car_slug | car_id
            v1       | m3       | c1
            v1       | m3       | c1
            v1       | m4       | null
            v3       | m3       | c1
            """,
            youtube_ingestion_queue="video_id | channel_id | status\nv4 | k1 | pending\nv5 | k2 | failed",
        )
    )
    columns = (
        "channel", "registered", "videos", "linked_share", "cars", "cars_per_video", "quality", "unusable", "waiting",
        "failed",
    )  # fmt: skip
    assert found.select(columns).rows() == [
        ("Doug", True, 2, 0.5, 2, 1.0, 0.8, 1, 1, 0),
        ("Stranger", False, 1, 1.0, 1, 1.0, 0.5, 0, 0, 0),
        ("Silent", True, 0, None, 0, None, None, 0, 0, 1),
    ]


@pytest.fixture
def insights(mirror_with):
    return mirror_with(
        forum_sources="id | slug | is_active\nf1 | bimmerpost | true\nf2 | rennlist | true",
        forum_scraped_threads="""
        id | forum_source_id | processing_status | insights_extracted
        h1 | f1              | completed         | 2
        h2 | f1              | no_insights       | 0
        h3 | f1              | pending           | null
        """,
        community_insights="""
        id | source_forum | insight_type | car_slug | consensus_strength | confidence
        i1 | bimmerpost   | known_issue  | m3       | 0.3                | 0.8
        i2 | bimmerpost   | known_issue  | m3       | 0.9                | 0.6
        i3 | elsewhere    | comparison   | m4       | 0.9                | null
        i4 | bimmerpost   | known_issue  | m4       | 0.9                | 0.7
        """,
        community_insight_sources="""
        insight_id | thread_id | thread_url
        i1         | h1        | null
        i1         | h1        | null
        i2         | h1        | null
        i4         | h1        | null
        i4         | null      | https://a.example
        """,
    )


def test_a_forum_yields_insights_by_the_threads_that_were_searched(insights):
    found = sources.forums(insights)
    columns = (
        "forum", "registered", "threads", "waiting", "fruitful_share", "insights", "insights_share",
        "insights_per_thread", "cars", "single_source", "without_source",
    )  # fmt: skip
    assert found.select(columns).rows() == [
        ("bimmerpost", True, 3, 1, 0.5, 3, 0.75, 1.5, 2, 2, 0),
        ("elsewhere", False, None, None, None, 1, 0.25, None, 1, 0, 1),
        ("rennlist", True, 0, 0, None, 0, 0.0, None, 0, 0, 0),
    ]


def test_a_thread_supports_an_insight_once(insights):
    assert sources.support(insights).drop("confidence", "single_share").rows() == [
        ("known_issue", 3, 0, 2, 1, 1),
        ("comparison", 1, 1, 0, 0, 1),
    ]


def test_insights_with_a_single_source_are_listed_with_it_one_by_one(insights):
    found = sources.alone(insights)
    assert found.select("title", "insight_type", "car_slug", "forum", "confidence", "agreed_by_one").rows() == [
        (None, "known_issue", "m3", "bimmerpost", 0.6, True),
        (None, "known_issue", "m3", "bimmerpost", 0.8, False),
    ]


def test_the_one_source_of_an_insight_is_named_by_its_address(mirror_with):
    found = sources.alone(
        mirror_with(
            cars="id | slug\nc1 | m3",
            forum_scraped_threads="id | thread_url\nh1 | https://a.example/1",
            community_insights="id | car_id | title\ni1 | c1 | Rods\ni2 | | Seals",
            community_insight_sources="""
            insight_id | thread_id | thread_url           | relevance_score
            i1         | h1        |                      | 0.4
            i1         | h1        |                      | 0.7
            i2         |           | https://b.example/2  |
            """,
        )
    )
    assert sorted(found.select("title", "car_slug", "thread_url", "relevance").rows()) == [
        ("Rods", "m3", "https://a.example/1", 0.7),
        ("Seals", None, "https://b.example/2", None),
    ]


def test_documents_not_cut_are_counted_and_stray_passages_stand_apart(mirror_with):
    found = sources.documents(
        mirror_with(
            source_documents="""
            id | source_type | license | created_at
            d1 | manual      | CC      | 2026-01-01
            d2 | manual      | null    | 2026-02-01
            """,
            document_chunks="""
            document_id | car_slug | chunk_tokens
            d1          | m3       | 100
            d1          | null     | 50
            gone        | m3       | 7
            """,
        )
    )
    columns = "source_type", "documents", "not_cut", "cut_share", "passages", "tokens", "without_car_share"
    assert found.select(*columns, "without_license").rows() == [
        ("manual", 2, 1, 0.5, 2, 150, 0.5, 1),
        ("no such document", 0, 0, None, 1, 7, 0.0, 0),
    ]
    assert found["oldest_not_cut"][0].month == 2


def test_a_known_problem_was_carried_over_where_car_and_title_are_the_same(mirror_with):
    mirror = mirror_with(
        car_issues="id | car_slug | title\n 1 | miata | Rust\n 2 | miata | Rust\n 3 | supra | Leaks",
        vehicle_known_issues="id | car_slug | title\n a | miata | RUST\n b | miata | Leaks",
    )
    assert sources.former_issues(mirror).rows() == [(2, 1, 1, 0.5)]
    assert sources.former_issues(mirror_with()).rows() == [(0, 0, 0, None)]
