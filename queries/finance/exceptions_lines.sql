-- Lines an accountant would question: one row per rule and line.
with lines as (
    select
        lines.id,
        lines.journal_entry_id,
        lines.debit,
        lines.credit,
        entries.id as entry_id,
        entries.entry_date,
        entries.reference,
        accounts.id as account_id,
        accounts.account_code,
        accounts.is_active,
        coalesce(lower(trim(entries.status)) in (select unnest($statuses::varchar[])), false)
            as counted
    from journal_entry_lines as lines
    left join journal_entries as entries on lines.journal_entry_id = entries.id
    left join gl_accounts as accounts on lines.account_id = accounts.id
    where
        entries.id is null
        or accounts.id is null
        or accounts.is_active is false
        or coalesce(lines.debit, 0) < 0
        or coalesce(lines.credit, 0) < 0
        or (coalesce(lines.debit, 0) = 0) = (coalesce(lines.credit, 0) = 0)
),

found as (
    select 'line_without_entry' as rule, *
    from lines
    where entry_id is null

    union all

    select 'line_without_account' as rule, *
    from lines
    where counted and account_id is null

    union all

    select 'inactive_account' as rule, *
    from lines
    where counted and is_active is false

    union all

    select 'negative_line' as rule, *
    from lines
    where counted and (debit < 0 or credit < 0)

    union all

    select 'line_without_amount' as rule, *
    from lines
    where counted and debit is null and credit is null

    union all

    select 'zero_line' as rule, *
    from lines
    where
        counted
        and coalesce(debit, 0) = 0
        and coalesce(credit, 0) = 0
        and coalesce(debit, credit) is not null

    union all

    select 'two_sided_line' as rule, *
    from lines
    where counted and coalesce(debit, 0) <> 0 and coalesce(credit, 0) <> 0
)

select
    rule,
    journal_entry_id::varchar as entry_id,
    id::varchar as line_id,
    account_code,
    case
        when coalesce(debit, credit) is not null then coalesce(debit, 0) - coalesce(credit, 0)
    end::decimal(38, 2) as amount,
    entry_date as day,
    reference as subject
from found
order by rule, entry_date, reference, id
