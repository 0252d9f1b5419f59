-- Posted lines of the cash accounts: assets whose code begins with 10. Ledger dates carry no zone.
select
    lines.id as actor,
    timezone($timezone, entries.entry_date::timestamp) as moment,
    (coalesce(lines.debit, 0) - coalesce(lines.credit, 0))::decimal(18, 2) as amount,
    null::varchar as who,
    accounts.account_code as what,
    if($by = 'account', accounts.account_code, null) as segment
from journal_entry_lines as lines
inner join journal_entries as entries on lines.journal_entry_id = entries.id
inner join gl_accounts as accounts on lines.account_id = accounts.id
where
    entries.status = 'posted'
    and accounts.account_type = 'asset'
    and accounts.account_code like '10%'
