-- One row per issue; `variants` says which distinct error belongs to which.
with numbered as (
    select
        variants.number,
        facts.id,
        facts.source,
        facts.severity,
        facts.app_version,
        facts.events,
        facts.first_seen,
        facts.last_seen,
        facts.settled,
        facts.settled_at,
        -- What happened again after it was settled is open again, whatever its mark says.
        not facts.settled
        or coalesce(facts.last_seen > facts.settled_at, false) as open,
        -- As numbers people are counted at half the cost of their ids as text.
        case
            when facts.user_id is not null then hash(facts.user_id)
            when contains(facts.metadata::varchar, '"sessionId"')
                then hash(facts.metadata ->> '$.sessionId')
        end as person,
        case lower(facts.severity)
            when 'blocking' then 0
            when 'critical' then 0
            when 'major' then 1
            when 'high' then 1
            when 'minor' then 2
            when 'medium' then 2
            when 'low' then 3
            else 4
        end as rank
    from facts
    inner join variants on facts.variant = variants.variant
)

select
    number,
    count(*) as row_count,
    sum(events)::bigint as events,
    count(distinct person) as users,
    coalesce(sum(events) filter (where person is null), 0)::bigint as events_of_unknown,
    min(first_seen) as first_seen,
    max(last_seen) as last_seen,
    arg_max(id, last_seen)::varchar as latest_id,
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
order by number
