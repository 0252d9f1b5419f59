-- Entries an accountant would question: one row per rule and entry.
with entries as (
    select
        id,
        entry_date,
        reference,
        lower(trim(status)) as status,
        posted_at,
        fiscal_year,
        fiscal_month,
        coalesce(lower(trim(status)) in (select unnest($statuses::varchar[])), false) as counted
    from journal_entries
),

totals as (
    select
        journal_entry_id as id,
        sum(coalesce(debit, 0)) as debit,
        sum(coalesce(credit, 0)) as credit,
        sum(coalesce(debit, 0) - coalesce(credit, 0)) as difference
    from journal_entry_lines
    group by journal_entry_id
),

periods as (
    select id, start_date, end_date, fiscal_year, fiscal_month, is_closed, closed_at
    from fiscal_periods
    where start_date <= end_date
),

covered as (
    select
        days.day,
        count(periods.id) as periods,
        bool_or(periods.is_closed) as is_closed,
        max(periods.closed_at) as closed_at,
        min(periods.start_date) as start_date,
        max(periods.end_date) as end_date
    from (select distinct entries.entry_date as day from entries) as days
    left join periods on days.day between periods.start_date and periods.end_date
    group by days.day
),

agreeing as (
    select distinct stored.entry_date, stored.fiscal_year, stored.fiscal_month
    from (
        select distinct entries.entry_date, entries.fiscal_year, entries.fiscal_month
        from entries
    ) as stored
    inner join periods
        on
            stored.entry_date between periods.start_date and periods.end_date
            and coalesce(stored.fiscal_year = periods.fiscal_year, true)
            and coalesce(stored.fiscal_month = periods.fiscal_month, true)
),

found as (
    select 'unbalanced_entry' as rule, entries.id, totals.difference as amount
    from entries
    inner join totals on entries.id = totals.id
    where entries.counted and totals.difference <> 0

    union all

    select 'one_sided_entry' as rule, entries.id, totals.difference as amount
    from entries
    inner join totals on entries.id = totals.id
    where entries.counted and (totals.debit = 0) <> (totals.credit = 0)

    union all

    select 'entry_without_lines' as rule, entries.id, null as amount
    from entries
    left join totals on entries.id = totals.id
    where entries.counted and totals.id is null

    union all

    select 'entry_without_date' as rule, entries.id, totals.debit as amount
    from entries
    left join totals on entries.id = totals.id
    where entries.counted and entries.entry_date is null

    union all

    select 'entry_outside_periods' as rule, entries.id, totals.debit as amount
    from entries
    inner join covered on entries.entry_date = covered.day
    left join totals on entries.id = totals.id
    where entries.counted and covered.periods = 0

    union all

    select 'posted_to_closed_period' as rule, entries.id, totals.debit as amount
    from entries
    inner join covered on entries.entry_date = covered.day
    left join totals on entries.id = totals.id
    where
        entries.counted
        and covered.is_closed
        and (entries.posted_at > covered.closed_at or entries.status = 'draft')

    union all

    select 'stored_period_disagrees' as rule, entries.id, null as amount
    from entries
    inner join covered on entries.entry_date = covered.day
    left join agreeing
        on
            entries.entry_date = agreeing.entry_date
            and entries.fiscal_year is not distinct from agreeing.fiscal_year
            and entries.fiscal_month is not distinct from agreeing.fiscal_month
    where
        entries.counted
        and covered.periods > 0
        and agreeing.entry_date is null

    union all

    select 'posted_in_other_period' as rule, entries.id, null as amount
    from entries
    inner join covered on entries.entry_date = covered.day
    where
        entries.counted
        and covered.periods > 0
        and (entries.posted_at at time zone 'UTC')::date
        not between covered.start_date and covered.end_date

    union all

    select 'draft_with_posting_time' as rule, entries.id, null as amount
    from entries
    where entries.status = 'draft' and entries.posted_at is not null

    union all

    select 'unknown_status' as rule, entries.id, totals.debit as amount
    from entries
    left join totals on entries.id = totals.id
    where coalesce(entries.status, '') not in ('draft', 'posted', 'reversed', 'void')

    union all

    select 'reversed_without_reversal' as rule, entries.id, totals.debit as amount
    from entries
    left join totals on entries.id = totals.id
    where
        entries.status = 'reversed'
        and entries.id not in (
            select reversing.reverses_entry_id
            from journal_entries as reversing
            where reversing.reverses_entry_id is not null
        )
)

select
    found.rule,
    entries.id::varchar as entry_id,
    null::varchar as line_id,
    null::varchar as account_code,
    found.amount::decimal(38, 2) as amount,
    entries.entry_date as day,
    entries.reference as subject
from found
inner join entries on found.id = entries.id
order by found.rule, entries.entry_date, entries.reference, entry_id
