"""Retention of real clicks, beside the same question asked of DuckDB in another way."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import polars as pl
import pytest

from queries.funnels.log import of_frame
from queries.retention import Retention, cells_of

FILE = Path(__file__).parents[4] / "shared" / "data" / "clickstream" / "ecom.csv.gz"
COUNTED = """
with clicks as (
    select user_id, event, timestamp as moment, date_trunc('{unit}', timestamp) as period from read_csv('{file}')
),
began as (
    select user_id, min(moment) as moment, date_trunc('{unit}', min(moment)) as cohort from clicks
    where event = 'home' group by 1
),
sizes as (select cohort, count(*) as size from began group by 1)
select
    cohort::date, any_value(size), date_diff('{unit}', cohort, period) as place, count(distinct user_id)
from began join clicks using (user_id) join sizes using (cohort)
where event = 'product_view' and clicks.moment >= began.moment
    and period + interval 1 {unit} <= (select max(moment) from clicks)
group by 1, 3 order by 1, 3
"""


@pytest.fixture(scope="module")
def clicks():
    if not FILE.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{FILE.name} is not beside the repository; put shared/data there.")
        pytest.skip(f"{FILE.name} is not beside the repository")
    return of_frame(pl.read_csv(FILE).select(actor="user_id", timestamp="timestamp", event="event"))


@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_real_clicks_are_retained_as_another_way_of_counting_says(clicks, unit):
    found = cells_of(clicks, Retention("home", "product_view", unit))
    told = found.filter(pl.col("retained") > 0).select("cohort", "size", "period", "retained").rows()
    wanted = duckdb.sql(COUNTED.format(unit=unit, file=FILE)).fetchall()
    assert told == wanted
    assert len(told) >= 15
