from __future__ import annotations

import polars as pl


def test_an_electric_car_needs_no_oil(content_world):
    electric = content_world.tables["cars"].filter(pl.col("category") == "Electric")["slug"]
    specs = content_world.tables["vehicle_maintenance_specs"]
    dry = specs.filter(pl.col("oil_capacity_liters").is_null())["car_slug"]
    assert set(dry) == set(electric)
    services = content_world.tables["vehicle_service_intervals"].filter(pl.col("car_slug").is_in(electric.implode()))
    assert "Engine Oil and Filter" not in set(services["service_name"])


def test_no_service_and_no_kind_of_wheel_is_listed_twice_for_a_car(content_world):
    services = content_world.tables["vehicle_service_intervals"]
    wheels = content_world.tables["wheel_tire_fitment_options"]
    assert not services.select("car_slug", "service_name").is_duplicated().any()
    assert not wheels.select("car_slug", "fitment_type").is_duplicated().any()


def test_the_factory_wheel_is_that_of_the_specifications(content_world):
    factory = content_world.tables["wheel_tire_fitment_options"].filter(pl.col("fitment_type") == "oem")
    both = factory.join(content_world.tables["vehicle_maintenance_specs"], on="car_slug", suffix="_spec")
    assert len(both) == 309
    assert (both["tire_size_front"] == both["tire_size_front_spec"]).all()
    assert (both["tire_size_rear"] == both["tire_size_rear_spec"]).all()
