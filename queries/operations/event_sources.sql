-- Sites that events were found at: what they gave, how much of it was approved, and when last.
select
    coalesce(
        nullif(regexp_replace(regexp_extract(source_url, '://([^/?#:]+)', 1), '^www[.]', ''), ''),
        'no source'
    ) as source,
    count(*) as events,
    count(*) filter (where status = 'approved') as approved,
    count(*) filter (where status = 'rejected') as rejected,
    count(*) filter (where status = 'pending') as pending,
    count(*) filter (where start_date >= $today) as upcoming,
    approved / nullif(approved + rejected, 0) as approved_share,
    max(created_at) as last_found
from events
group by all
order by events desc, source
limit 500
