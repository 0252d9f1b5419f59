-- Posted lines of the cash accounts: assets whose code begins with 10. Ledger dates carry no zone.
select
    case
        when entries.entry_date >= $first
            then date_trunc($grain, entries.entry_date)::date
    end as period,
    sum(coalesce(lines.debit, 0) - coalesce(lines.credit, 0))::decimal(18, 2) as value
from journal_entry_lines as lines
inner join journal_entries as entries on lines.journal_entry_id = entries.id
inner join gl_accounts as accounts on lines.account_id = accounts.id
where
    entries.status = 'posted'
    and accounts.account_type = 'asset'
    and accounts.account_code like '10%'
    and entries.entry_date <= $last
group by all
