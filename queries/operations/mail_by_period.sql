-- E-mails by the period in which they were queued, and what became of them up to now.
select
    date_trunc($grain, timezone($timezone, created_at))::date as period,
    count(*) as queued,
    count(sent_at) as sent,
    count(*) filter (
        where
        delivered_at is not null or opened_at is not null or clicked_at is not null
        or status in ('delivered', 'complained')
    ) as delivered,
    count(*) filter (where opened_at is not null or clicked_at is not null) as opened,
    count(clicked_at) as clicked,
    count(*) filter (where status = 'bounced') as bounced,
    count(*) filter (where status = 'complained') as complained,
    count(*) filter (where status = 'unsubscribed') as unsubscribed
from email_logs
where created_at >= $since and created_at < $until
group by all
