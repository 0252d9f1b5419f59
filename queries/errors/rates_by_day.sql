-- Occurrences of each day beside the sessions and page views of that day; those of a row are spread
-- evenly over the hours from its first to its last.
with days as (
    select
        unnest($days::date[]) as period,
        epoch(timezone($timezone, period::timestamp))::bigint // 3600 as begins,
        epoch(timezone($timezone, (period + 1)::timestamp))::bigint // 3600 as ends
),

recorded as (
    select
        greatest(coalesce(occurrence_count, 1), 1) as events,
        coalesce(first_seen_at, created_at, last_seen_at) as first_seen,
        greatest(coalesce(last_seen_at, created_at, first_seen_at), first_seen) as last_seen
    from application_errors
    union all
    select
        greatest(coalesce(try_cast(error_metadata ->> '$.occurrenceCount' as integer), 1), 1)
            as events,
        created_at as first_seen,
        created_at as last_seen
    from user_feedback
    where category = 'auto-error'
),

spread as (
    select
        epoch_us(first_seen) // 3600000000 as begins,
        epoch_us(last_seen) // 3600000000 + 1 as ends,
        sum(events)::double / (ends - begins) as rate
    from recorded
    group by begins, ends
),

errors as (
    select
        days.period,
        sum(
            spread.rate * (least(spread.ends, days.ends) - greatest(spread.begins, days.begins))
        ) as events
    from days
    inner join spread on days.ends > spread.begins and days.begins < spread.ends
    group by days.period
),

visits as (
    select
        timezone($timezone, created_at)::date as period,
        count(*) as views,
        count(distinct session_id) as sessions
    from page_views
    where
        is_bot is distinct from true
        and created_at >= (select to_timestamp(3600 * min(days.begins)) from days)
        and created_at < (select to_timestamp(3600 * (max(days.ends) + 1)) from days)
    group by period
)

select
    days.period,
    round(coalesce(errors.events, 0), 3) as events,
    coalesce(visits.sessions, 0) as sessions,
    coalesce(visits.views, 0) as views,
    errors.events / nullif(visits.sessions, 0)::double as per_session,
    errors.events / nullif(visits.views, 0)::double as per_view
from days
left join errors on days.period = errors.period
left join visits on days.period = visits.period
order by days.period
