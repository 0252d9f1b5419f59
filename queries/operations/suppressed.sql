-- Recipients to whom nothing more may be sent, by the period of the first bounce, complaint or
-- opting out; those before the range come without a period.
with first_refusals as (
    select
        coalesce(recipient_email, user_id::varchar) as recipient,
        min(created_at) as refused_at
    from email_logs
    where status in ('bounced', 'complained', 'unsubscribed')
    group by all
)

select
    case
        when refused_at >= $since
            then date_trunc($grain, timezone($timezone, refused_at))::date
    end as period,
    count(*) as value
from first_refusals
where refused_at < $until
group by all
