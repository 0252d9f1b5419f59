-- Entries that bring a balance sheet forward: on the first day of the earliest period, nothing
-- being earlier, on balance-sheet accounts only, equity among them, and on no other account that a
-- longer one of them opened already. An allocation or a payment of that day is therefore none.
with accounts as (
    select id, lower(trim(account_type)) as account_type
    from gl_accounts
),

first_day as (
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
),

possible as (
    select there.id, count(*) as lines
    from there
    inner join journal_entry_lines as lines on there.id = lines.journal_entry_id
    left join accounts on lines.account_id = accounts.id
    group by there.id
    having
        bool_and(coalesce(accounts.account_type in ('asset', 'liability', 'equity'), false))
        and bool_or(accounts.account_type = 'equity')
),

opened as (
    select distinct possible.id, possible.lines, lines.account_id
    from possible
    inner join journal_entry_lines as lines on possible.id = lines.journal_entry_id
    inner join accounts on lines.account_id = accounts.id
    where accounts.account_type <> 'equity'
),

again as (
    select opened.id
    from opened
    inner join opened as longer
        on
            opened.account_id = longer.account_id
            and (longer.lines, longer.id) > (opened.lines, opened.id)
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
inner join possible on there.id = possible.id
inner join journal_entry_lines as lines on there.id = lines.journal_entry_id
where there.id not in (select again.id from again)
group by all
order by there.entry_date, there.reference, entry_id
