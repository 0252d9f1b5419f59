from __future__ import annotations

from datetime import time


def test_parts_fit_about_a_third_of_the_cars(content_world):
    share = content_world.tables["part_fitments"]["car_id"].n_unique() / len(content_world.tables["cars"])
    assert 0.34 < share < 0.38


def test_no_part_fits_a_car_twice_and_no_shop_prices_it_twice_a_day(content_world):
    fitments, prices = (content_world.tables[name] for name in ("part_fitments", "part_pricing_snapshots"))
    assert not fitments.select("part_id", "car_id").is_duplicated().any()
    assert not prices.select("part_id", "vendor_name", "recorded_at").is_duplicated().any()


def test_prices_are_recorded_at_midnight_after_the_part_was_entered(content_world):
    prices = content_world.tables["part_pricing_snapshots"].join(
        content_world.tables["parts"].select(part_id="id", entered="created_at"), on="part_id"
    )
    assert set(prices["recorded_at"].dt.time()) == {time(0)}
    assert (prices["recorded_at"] > prices["entered"]).all()
    assert prices["price_cents"].min() > 0


def test_confidence_is_a_share_that_varies(content_world):
    confidence = content_world.tables["part_fitments"]["confidence"]
    assert confidence.is_between(0, 1).all()
    assert confidence.std() > 0.05


def test_other_is_a_rare_category_and_some_upgrade_keys_have_no_part(content_world):
    assert (content_world.tables["parts"]["category"] == "other").mean() < 0.1
    keys = set(content_world.tables["upgrade_keys"]["key"])
    assert set(content_world.tables["upgrade_key_parts"]["upgrade_key"]) < keys
