-- Lines of the chosen accounts within a range, in order, with the balance after each; one page.
-- Revenue and expense bring forward only what the fiscal year of the first day holds.
with named as (
    select id
    from gl_accounts
    where id::varchar in (select unnest($accounts::varchar[]))
),

counted as (
    select
        id,
        entry_date,
        reference,
        description,
        lower(trim(status)) as status,
        entry_date - (id::varchar in (select unnest($openings::varchar[])))::integer as day
    from journal_entries
    where
        lower(trim(status)) in (select unnest($statuses::varchar[]))
        and entry_date is not null
),

chosen as (
    select
        lines.account_id,
        accounts.account_code,
        accounts.account_name,
        coalesce(lower(trim(accounts.account_type)) in ('revenue', 'expense'), false) as is_result,
        counted.id as entry_id,
        lines.id as line_id,
        counted.entry_date,
        counted.day,
        counted.reference,
        coalesce(lines.description, counted.description) as description,
        counted.status,
        lines.line_number,
        coalesce(lines.debit, 0) as debit,
        coalesce(lines.credit, 0) as credit
    from journal_entry_lines as lines
    inner join counted on lines.journal_entry_id = counted.id
    left join gl_accounts as accounts on lines.account_id = accounts.id
    where
        counted.day <= $last
        and ($every or lines.account_id in (select named.id from named))
),

brought_forward as (
    select account_id, sum(debit - credit) as balance
    from chosen
    where day < $first and (not is_result or day >= $year_start)
    group by account_id
),

running as (
    select
        chosen.*,
        coalesce(brought_forward.balance, 0) + sum(chosen.debit - chosen.credit) over (
            partition by chosen.account_id
            order by
                chosen.day, chosen.reference, chosen.entry_id, chosen.line_number, chosen.line_id
            rows unbounded preceding
        ) as balance
    from chosen
    left join brought_forward on chosen.account_id is not distinct from brought_forward.account_id
    where chosen.day >= $first
)

select
    running.account_id::varchar as account_id,
    running.account_code,
    running.account_name,
    running.entry_date,
    running.reference,
    running.description,
    running.debit::decimal(38, 2) as debit,
    running.credit::decimal(38, 2) as credit,
    running.balance::decimal(38, 2) as balance,
    running.status,
    running.entry_id::varchar as entry_id,
    running.line_id::varchar as line_id
from running
order by
    running.account_code nulls last,
    running.account_id,
    running.day,
    running.reference,
    running.entry_id,
    running.line_number,
    running.line_id
limit $size offset $skip
