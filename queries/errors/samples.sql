-- Recorded rows by their keys, as they are: `shown` masks them. Masked before they are chosen,
-- every text of the table would be looked at.
with recorded as (
    select
        'application_errors' as source,
        id,
        user_id,
        error_type,
        error_message as message,
        stack_trace,
        page_url,
        severity,
        api_route as route,
        component_name as component,
        feature_context as feature,
        http_status,
        request_duration_ms,
        browser,
        os,
        is_mobile,
        app_version as release,
        status,
        error_hash,
        greatest(coalesce(occurrence_count, 1), 1) as events,
        coalesce(first_seen_at, created_at, last_seen_at) as first_seen,
        greatest(coalesce(last_seen_at, created_at, first_seen_at), first_seen) as last_seen
    from application_errors
    union all by name
    select
        'user_feedback' as source,
        id,
        user_id,
        error_metadata ->> '$.errorType' as error_type,
        error_metadata ->> '$.errorMessage' as message,
        message as own_words,
        error_metadata ->> '$.stackTrace' as stack_trace,
        page_url,
        severity,
        error_metadata ->> '$.apiRoute' as route,
        error_metadata ->> '$.componentName' as component,
        error_metadata ->> '$.browser' as browser,
        error_metadata ->> '$.os' as os,
        try_cast(error_metadata ->> '$.isMobile' as boolean) as is_mobile,
        status,
        error_metadata ->> '$.errorHash' as error_hash,
        greatest(coalesce(try_cast(error_metadata ->> '$.occurrenceCount' as integer), 1), 1)
            as events,
        created_at as first_seen,
        created_at as last_seen
    from user_feedback
    where category = 'auto-error'
),

countries as (
    select
        user_id,
        arg_max(country, created_at) as country
    from page_views
    where country is not null and user_id in (select wanted.user_id::uuid from wanted)
    group by user_id
)

select
    recorded.source,
    recorded.id::varchar as id,
    recorded.user_id::varchar as user_id,
    recorded.error_type,
    left(recorded.message, $longest) as message,
    left(recorded.own_words, $longest) as own_words,
    left(recorded.stack_trace, $longest) as stack_trace,
    recorded.page_url,
    recorded.severity,
    recorded.route,
    recorded.component,
    recorded.feature,
    recorded.http_status,
    recorded.request_duration_ms,
    recorded.browser,
    recorded.os,
    case recorded.is_mobile when true then 'phone' when false then 'desktop' end as device,
    recorded.release,
    countries.country,
    recorded.status,
    recorded.error_hash,
    recorded.events,
    recorded.first_seen,
    recorded.last_seen
from recorded
left join countries on recorded.user_id = countries.user_id
where recorded.id in (select wanted.id::uuid from wanted)
