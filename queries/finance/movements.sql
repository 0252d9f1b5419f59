-- What each account moved between bounds: bucket 0 lies before the first bound, bucket n begins
-- with the nth. An opening entry counts for the day before its date, so that it is a balance
-- brought forward and no movement.
with counted as (
    select
        id,
        entry_date - (id::varchar in (select unnest($openings::varchar[])))::integer as day,
        id::varchar in (select unnest($closings::varchar[])) as closing
    from journal_entries
    where
        lower(trim(status)) in (select unnest($statuses::varchar[]))
        and entry_date is not null
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
    select counted.id, counted.closing, buckets.bucket
    from counted
    inner join buckets on counted.day = buckets.day
)

select
    lines.account_id::varchar as account_id,
    dated.bucket,
    dated.closing,
    sum(coalesce(lines.debit, 0))::decimal(38, 2) as debit,
    sum(coalesce(lines.credit, 0))::decimal(38, 2) as credit,
    count(*) as lines
from journal_entry_lines as lines
inner join dated on lines.journal_entry_id = dated.id
group by all
order by all
