-- One row per answer of the assistant.
select
    messages.id as actor,
    messages.created_at as moment,
    1 as amount,
    conversations.user_id::varchar as who,
    coalesce(messages.model, 'Model not recorded') as what,
    case $by
        when 'model' then messages.model
        when 'tier' then profiles.subscription_tier
    end as segment
from al_messages as messages
left join al_conversations as conversations on messages.conversation_id = conversations.id
left join user_profiles as profiles on conversations.user_id = profiles.id
where messages.role = 'assistant' and profiles.is_staff is distinct from true
