-- One row per conversation with the assistant.
select
    conversations.id as actor,
    conversations.created_at as moment,
    1 as amount,
    conversations.user_id::varchar as who,
    coalesce(conversations.initial_car_slug, 'No car') as what,
    case $by
        when 'tier' then profiles.subscription_tier
        when 'car' then conversations.initial_car_slug
        when 'length'
            then case
                when conversations.message_count is null then null
                when conversations.message_count <= 2 then '1-2 messages'
                when conversations.message_count <= 6 then '3-6 messages'
                else '7 messages or more'
            end
    end as segment
from al_conversations as conversations
left join user_profiles as profiles on conversations.user_id = profiles.id
where profiles.is_staff is distinct from true
