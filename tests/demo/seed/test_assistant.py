from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from demo.world import World


def test_messages_are_numbered_from_one_and_take_turns(clean_world: World) -> None:
    messages = clean_world.tables["al_messages"].sort("conversation_id", "sequence_number")
    place = messages.select(pl.int_range(pl.len()).over("conversation_id") + 1).to_series()
    assert (messages["sequence_number"] == place).all()
    assert ((messages["role"] == "user") == (place % 2 == 1)).all()
    assert messages["created_at"].is_sorted() or (
        messages.select((pl.col("created_at").diff().over("conversation_id")).min()).item().total_seconds() >= 0
    )


def test_totals_of_a_conversation_are_those_of_its_messages(clean_world: World) -> None:
    sums = clean_world.tables["al_messages"].group_by("conversation_id").agg(
        pl.len(), pl.col("credits_used").sum(), pl.col("created_at").max()
    )  # fmt: skip
    rows = clean_world.tables["al_conversations"].join(sums, left_on="id", right_on="conversation_id")
    assert rows.height == 105
    assert (rows["message_count"] == rows["len"]).all()
    assert (rows["total_credits_used"] == rows["credits_used"]).all()
    assert (rows["last_message_at"] == rows["created_at_right"]).all()


def test_articles_name_the_same_cars_by_slug_and_by_id(clean_world: World) -> None:
    articles = clean_world.tables["al_articles"].select("car_slugs", "car_ids").explode("car_slugs", "car_ids")
    cars = clean_world.tables["cars"].select("slug", "id")
    assert articles.join(cars, left_on=["car_slugs", "car_ids"], right_on=["slug", "id"]).height == articles.height
