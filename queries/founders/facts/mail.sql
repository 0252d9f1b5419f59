-- One row per e-mail handed to the delivery service: 1 when the recipient's server took it.
select
    id as actor,
    sent_at as moment,
    if(
        delivered_at is not null or opened_at is not null or clicked_at is not null
        or status in ('delivered', 'complained'), 1, 0
    ) as amount,
    user_id::varchar as who,
    concat_ws(': ', template_slug, status) as what,
    if($by = 'template', template_slug, null) as segment
from email_logs
where sent_at is not null
