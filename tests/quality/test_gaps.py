"""Documented against measured."""

from __future__ import annotations

import polars as pl

from quality.gaps import APPENDIX_D, appendix, coverage

CARS = "id | slug | name\n c1 | a | A\n c2 | b | B\n c3 | c | C\n c4 | d | D"


def test_a_car_named_twice_is_covered_once_and_an_unknown_slug_covers_none(mirror_with):
    mirror = mirror_with(cars=CARS, car_fuel_economy="id | car_slug\n f1 | a\n f2 | a\n f3 | b\n f4 | nowhere\n f5 |")
    row = coverage(mirror).row(by_predicate=pl.col("table_name") == "car_fuel_economy", named=True)
    assert (row["entities"], row["covered"], row["missing"], row["share"]) == (4, 2, 2, 0.5)
    assert round(row["documented_share"], 6) == round(240 / 309, 6)


def test_what_cannot_be_measured_is_unknown_not_nothing(mirror_with):
    mirror = mirror_with(cars=CARS, missing=frozenset({"car_safety_data"}), unbound=frozenset({"car_issues.car_slug"}))
    found = {row["table_name"]: row for row in coverage(mirror).to_dicts()}
    for name in ("car_safety_data", "car_issues"):
        assert (found[name]["covered"], found[name]["missing"], found[name]["share"]) == (None, None, None)
    assert found["car_variants"]["covered"] == 0
    said = {row["table_name"]: row for row in appendix(mirror).to_dicts()}
    assert (said["car_safety_data"]["measured"], said["car_safety_data"]["verdict"]) == (
        None,
        "cannot be measured here",
    )


def test_every_line_of_the_appendix_is_held_against_a_count(mirror_with):
    mirror = mirror_with(
        cars=CARS, car_market_pricing="id | car_slug\n p1 | a\n p2 | a", vehicle_known_issues="id | car_slug\n k1 | a"
    )
    said = {row["table_name"]: row for row in appendix(mirror).to_dicts()}
    assert len(said) == len(APPENDIX_D) == 11
    assert (said["cars"]["measured"], said["cars"]["difference"], said["cars"]["verdict"]) == (
        4, -305, "less than documented",
    )  # fmt: skip
    # A car with two prices is one car.
    assert (said["car_market_pricing"]["measured"], said["car_market_pricing"]["entities"]) == (1, 4)
    assert said["vehicle_known_issues"]["verdict"] == "still holds 1 rows"
