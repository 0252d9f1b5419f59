from __future__ import annotations

import polars as pl


def test_insights_are_about_six_percent_of_the_cars_and_no_forum_dominates(content_world):
    insights = content_world.tables["community_insights"]
    assert insights["car_slug"].null_count() == 0
    assert round(insights["car_slug"].n_unique() / 309, 2) == 0.06
    assert insights["source_forum"].value_counts()["count"].max() < len(insights) / 2


def test_a_thread_counts_the_insights_that_name_it(content_world):
    threads = content_world.tables["forum_scraped_threads"]
    named = content_world.tables["community_insight_sources"].group_by("thread_id").len("named")
    both = threads.join(named, left_on="id", right_on="thread_id", how="left").with_columns(
        pl.col("named").fill_null(0)
    )
    assert (both["insights_extracted"].fill_null(0) == both["named"]).all()
    assert set(both.filter(pl.col("named") > 0)["processing_status"]) == {"completed"}


def test_a_thread_behind_an_insight_is_about_its_car(content_world):
    insights = content_world.tables["community_insights"].select("car_slug", insight_id="id")
    threads = content_world.tables["forum_scraped_threads"].select("car_slugs_detected", thread_id="id")
    rows = (
        content_world.tables["community_insight_sources"].join(insights, on="insight_id").join(threads, on="thread_id")
    )
    assert len(rows) == 1649
    assert rows.select(pl.col("car_slugs_detected").list.contains(pl.col("car_slug")))["car_slugs_detected"].all()


def test_agreement_is_strong_moderate_or_of_a_single_source(content_world):
    strength = content_world.tables["community_insights"]["consensus_strength"]
    assert set(strength) == {0.9, 0.6, 0.3}
