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
)

select
    profiles.id as actor,
    profiles.created_at as moment,
    max(
        if(
            acts.created_at >= profiles.created_at
            and acts.created_at < profiles.created_at + interval 7 day, 1, 0
        )
    ) as amount,
    profiles.id::varchar as who,
    if(amount = 1, 'Activated', 'Not activated') as what,
    any_value(
        case $by
            when 'tier' then profiles.subscription_tier
            when 'state' then profiles.location_state
            when 'onboarding'
                then if(profiles.onboarding_completed_at is null, 'Not finished', 'Finished')
        end
    ) as segment
from user_profiles as profiles
left join acts on profiles.id = acts.user_id
where profiles.is_staff is distinct from true and profiles.created_at < $as_of - interval 7 day
group by profiles.id, profiles.created_at
