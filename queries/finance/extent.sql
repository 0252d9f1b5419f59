-- Entries and lines by status, with the first and the last day of each.
select
    lower(trim(entries.status)) as status,
    count(distinct entries.id) as entries,
    count(lines.id) as lines,
    min(entries.entry_date) as first_day,
    max(entries.entry_date) as last_day
from journal_entries as entries
left join journal_entry_lines as lines on entries.id = lines.journal_entry_id
group by all
order by all
