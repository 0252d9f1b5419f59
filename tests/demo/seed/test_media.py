from __future__ import annotations

import polars as pl


def test_only_a_video_that_was_read_has_a_summary_a_score_and_cars(content_world):
    videos = content_world.tables["youtube_videos"]
    read = videos["processing_status"] == "processed"
    for name in ("summary", "quality_score", "key_points", "processed_at"):
        assert (videos[name].is_not_null() == read).all()
    linked = content_world.tables["youtube_video_car_links"]["video_id"]
    assert set(linked) == set(videos.filter(read)["video_id"])
    assert 0.85 < read.mean() < 1


def test_videos_are_published_before_they_are_found(content_world):
    videos = content_world.tables["youtube_videos"]
    assert (videos["published_at"] < videos["created_at"]).all()


def test_no_car_is_linked_to_a_video_twice_and_some_cars_to_none(content_world):
    links = content_world.tables["youtube_video_car_links"]
    assert not links.select("video_id", "car_slug").is_duplicated().any()
    assert 200 < links["car_slug"].n_unique() < 290


def test_finished_entries_of_the_queue_are_videos_held_and_waiting_ones_are_not(content_world):
    queue = content_world.tables["youtube_ingestion_queue"]
    held = queue["video_id"].is_in(content_world.tables["youtube_videos"]["video_id"].implode())
    assert (held == (queue["status"] == "completed")).all()
    assert queue.filter(pl.col("status") == "failed")["error_message"].null_count() == 0
