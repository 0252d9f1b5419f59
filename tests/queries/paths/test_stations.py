"""Stations to choose from are those of the people who count."""

from __future__ import annotations

from queries import paths
from replica import Mirror


def test_staff_that_counts_by_the_settings_brings_its_stations(mirror_with):
    mirror = mirror_with(
        user_profiles="id | is_staff\n ann | false\n boss | true",
        page_views="""
            id | user_id | page_url | created_at
            1  | ann     | /        | 2026-01-01 10:00:00
            2  | boss    | /garage  | 2026-01-01 10:00:00
        """,
    )
    counting = Mirror(mirror.folder, mirror.settings.model_copy(update={"count_staff": True}))
    assert [set(paths.stations(one, by="page")) for one in (mirror, counting)] == [{"/"}, {"/", "/garage"}]
