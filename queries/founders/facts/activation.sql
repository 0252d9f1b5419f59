-- One row per account opened: 1 when the person saved a car, added a vehicle or a build,
-- or wrote to the assistant within 7 days; those whose 7 days are not over yet are left out.
with acts as (
    select user_id, created_at from user_favorites
    union all
    select user_id, created_at from user_vehicles
    union all
    select user_id, created_at from user_projects
    union all
    select user_id, created_at from al_conversations
),

acted as (
    select distinct profiles.id
    from user_profiles as profiles
    inner join acts
        on
            profiles.id = acts.user_id
            and profiles.created_at <= acts.created_at
            and profiles.created_at + interval 7 day > acts.created_at
)

select
    profiles.id as actor,
    profiles.created_at as moment,
    if(acted.id is null, 0, 1) as amount,
    profiles.id::varchar as who,
    if(acted.id is null, 'Not activated', 'Activated') as what,
    case $by
        when 'tier' then profiles.subscription_tier
        when 'state' then profiles.location_state
        when 'onboarding'
            then if(profiles.onboarding_completed_at is null, 'Not finished', 'Finished')
    end as segment
from user_profiles as profiles
left join acted on profiles.id = acted.id
where profiles.is_staff is distinct from true and profiles.created_at < $as_of - interval 7 day
