"""Thirty-one thousand real-shaped events of a shop, beside ClickHouse in this process."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from queries import funnels
from queries.funnels import asof

SHOP = Path(__file__).parents[4] / "shared" / "data" / "clickstream" / "ecom.csv.gz"
DAY = 86_400


@pytest.fixture(scope="module")
def shop():
    """Return the events, as a file of the command line would hold them."""
    if not SHOP.exists():
        if os.environ.get("CI"):
            pytest.fail("The real clickstream is missing.")
        pytest.skip("The real clickstream is not on this machine.")
    return pl.read_csv(SHOP, infer_schema=False).rename({"user_id": "actor"})


@pytest.fixture(scope="module")
def windows(shop, tmp_path_factory):
    """Return ClickHouse's answer: actors that reached each step, by `windowFunnel` with the modes given."""
    import chdb  # noqa: PLC0415  it installs handlers of signals, and only these tests need it

    path = tmp_path_factory.mktemp("shop") / "shop.parquet"
    shop.with_columns(
        second=pl.col("timestamp").str.to_datetime().dt.epoch("s").cast(pl.UInt32)
    ).select("actor", "session_id", "second", "event").write_parquet(path)  # fmt: skip

    def ask(steps, window, *, by="actor", modes=""):
        conditions = ", ".join(f"event = '{step}'" for step in steps)
        answer = chdb.query(
            f"select level, count() from (select windowFunnel({window}{modes})(second, {conditions}) as level "  # noqa: S608
            f"from file('{path}') group by {by}) group by level order by level",
            "CSV",
        )
        counts = {int(level): int(count) for level, count in (line.split(",") for line in str(answer).splitlines())}
        return [sum(count for level, count in counts.items() if level >= step) for step in range(1, len(steps) + 1)]

    return ask


def test_the_file_is_the_one_that_was_counted(shop):
    counts = dict(shop["event"].value_counts().rows())
    assert (shop.height, counts["product_view"], counts["add_to_cart"], counts["purchase"]) == (31106, 6851, 1346, 470)


@pytest.mark.parametrize("window", [60, 1800, 7 * DAY, 365 * DAY])
@pytest.mark.parametrize(
    "steps",
    [
        ["catalog", "product_view", "add_to_cart", "purchase"],
        ["home", "catalog", "product_view"],
        ["promo_page", "purchase"],
    ],
)
def test_different_steps_are_counted_as_clickhouse_does_by_user_and_by_session(shop, windows, steps, window):
    log = funnels.of_frame(shop.select("actor", "timestamp", "event", "session_id"))
    for count_by, column in (("user", "actor"), ("session", "session_id")):
        definition = funnels.parse({"steps": steps, "window_s": window, "count_by": count_by})
        found = funnels.follow(log, definition)
        counts = funnels.steps_of(found)["count"].to_list()
        assert counts == windows(steps, window, by=column)
        assert funnels.steps_of(asof.follow(log, definition))["count"].to_list() == counts
        assert all(before >= after for before, after in pairwise(counts))
        assert counts[0] > counts[-1] > 0 or window == 60


def test_repeated_steps_need_as_many_events_as_with_strict_once(shop, windows):
    steps = ["product_view", "product_view", "add_to_cart"]
    log = funnels.of_frame(shop.select("actor", "timestamp", "event"))
    counts = funnels.steps_of(funnels.follow(log, funnels.parse({"steps": steps, "window_s": DAY})))["count"].to_list()
    assert counts == windows(steps, DAY, modes=", 'strict_once'")


def test_segments_of_the_shop_add_up_and_are_tested(shop):
    log = funnels.of_frame(shop.drop("session_id"))
    definition = funnels.parse({"steps": ["catalog", "purchase"], "window_s": 30 * DAY, "breakdown": "platform"})
    found = funnels.follow(log, definition)
    parts = funnels.breakdown_of(found)
    counts = funnels.steps_of(found)["count"].to_list()
    assert parts.group_by("step").agg(pl.col("count").sum()).sort("step")["count"].to_list() == counts
    assert set(parts["value"]) == set(shop["platform"])
    tested = parts.filter(pl.col("step") == 2)["probability"].drop_nulls()
    assert tested.is_between(0, 1).all()
    assert len(tested) >= 2
