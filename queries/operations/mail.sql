-- E-mails of the range by template. What was opened or clicked arrived, also where no one said so.
with mails as (
    select
        coalesce(template_slug, 'unknown') as template,
        sent_at is not null as is_sent,
        delivered_at is not null or opened_at is not null or clicked_at is not null
        or status in ('delivered', 'complained') as is_delivered,
        opened_at is not null or clicked_at is not null as is_opened,
        clicked_at is not null as is_clicked,
        status
    from email_logs
    where created_at >= $since and created_at < $until
)

select
    mails.template,
    any_value(templates.category) as category,
    any_value(templates.requires_opt_in) as requires_opt_in,
    count(*) as queued,
    count(*) filter (where mails.is_sent) as sent,
    count(*) filter (where mails.is_delivered) as delivered,
    count(*) filter (where mails.is_opened) as opened,
    count(*) filter (where mails.is_clicked) as clicked,
    count(*) filter (where mails.status = 'bounced') as bounced,
    count(*) filter (where mails.status = 'complained') as complained,
    count(*) filter (where mails.status = 'unsubscribed') as unsubscribed,
    delivered / nullif(sent, 0) as delivery_rate,
    opened / nullif(delivered, 0) as open_rate,
    clicked / nullif(opened, 0) as click_rate,
    bounced / nullif(sent, 0) as bounce_rate,
    complained / nullif(delivered, 0) as complaint_rate
from mails
left join email_templates as templates on mails.template = templates.slug
group by mails.template
order by queued desc, mails.template
