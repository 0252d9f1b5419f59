-- Occurrences of each day beside the sessions and page views of that day.
with days as (
    select unnest($days::date[]) as period
),

errors as (
    select
        timezone($timezone, coalesce(last_seen_at, created_at, first_seen_at))::date as period,
        sum(greatest(coalesce(occurrence_count, 1), 1))::bigint as events
    from application_errors
    group by period
),

visits as (
    select
        timezone($timezone, created_at)::date as period,
        count(*) as views,
        count(distinct session_id) as sessions
    from page_views
    where is_bot is distinct from true
    group by period
)

select
    days.period,
    coalesce(errors.events, 0) as events,
    coalesce(visits.sessions, 0) as sessions,
    coalesce(visits.views, 0) as views,
    errors.events / nullif(visits.sessions, 0)::double as per_session,
    errors.events / nullif(visits.views, 0)::double as per_view
from days
left join errors on days.period = errors.period
left join visits on days.period = visits.period
order by days.period
