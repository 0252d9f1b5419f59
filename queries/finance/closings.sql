-- Entries that move a year's result into equity: booked on revenue, expense and equity accounts
-- alone, and either dated the last day of a fiscal year, taking back more than half of what the
-- accounts they touch held, or called a closing.
with years as (
    select fiscal_year, min(start_date) as first_day, max(end_date) as last_day
    from fiscal_periods
    group by fiscal_year
),

accounts as (
    select id, lower(trim(account_type)) as account_type
    from gl_accounts
),

counted as (
    select id, entry_date, reference, description
    from journal_entries
    where lower(trim(status)) in (select unnest($statuses::varchar[]))
),

-- Few lines are booked on equity: these are found first, and all else is asked of their entries.
owned as (
    select id
    from accounts
    where account_type = 'equity'
),

on_equity as materialized (
    select distinct journal_entry_id as id
    from journal_entry_lines
    where account_id in (select owned.id from owned)
),

beside_equity as materialized (
    select journal_entry_id as id, account_id, debit, credit
    from journal_entry_lines
    where journal_entry_id in (select on_equity.id from on_equity)
),

transfers as materialized (
    select counted.id, counted.entry_date, counted.reference, counted.description
    from counted
    inner join beside_equity as lines on counted.id = lines.id
    left join accounts on lines.account_id = accounts.id
    group by all
    having
        bool_and(coalesce(accounts.account_type in ('revenue', 'expense', 'equity'), false))
        and bool_or(accounts.account_type in ('revenue', 'expense'))
),

moved as materialized (
    select
        transfers.id,
        lines.account_id,
        years.first_day,
        years.last_day,
        sum(coalesce(lines.debit, 0) - coalesce(lines.credit, 0)) as amount
    from transfers
    inner join years on transfers.entry_date = years.last_day
    inner join beside_equity as lines on transfers.id = lines.id
    inner join accounts on lines.account_id = accounts.id
    where accounts.account_type in ('revenue', 'expense')
    group by all
),

on_moved as materialized (
    select journal_entry_id as id, account_id, debit, credit
    from journal_entry_lines
    where
        account_id in (select moved.account_id from moved)
        and journal_entry_id not in (select moved.id from moved)
),

before as (
    select
        lines.account_id,
        years.last_day,
        sum(coalesce(lines.debit, 0) - coalesce(lines.credit, 0)) as amount
    from on_moved as lines
    inner join counted on lines.id = counted.id
    inner join years on counted.entry_date between years.first_day and years.last_day
    group by all
),

taking_back as (
    select moved.id
    from moved
    left join before on moved.account_id = before.account_id and moved.last_day = before.last_day
    group by moved.id
    having
        2 * sum(
            case
                when
                    sign(moved.amount) = -sign(before.amount)
                    and 2 * abs(moved.amount) >= abs(before.amount)
                    then abs(moved.amount)
                else 0
            end
        ) > sum(abs(moved.amount))
),

called as (
    select id
    from transfers
    where regexp_matches(
        lower(concat_ws(' ', reference, description)),
        '(^|[^a-z])(clos(e|ed|ing)|cl[oô]ture)([^a-z]|$)'
    )
)

select
    transfers.id::varchar as entry_id,
    transfers.entry_date,
    transfers.reference,
    transfers.description,
    count(*) as lines,
    sum(coalesce(lines.debit, 0))::decimal(38, 2) as debit,
    sum(coalesce(lines.credit, 0))::decimal(38, 2) as credit
from transfers
inner join beside_equity as lines on transfers.id = lines.id
where
    transfers.id in (select taking_back.id from taking_back)
    or transfers.id in (select called.id from called)
group by all
order by transfers.entry_date, transfers.reference, entry_id
