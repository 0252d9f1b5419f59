from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from demo.world import World


def test_each_step_of_a_message_follows_the_one_before(clean_world: World) -> None:
    logs = clean_world.tables["email_logs"]
    steps = ["created_at", "sent_at", "delivered_at", "opened_at", "clicked_at"]
    for earlier, later in itertools.pairwise(steps):
        assert (logs[earlier] <= logs[later]).drop_nulls().all()
        assert logs.filter(pl.col(later).is_not_null() & pl.col(earlier).is_null()).is_empty()


def test_what_bounced_was_never_delivered_and_says_why(clean_world: World) -> None:
    bounced = clean_world.tables["email_logs"].filter(pl.col("status") == "bounced")
    assert bounced.height > 0
    assert bounced["delivered_at"].null_count() == bounced.height
    assert bounced["error_message"].null_count() == 0
