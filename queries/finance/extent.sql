-- Entries and lines by status, with the first and the last day of each.
with stated as (
    select status, count(*) as entries, min(entry_date) as first_day, max(entry_date) as last_day
    from journal_entries
    group by status
),

booked as (
    select entries.status, count(*) as lines
    from journal_entry_lines as lines
    inner join journal_entries as entries on lines.journal_entry_id = entries.id
    group by entries.status
)

select
    lower(trim(stated.status)) as status,
    sum(stated.entries)::bigint as entries,
    coalesce(sum(booked.lines), 0)::bigint as lines,
    min(stated.first_day) as first_day,
    max(stated.last_day) as last_day
from stated
left join booked on stated.status is not distinct from booked.status
group by all
order by all
