-- Every recorded error, with the hash that tells distinct errors apart: rows of one hash are
-- grouped alike.
with recorded as (
    select
        'application_errors' as source,
        id,
        user_id,
        error_type,
        error_message,
        stack_trace,
        page_url,
        severity,
        api_route,
        component_name,
        feature_context,
        browser,
        os,
        app_version,
        metadata,
        greatest(coalesce(occurrence_count, 1), 1) as events,
        coalesce(first_seen_at, created_at, last_seen_at) as first_seen,
        greatest(coalesce(last_seen_at, created_at, first_seen_at), first_seen) as last_seen,
        is_resolved,
        issue_addressed,
        resolved_at,
        fixed_at,
        status
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
        error_metadata ->> '$.apiRoute' as api_route,
        error_metadata ->> '$.componentName' as component_name,
        error_metadata ->> '$.browser' as browser,
        error_metadata ->> '$.os' as os,
        error_metadata as metadata,
        greatest(coalesce(try_cast(error_metadata ->> '$.occurrenceCount' as integer), 1), 1)
            as events,
        created_at as first_seen,
        created_at as last_seen,
        issue_addressed,
        resolved_at,
        fixed_at,
        status
    from user_feedback
    where category = 'auto-error'
)

select
    *,
    coalesce(is_resolved, false)
    or coalesce(issue_addressed, false)
    or resolved_at is not null
    or fixed_at is not null
    -- No IN: five constants become a join that is made also where nobody asks for this.
    or coalesce(
        list_contains(['resolved', 'closed', 'fixed', 'wont_fix', 'duplicate'], lower(status)),
        false
    ) as settled,
    greatest(resolved_at, fixed_at) as settled_at,
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
