from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from demo.world import World


@pytest.mark.parametrize("table", ["user_vehicles", "user_favorites", "user_projects", "al_conversations"])
def test_nobody_owns_or_asks_anything_before_signing_up(clean_world: World, table: str) -> None:
    people = clean_world.tables["user_profiles"].select("id", joined="created_at")
    rows = clean_world.tables[table].join(people, left_on="user_id", right_on="id")
    assert rows.height == clean_world.rows(table)
    assert rows.filter(pl.col("created_at") < pl.col("joined")).is_empty()


def test_onboarding_ends_after_the_signup_and_only_at_its_last_step(clean_world: World) -> None:
    people = clean_world.tables["user_profiles"]
    assert (people["onboarding_completed_at"].is_not_null() == (people["onboarding_step"] == 5)).all()
    assert (people["onboarding_completed_at"] > people["created_at"]).drop_nulls().all()


def test_mail_addresses_are_nobodys_and_differ(clean_world: World) -> None:
    addresses = clean_world.tables["user_profiles"]["email"]
    assert addresses.str.contains(r"@example\.(com|org|net)$").all()
    assert addresses.n_unique() == addresses.len()
