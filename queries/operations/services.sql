-- Services that people logged, by what was done; costs are in dollars, as entered.
select
    coalesce(logs.service_type, 'unknown') as service,
    count(*) as services,
    count(distinct logs.user_vehicle_id) as vehicles,
    count(distinct vehicles.user_id) as people,
    sum(logs.total_cost)::decimal(18, 2) as cost,
    count(logs.total_cost) as with_cost,
    max(logs.service_date) as last_done
from user_service_logs as logs
left join user_vehicles as vehicles on logs.user_vehicle_id = vehicles.id
group by all
order by services desc, service
