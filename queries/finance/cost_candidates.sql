-- Posted lines that may match a recorded cost of a range: the same amount debited on the same
-- account within five days, nearest first.
select
    costs.id::varchar as cost_id,
    lines.id::varchar as line_id,
    entries.reference,
    entries.entry_date as booked_on
from cost_entries as costs
inner join journal_entry_lines as lines
    on costs.gl_account_id = lines.account_id and costs.amount = lines.debit
inner join journal_entries as entries on lines.journal_entry_id = entries.id
where
    costs.date between $first and $last
    and lower(trim(entries.status)) in ('posted', 'reversed')
    and lines.debit > 0
    and abs(entries.entry_date - costs.date) <= 5
order by abs(entries.entry_date - costs.date), costs.date, costs.id, entries.entry_date, lines.id
