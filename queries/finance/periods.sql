-- The fiscal periods in order; one without both days cannot hold an entry and is left out.
select
    id::varchar as period_id,
    period_name,
    start_date,
    end_date,
    fiscal_year,
    fiscal_month,
    coalesce(is_closed, false) as is_closed,
    closed_at
from fiscal_periods
where start_date is not null and end_date is not null and start_date <= end_date
order by start_date, end_date, fiscal_month nulls last, id
