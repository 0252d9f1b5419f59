from __future__ import annotations

import numpy as np
import polars as pl

from demo.seed.core_cars import gearbox, lap_texts, popularity


def test_figures_of_a_car_are_plausible(content_world):
    cars = content_world.tables["cars"]
    assert cars["slug"].is_duplicated().sum() == 0
    assert cars["zero_to_sixty"].is_between(1.5, 20).all()
    assert cars["hp"].is_between(90, 1300).all()
    assert cars["curb_weight"].is_between(1900, 7500).all()
    assert cars["price_avg"].is_between(5_000, 2_000_000).all()
    for score in [name for name in cars.columns if name.startswith("score_")]:
        assert cars[score].is_between(1, 10).all()
    assert (cars["manual_available"] == cars["trans"].str.contains(r"Speed Manual")).all()


def test_one_slug_is_the_beginning_of_another(content_world):
    assert {"audi-r8", "audi-r8-v10", "bmw-m3-g80"} <= set(content_world.tables["cars"]["slug"])


def test_the_documented_gaps_are_there(content_world):
    covered = {
        name: content_world.tables[name]["car_slug"].n_unique()
        for name in ("car_market_pricing", "car_fuel_economy", "car_safety_data", "car_tuning_profiles")
    }
    assert covered == {
        "car_market_pricing": 10, "car_fuel_economy": 240, "car_safety_data": 190, "car_tuning_profiles": 309,
    }  # fmt: skip


def test_a_tenth_of_the_cars_draws_half_of_the_interest(content_world):
    shares = np.sort(popularity(content_world))[::-1]
    assert abs(shares.sum() - 1) < 1e-9
    assert 0.4 < shares[:31].sum() < 0.8
    assert len(shares) == len(content_world.tables["cars"])


def test_the_recall_count_is_the_number_of_recalls(content_world):
    recalls = content_world.tables["car_recalls"].group_by("car_slug").len()
    rated = content_world.tables["car_safety_data"].join(recalls, on="car_slug", how="left")
    assert (rated["recall_count"] == rated["len"].fill_null(0)).all()


def test_a_campaign_has_one_date_and_its_year_in_its_number(content_world):
    recalls = content_world.tables["car_recalls"]
    assert recalls.group_by("campaign_number").agg(pl.col("recall_date").n_unique())["recall_date"].max() == 1
    assert (recalls["campaign_number"].str.slice(0, 2) == recalls["recall_date"].dt.strftime("%y")).all()
    assert (recalls["campaign_number"].str.len_chars() == 9).all()


def test_a_lap_time_reads_as_its_milliseconds(content_world):
    assert lap_texts(np.array([83_456, 600_007])) == ["1:23.456", "10:00.007"]
    laps = content_world.tables["car_track_lap_times"]
    assert laps["lap_time_text"].to_list() == lap_texts(laps["lap_time_ms"].to_numpy())
    assert laps["session_date"].max() < content_world.now.date()
    assert 0.5 < laps["is_stock"].mean() < 0.95


def test_variants_lie_within_the_years_of_their_car(content_world):
    cars = content_world.tables["cars"].select(car_id="id", years="years")
    rows = content_world.tables["car_variants"].join(cars, on="car_id")
    first, last = (rows["years"].str.split("-").list.get(place).cast(pl.Int64) for place in (0, -1))
    assert ((first <= rows["model_year_start"]) & (rows["model_year_start"] <= rows["model_year_end"])).all()
    assert (rows["model_year_end"] <= last).all()


def test_an_alias_is_no_slug_of_a_car(content_world):
    aliases = content_world.tables["car_slug_aliases"]["alias"]
    assert not aliases.is_in(content_world.tables["cars"]["slug"].implode()).any()


def test_gearboxes_are_spelled_out():
    assert gearbox("6M/7D") == "6-Speed Manual / 7-Speed Dual-Clutch"
    assert gearbox("1A") == "Single-Speed Automatic"
    assert gearbox("10A") == "10-Speed Automatic"
