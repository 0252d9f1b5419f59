-- Entries on the first day of the earliest period that book on balance-sheet accounts only, nothing
-- being earlier.
with first_day as (
    select min(start_date) as day
    from fiscal_periods
),

counted as (
    select id, entry_date, reference, description
    from journal_entries
    where lower(trim(status)) in (select unnest($statuses::varchar[]))
),

there as (
    select counted.*
    from counted
    where
        counted.entry_date = (select first_day.day from first_day)
        and counted.entry_date = (select min(earliest.entry_date) from counted as earliest)
)

select
    there.id::varchar as entry_id,
    there.entry_date,
    there.reference,
    there.description,
    count(*) as lines,
    sum(coalesce(lines.debit, 0))::decimal(38, 2) as debit,
    sum(coalesce(lines.credit, 0))::decimal(38, 2) as credit
from there
inner join journal_entry_lines as lines on there.id = lines.journal_entry_id
left join gl_accounts as accounts on lines.account_id = accounts.id
group by all
having
    bool_and(
        coalesce(lower(trim(accounts.account_type)) in ('asset', 'liability', 'equity'), false)
    )
order by there.entry_date, there.reference, entry_id
