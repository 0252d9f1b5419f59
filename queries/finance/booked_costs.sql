-- What the ledger booked on the expense accounts in a range, beside what was recorded for them.
with booked as (
    select
        lines.account_id,
        sum(coalesce(lines.debit, 0) - coalesce(lines.credit, 0)) as amount
    from journal_entry_lines as lines
    inner join journal_entries as entries on lines.journal_entry_id = entries.id
    where
        lower(trim(entries.status)) in ('posted', 'reversed')
        and entries.entry_date between $first and $last
        and entries.id::varchar not in (select unnest($closings::varchar[]))
    group by lines.account_id
),

recorded as (
    select gl_account_id as account_id, sum(amount) as amount
    from cost_entries
    where date between $first and $last
    group by gl_account_id
)

select
    accounts.account_code,
    accounts.account_name,
    coalesce(booked.amount, 0)::decimal(38, 2) as booked,
    coalesce(recorded.amount, 0)::decimal(38, 2) as recorded,
    case
        when booked.amount is null then 'cost only'
        when recorded.amount is null then 'ledger only'
        when booked.amount = recorded.amount then 'matched'
        else 'differs'
    end as state
from gl_accounts as accounts
left join booked on accounts.id = booked.account_id
left join recorded on accounts.id = recorded.account_id
where
    lower(trim(accounts.account_type)) = 'expense'
    and (booked.amount is not null or recorded.amount is not null)
order by accounts.account_code
