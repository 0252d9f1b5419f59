-- Vehicles with something due or past due within 60 days, and those whose oil is old.
select
    id::varchar as vehicle_id,
    matched_car_slug as car_slug,
    usage_type,
    current_mileage,
    last_oil_change_date,
    current_mileage - last_oil_change_miles as miles_since_oil,
    registration_due_date,
    inspection_due_date,
    concat_ws(
        ', ',
        if(registration_due_date < $today + interval 60 day, 'registration', null),
        if(inspection_due_date < $today + interval 60 day, 'inspection', null),
        if(last_oil_change_date < $today - interval 1 year, 'oil by time', null),
        if(current_mileage - last_oil_change_miles >= 5000, 'oil by miles', null),
        if(last_brake_fluid_date < $today - interval 2 year, 'brake fluid', null),
        if(tire_tread_32nds <= 3, 'tires', null)
    ) as due
from user_vehicles
where due <> ''
order by least(registration_due_date, inspection_due_date) nulls last, vehicle_id
