-- What the entries that touch cash moved on all other accounts between bounds, closings left out:
-- cash received and paid, by what it was for.
with counted as (
    select
        id,
        entry_date - (id::varchar in (select unnest($openings::varchar[])))::integer as day
    from journal_entries
    where
        lower(trim(status)) in (select unnest($statuses::varchar[]))
        and entry_date is not null
        and id::varchar not in (select unnest($closings::varchar[]))
),

touching_cash as (
    select distinct journal_entry_id as id
    from journal_entry_lines
    where account_id::varchar in (select unnest($cash::varchar[]))
),

bounds as (
    select unnest($bounds::date[]) as bound
),

buckets as (
    select days.day, count(bounds.bound) as bucket
    from (select distinct counted.day from counted) as days
    left join bounds on days.day >= bounds.bound
    group by days.day
),

dated as (
    select counted.id, buckets.bucket
    from counted
    inner join buckets on counted.day = buckets.day
    inner join touching_cash on counted.id = touching_cash.id
)

select
    lines.account_id::varchar as account_id,
    dated.bucket,
    false as closing,
    sum(coalesce(lines.debit, 0))::decimal(38, 2) as debit,
    sum(coalesce(lines.credit, 0))::decimal(38, 2) as credit,
    count(*) as lines
from journal_entry_lines as lines
inner join dated on lines.journal_entry_id = dated.id
where coalesce(lines.account_id::varchar not in (select unnest($cash::varchar[])), true)
group by all
order by all
