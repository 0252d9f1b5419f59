-- Changes by table and the busiest day of each: unusual where it is further above the usual day
-- than chance and the table's own spread explain. Days without any change count too.
with days as (
    select unnest(
        generate_series($first_day::date, $last_day::date, interval 1 day)
    )::date as day
),

changes as (
    select
        coalesce(table_name, 'unknown') as table_name,
        timezone($timezone, changed_at)::date as day,
        action,
        changed_by
    from audit_log
    where changed_at >= $since and changed_at < $until
),

changed as (
    select distinct table_name from changes
),

daily as (
    select
        changed.table_name,
        days.day,
        count(changes.day) as counted
    from changed
    cross join days
    left join changes on changed.table_name = changes.table_name and days.day = changes.day
    group by all
),

usual as (
    select
        table_name,
        median(counted) as middle,
        median(counted) + greatest(
            3 * sqrt(greatest(median(counted), 1)), 4.4478 * mad(counted)
        ) as bound,
        max(counted) as most,
        arg_max(day, (counted, -epoch(day))) as busiest_day
    from daily
    group by table_name
),

summed as (
    select
        table_name,
        count(*) as changes,
        count(*) filter (where action = 'INSERT') as inserted,
        count(*) filter (where action = 'UPDATE') as updated,
        count(*) filter (where action = 'DELETE') as deleted,
        count(distinct changed_by) as people,
        count(*) filter (where changed_by is null) as by_the_system
    from changes
    group by table_name
)

select
    summed.table_name as changed_table,
    summed.changes,
    summed.inserted,
    summed.updated,
    summed.deleted,
    summed.people,
    summed.by_the_system,
    usual.middle as usual_day,
    usual.most as busiest_count,
    usual.busiest_day,
    usual.most > usual.bound as unusual
from summed
inner join usual on summed.table_name = usual.table_name
order by unusual desc, summed.changes desc, changed_table
