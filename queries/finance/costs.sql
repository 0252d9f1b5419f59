-- Recorded costs of a range, each beside the posted line of the ledger that matches it: the same
-- amount debited on the same account within five days; a line matches one cost at most.
with costs as (
    select
        id, category, description, vendor, date as day, amount, gl_account_id, is_recurring,
        row_number() over (partition by gl_account_id, amount order by date, id) as place
    from cost_entries
    where date between $first and $last
),

booked as (
    select
        lines.id,
        lines.account_id,
        lines.debit as amount,
        entries.entry_date as day,
        entries.reference
    from journal_entry_lines as lines
    inner join journal_entries as entries on lines.journal_entry_id = entries.id
    where
        lower(trim(entries.status)) in ('posted', 'reversed')
        and lines.debit > 0
        and lines.account_id in (select costs.gl_account_id from costs)
),

pairs as (
    select
        costs.id as cost_id,
        booked.id as line_id,
        booked.reference,
        booked.day as booked_on,
        row_number() over (
            partition by costs.id order by abs(booked.day - costs.day), booked.id
        ) as nearest_line,
        row_number() over (
            partition by booked.id order by abs(booked.day - costs.day), costs.id
        ) as nearest_cost
    from costs
    inner join booked
        on
            costs.gl_account_id = booked.account_id
            and costs.amount = booked.amount
            and abs(booked.day - costs.day) <= 5
)

select
    costs.id::varchar as cost_id,
    costs.day,
    costs.category,
    costs.vendor,
    costs.description,
    costs.amount,
    coalesce(costs.is_recurring, false) as recurring,
    accounts.account_code,
    accounts.account_name,
    pairs.reference,
    pairs.booked_on,
    coalesce(pairs.line_id is not null, false) as matched
from costs
left join gl_accounts as accounts on costs.gl_account_id = accounts.id
left join pairs on costs.id = pairs.cost_id and pairs.nearest_line = 1 and pairs.nearest_cost = 1
order by costs.day, costs.id
