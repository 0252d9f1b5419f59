-- One row per issue; `variants` says which distinct error belongs to which.
with recorded as not materialized (
    select
        'application_errors' as source,
        id,
        user_id,
        error_type,
        error_message,
        stack_trace,
        page_url,
        severity,
        error_source,
        api_route,
        component_name,
        feature_context,
        http_status,
        request_duration_ms,
        external_service,
        browser,
        os,
        is_mobile,
        app_version,
        metadata,
        greatest(coalesce(occurrence_count, 1), 1) as events,
        coalesce(first_seen_at, created_at, last_seen_at) as first_seen,
        greatest(coalesce(last_seen_at, created_at, first_seen_at), first_seen) as last_seen,
        coalesce(is_resolved, false)
        or coalesce(issue_addressed, false)
        or resolved_at is not null
        or fixed_at is not null
        or coalesce(lower(status), '') in ('resolved', 'closed', 'fixed', 'wont_fix', 'duplicate')
            as settled,
        greatest(resolved_at, fixed_at) as settled_at
    from application_errors
    union all by name
    select
        'user_feedback' as source,
        id,
        user_id,
        coalesce(error_metadata ->> '$.errorType', 'client_error') as error_type,
        coalesce(message, error_metadata ->> '$.errorMessage') as error_message,
        error_metadata ->> '$.stackTrace' as stack_trace,
        page_url,
        severity,
        'client' as error_source,
        error_metadata ->> '$.apiRoute' as api_route,
        error_metadata ->> '$.componentName' as component_name,
        error_metadata ->> '$.browser' as browser,
        error_metadata ->> '$.os' as os,
        try_cast(error_metadata ->> '$.isMobile' as boolean) as is_mobile,
        error_metadata as metadata,
        greatest(coalesce(try_cast(error_metadata ->> '$.occurrenceCount' as integer), 1), 1)
            as events,
        created_at as first_seen,
        created_at as last_seen,
        coalesce(issue_addressed, false)
        or resolved_at is not null
        or fixed_at is not null
        or coalesce(lower(status), '') in ('resolved', 'closed', 'fixed', 'wont_fix', 'duplicate')
            as settled,
        greatest(resolved_at, fixed_at) as settled_at
    from user_feedback
    where category = 'auto-error'
),

hashed as (
    select
        *,
        case when contains(metadata::varchar, '"fingerprint"') then metadata -> '$.fingerprint' end
            as fingerprint,
        case when contains(metadata::varchar, '"digest"') then metadata ->> '$.digest' end
            as digest,
        -- Only some families are told apart by their page.
        case
            when
                contains(error_message, 'ydrat')
                or contains(error_message, 'match')
                or contains(error_message, 'React error #4')
                or contains(error_message, 'Server Components')
                then page_url
        end as page,
        hash(error_type, error_message, stack_trace, page, fingerprint, digest) as variant
    from recorded
),

numbered as (
    select
        hashed.*,
        variants.number,
        -- What happened again after it was settled is open again, whatever its mark says.
        not hashed.settled
        or coalesce(hashed.last_seen > hashed.settled_at, false) as open,
        -- As numbers people are counted at half the cost of their ids as text.
        case
            when hashed.user_id is not null then hash(hashed.user_id)
            when contains(hashed.metadata::varchar, '"sessionId"')
                then hash(hashed.metadata ->> '$.sessionId')
        end as person,
        case lower(hashed.severity)
            when 'blocking' then 0
            when 'critical' then 0
            when 'major' then 1
            when 'high' then 1
            when 'minor' then 2
            when 'medium' then 2
            when 'low' then 3
            else 4
        end as rank
    from hashed
    inner join variants on hashed.variant = variants.variant
),

counted as (
    select
        number,
        count(*) as row_count,
        sum(events)::bigint as events,
        count(distinct person) as users,
        coalesce(sum(events) filter (where person is null), 0)::bigint as events_of_unknown,
        min(first_seen) as first_seen,
        max(last_seen) as last_seen,
        arg_max(id, last_seen) as latest_id,
        arg_max(source, last_seen) as latest_source,
        arg_min(severity, rank) as severity,
        min(rank) as severity_rank,
        arg_min(app_version, first_seen) as first_release,
        count(*) filter (where open) as open_rows,
        min(case when settled then last_seen else first_seen end) filter (where open) as open_since,
        max(last_seen) filter (where open) as open_last_seen,
        max(coalesce(settled_at, last_seen)) filter (where settled) as settled_at,
        -- Rows of a release before the newest one come from tabs that were never reloaded.
        max(last_seen) filter (
            where
            open
            and last_seen > coalesce($deployed_at, '-infinity'::timestamptz)
            and (app_version is null or app_version = coalesce($release, app_version))
        ) as current_last_seen,
        min(greatest(first_seen, $deployed_at)) filter (
            where
            open
            and last_seen > coalesce($deployed_at, '-infinity'::timestamptz)
            and (app_version is null or app_version = coalesce($release, app_version))
        ) as current_since
    from numbered
    group by number
)

-- What the latest row says is looked up once: kept along the way, it would be copied row by row.
select
    counted.* exclude (latest_id),
    counted.latest_id::varchar as latest_id,
    recorded.error_type,
    recorded.app_version as last_release,
    -- Shown to everybody, so without what is personal; the feedback form holds people's own words.
    scrub(coalesce(recorded.api_route, recorded.component_name)) as place,
    coalesce(recorded.api_route, recorded.page_url) as at_work,
    case
        when counted.latest_source = 'application_errors'
            then scrub(left(recorded.error_message, 1000))
    end as message,
    recorded.feature_context as feature
from counted
left join recorded
    on counted.latest_id = recorded.id and counted.latest_source = recorded.source
order by counted.number
