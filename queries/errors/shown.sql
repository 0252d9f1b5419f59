-- Rows of errors as the viewer may see them, newest first.
select
    source,
    id,
    user_id,
    case when sees('free text') then error_type else scrub(error_type) end as error_type,
    coalesce(
        case when sees('free text') then message else scrub(message) end,
        case when sees('message') then own_words else mask_message(own_words) end
    ) as message,
    case when sees('free text') then stack_trace else scrub(stack_trace) end as stack_trace,
    case when sees('free text') then page_url else scrub(page_url) end as page_url,
    severity,
    case when sees('free text') then route else scrub(route) end as route,
    case when sees('free text') then component else scrub(component) end as component,
    feature,
    http_status,
    request_duration_ms,
    case when sees('free text') then browser else scrub(browser) end as browser,
    case when sees('free text') then os else scrub(os) end as os,
    device,
    release,
    case when sees('region') then country else mask_region(country) end as country,
    status,
    case when sees('free text') then error_hash else scrub(error_hash) end as error_hash,
    events,
    first_seen,
    last_seen
from sampled
order by last_seen desc, id
