"""What a car needs to be kept running: fluids and sizes, service schedules, wheels and tyres that fit."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    TEXT,
    TIMESTAMP,
    UUID,
    Lookup,
    Note,
    assumed,
    column,
    table,
)

DOMAIN = "Maintenance"

vehicle_maintenance_specs = table(
    "vehicle_maintenance_specs",
    Note(
        title="Fluid/Capacity Specs",
        domain=DOMAIN,
        grain="One row per car with its fluids, capacities and sizes.",
        rows=310,
        columns=130,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column("oil_type", TEXT, "Kind of engine oil to use."),
    column("oil_viscosity", TEXT, "Grade of engine oil, such as 0W-40."),
    column("oil_capacity_liters", DECIMAL, "Engine oil it holds.", unit="litres"),
    column("oil_change_interval_miles", INTEGER, "Distance between oil changes.", unit="miles"),
    column("coolant_type", TEXT, "Coolant to use."),
    column("brake_fluid_type", TEXT, "DOT class of brake fluid to use."),
    column("tire_size_front", TEXT, "Size of the front tyres."),
    column("tire_size_rear", TEXT, "Size of the rear tyres."),
    column("tire_pressure_front_psi", INTEGER, "Pressure of the front tyres.", unit="psi"),
    column("tire_pressure_rear_psi", INTEGER, "Pressure of the rear tyres.", unit="psi"),
    column("wheel_bolt_pattern", TEXT, "Number of wheel bolts and diameter of their circle."),
    column("wheel_center_bore_mm", INTEGER, "Diameter of the hub hole.", unit="millimetres"),
    assumed(
        "car_id",
        UUID,
        "The car the row is about, by id.",
        references="cars.id",
        live=Lookup("car_slug", "cars", "slug", "id"),
    ),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


vehicle_service_intervals = table(
    "vehicle_service_intervals",
    Note(
        title="Service Schedules",
        domain=DOMAIN,
        grain="One row per car and service due on it.",
        rows=6089,
        columns=17,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column("service_name", TEXT, "Name of the service."),
    column("service_description", TEXT, "What is done."),
    column("interval_miles", INTEGER, "Distance after which it is due again.", unit="miles"),
    column("interval_months", INTEGER, "Time after which it is due again.", unit="months"),
    column("dealer_cost_low", INTEGER, "What a dealer asks at the least.", unit="dollars"),
    column("dealer_cost_high", INTEGER, "What a dealer asks at the most.", unit="dollars"),
    column("diy_cost_low", INTEGER, "What doing it oneself costs at the least.", unit="dollars"),
    column("diy_cost_high", INTEGER, "What doing it oneself costs at the most.", unit="dollars"),
    column("is_critical", BOOLEAN, "Whether leaving it out is dangerous."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


wheel_tire_fitment_options = table(
    "wheel_tire_fitment_options",
    Note(
        title="Wheel/Tire Combinations",
        domain=DOMAIN,
        grain="One row per car and set of wheels and tyres that fits it.",
        rows=1312,
        columns=43,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column(
        "car_slug",
        TEXT,
        "The car the row is about, by slug.",
        references="cars.slug",
        live=Lookup("car_id", "cars", "id", "slug"),
    ),
    column(
        "fitment_type",
        TEXT,
        "How far the set departs from the factory's.",
        one_of=("oem", "oem_optional", "plus_one", "plus_two", "aggressive", "square"),
    ),
    column("wheel_diameter_inches", INTEGER, "Diameter of the wheels.", unit="inches"),
    column("wheel_width_front", DECIMAL, "Width of the front wheels.", unit="inches"),
    column("wheel_width_rear", DECIMAL, "Width of the rear wheels.", unit="inches"),
    column("wheel_offset_front_mm", INTEGER, "Offset of the front wheels.", unit="millimetres"),
    column("wheel_offset_rear_mm", INTEGER, "Offset of the rear wheels.", unit="millimetres"),
    column("tire_size_front", TEXT, "Size of the front tyres."),
    column("tire_size_rear", TEXT, "Size of the rear tyres."),
    column("requires_fender_roll", BOOLEAN, "Whether the wheel arches must be rolled."),
    column("requires_camber_adjustment", BOOLEAN, "Whether camber must be set anew."),
    column("clearance_notes", TEXT, "Where room is tight."),
    column("recommended_for", TEXT, "Use the set suits."),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
