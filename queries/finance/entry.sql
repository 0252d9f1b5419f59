-- One entry with its lines, whatever its status.
select
    entries.id::varchar as entry_id,
    entries.entry_date,
    entries.reference,
    entries.description as entry_description,
    lower(trim(entries.status)) as status,
    entries.posted_at,
    entries.reverses_entry_id::varchar as reverses_entry_id,
    lines.id::varchar as line_id,
    accounts.account_code,
    accounts.account_name,
    lines.description,
    lines.debit::decimal(38, 2) as debit,
    lines.credit::decimal(38, 2) as credit
from journal_entries as entries
left join journal_entry_lines as lines on entries.id = lines.journal_entry_id
left join gl_accounts as accounts on lines.account_id = accounts.id
where entries.id::varchar = lower($entry)
order by lines.line_number, lines.id
