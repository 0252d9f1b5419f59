-- One row per request to a language model with what the provider charges,
-- in dollars; our own requests too.
select
    logs.id as actor,
    logs.created_at as moment,
    (logs.cost_cents / 100)::decimal(18, 4) as amount,
    logs.user_id::varchar as who,
    coalesce(logs.model, 'Model not recorded') as what,
    case $by
        when 'model' then logs.model
        when 'purpose' then coalesce(logs.purpose, if(logs.user_id is null, null, 'user_chat'))
        when 'tier' then profiles.subscription_tier
    end as segment
from al_usage_logs as logs
left join user_profiles as profiles on logs.user_id = profiles.id
where logs.cost_cents is not null
