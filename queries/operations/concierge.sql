-- How far the fields are filled from which owners are reminded of what their car needs.
with counted as (
    select
        count(*) as vehicles,
        count(current_mileage) as mileage,
        count(usage_type) as usage,
        count(last_oil_change_date) as oil_date,
        count(last_oil_change_miles) as oil_miles,
        count(last_brake_fluid_date) as brake_fluid,
        count(last_started_at) as started,
        count(battery_status) as battery,
        count(storage_mode) as laid_up_known,
        count(*) filter (where storage_mode) as laid_up,
        count(tire_tread_32nds) as tread,
        count(registration_due_date) as registration,
        count(inspection_due_date) as inspection
    from user_vehicles
),

logged as (
    select count(distinct user_vehicle_id) as vehicles from user_service_logs
),

fields as (
    select
        unnest([
            'Mileage', 'Use', 'Oil change, day', 'Oil change, miles', 'Brake fluid', 'Last started',
            'Battery', 'Storage known', 'In storage', 'Tread', 'Registration due', 'Inspection due',
            'A service logged'
        ]) as field,
        unnest([
            counted.mileage, counted.usage, counted.oil_date, counted.oil_miles,
            counted.brake_fluid, counted.started, counted.battery, counted.laid_up_known,
            counted.laid_up, counted.tread, counted.registration, counted.inspection,
            logged.vehicles
        ]) as filled,
        counted.vehicles
    from counted
    cross join logged
)

select
    field,
    filled,
    vehicles,
    filled / nullif(vehicles, 0) as filled_share
from fields
where vehicles > 0
order by filled desc, field
