-- What was recorded as cost in each month, by category, vendor and whether it comes back.
select
    date_trunc('month', date)::date as month,
    coalesce(nullif(trim(category), ''), '(no category)') as category,
    coalesce(nullif(trim(vendor), ''), '(no vendor)') as vendor,
    coalesce(is_recurring, false) as recurring,
    sum(coalesce(amount, 0))::decimal(38, 2) as amount,
    count(*) as costs
from cost_entries
where date between $first and $last
group by all
order by all
