"""TODO Maintenance."""

from __future__ import annotations

from catalogue._declare import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    TEXT,
    TIMESTAMP,
    UUID,
    assumed,
    column,
    Note,
    table,
)

DOMAIN = "Maintenance"

vehicle_maintenance_specs = table(
    "vehicle_maintenance_specs",
    Note(
        title='Fluid/Capacity Specs',
        domain=DOMAIN,
        grain="TODO",
        rows=310,
        columns=130,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("car_slug", TEXT, "TODO FK to cars", references="cars.slug"),
    column("oil_type", TEXT, "TODO Recommended oil type"),
    column("oil_viscosity", TEXT, "TODO Oil viscosity (e.g., 0W-40)"),
    column("oil_capacity_liters", DECIMAL, "TODO Oil capacity"),
    column("oil_change_interval_miles", INTEGER, "TODO Oil change interval"),
    column("coolant_type", TEXT, "TODO Coolant specification"),
    column("brake_fluid_type", TEXT, "TODO Brake fluid DOT rating"),
    column("tire_size_front", TEXT, "TODO Front tire size"),
    column("tire_size_rear", TEXT, "TODO Rear tire size"),
    column("tire_pressure_front_psi", INTEGER, "TODO Front tire pressure"),
    column("tire_pressure_rear_psi", INTEGER, "TODO Rear tire pressure"),
    column("wheel_bolt_pattern", TEXT, "TODO Bolt pattern"),
    column("wheel_center_bore_mm", INTEGER, "TODO Center bore size"),
    assumed("car_id", UUID, "TODO", references="cars.id"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
    assumed("updated_at", TIMESTAMP, "When the row was last changed."),
)


vehicle_service_intervals = table(
    "vehicle_service_intervals",
    Note(
        title='Service Schedules',
        domain=DOMAIN,
        grain="TODO",
        rows=6089,
        columns=17,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("car_slug", TEXT, "TODO FK to cars", references="cars.slug"),
    column("service_name", TEXT, "TODO Service name"),
    column("service_description", TEXT, "TODO What the service includes"),
    column("interval_miles", INTEGER, "TODO Mileage interval"),
    column("interval_months", INTEGER, "TODO Time interval"),
    column("dealer_cost_low", INTEGER, "TODO Dealer cost low estimate"),
    column("dealer_cost_high", INTEGER, "TODO Dealer cost high estimate"),
    column("diy_cost_low", INTEGER, "TODO DIY cost low estimate"),
    column("diy_cost_high", INTEGER, "TODO DIY cost high estimate"),
    column("is_critical", BOOLEAN, "TODO Is safety-critical"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)


wheel_tire_fitment_options = table(
    "wheel_tire_fitment_options",
    Note(
        title='Wheel/Tire Combinations',
        domain=DOMAIN,
        grain="TODO",
        rows=1312,
        columns=43,
        event_time="created_at",
    ),
    assumed("id", UUID, "Primary key.", primary_key=True),
    column("car_slug", TEXT, "TODO FK to cars", references="cars.slug"),
    column("fitment_type", TEXT, "TODO oem/oem_optional/plus_one/plus_two/aggressive/square"),
    column("wheel_diameter_inches", INTEGER, "TODO Wheel diameter"),
    column("wheel_width_front", DECIMAL, "TODO Front wheel width"),
    column("wheel_width_rear", DECIMAL, "TODO Rear wheel width"),
    column("wheel_offset_front_mm", INTEGER, "TODO Front wheel offset"),
    column("wheel_offset_rear_mm", INTEGER, "TODO Rear wheel offset"),
    column("tire_size_front", TEXT, "TODO Front tire size"),
    column("tire_size_rear", TEXT, "TODO Rear tire size"),
    column("requires_fender_roll", BOOLEAN, "TODO Needs fender modification"),
    column("requires_camber_adjustment", BOOLEAN, "TODO Needs camber adjustment"),
    column("clearance_notes", TEXT, "TODO Clearance information"),
    column("recommended_for", TEXT, "TODO Recommended use case"),
    assumed("created_at", TIMESTAMP, "When the row was written."),
)
