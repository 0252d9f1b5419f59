-- How many lines the chosen accounts have within a range.
with named as (
    select id
    from gl_accounts
    where id::varchar in (select unnest($accounts::varchar[]))
),

counted as (
    select
        id,
        entry_date - (id::varchar in (select unnest($openings::varchar[])))::integer as day
    from journal_entries
    where
        lower(trim(status)) in (select unnest($statuses::varchar[]))
        and entry_date is not null
)

select count(*) as lines
from journal_entry_lines as lines
inner join counted on lines.journal_entry_id = counted.id
where
    counted.day between $first and $last
    and ($every or lines.account_id in (select named.id from named))
