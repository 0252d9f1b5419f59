-- One row per account opened.
with first_touches as (
    select
        user_id,
        arg_min(utm_source, (created_at, id)) as utm_source,
        arg_min(utm_medium, (created_at, id)) as utm_medium
    from user_attribution
    group by user_id
)

select
    profiles.id as actor,
    profiles.created_at as moment,
    1 as amount,
    profiles.id::varchar as who,
    'Signed up' as what,
    case $by
        when 'tier' then profiles.subscription_tier
        when 'source' then first_touch.utm_source
        when 'medium' then first_touch.utm_medium
        when 'state' then profiles.location_state
        when 'onboarding'
            then if(profiles.onboarding_completed_at is null, 'Not finished', 'Finished')
    end as segment
from user_profiles as profiles
left join first_touches as first_touch on profiles.id = first_touch.user_id
where profiles.is_staff is distinct from true
