-- The coming 90 days beside the same days a year before, by city; case and punctuation aside.
with dated as (
    select
        city,
        upper(trim(coalesce(state, ''))) as state_key,
        trim(regexp_replace(regexp_replace(
            strip_accents(lower(city)), '[^a-z0-9]+', ' ', 'g'
        ), '\bsaint\b', 'st', 'g')) as city_key,
        status,
        start_date,
        timezone('UTC', $as_of::timestamptz)::date as today
    from events
    where status in ('approved', 'expired')
),

counted as (
    select
        min(city) as city,
        nullif(state_key, '') as state,
        count(*) filter (
            where
            status = 'approved'
            and start_date >= today
            and start_date < today + interval 90 days
        ) as coming,
        count(*) filter (
            where
            start_date >= today - interval 1 year
            and start_date < today - interval 1 year + interval 90 days
        ) as before
    from dated
    where city_key <> ''
    group by city_key, state_key
)

select
    city,
    state,
    coming,
    before,
    coming - before as change
from counted
where before > coming
order by change, city, state
