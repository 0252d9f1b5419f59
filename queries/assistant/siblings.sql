-- Every conversation of the range beside what the usage log holds of it.
with spoken as (
    select
        conversations.id,
        conversations.message_count,
        count(messages.id) as messages,
        count(messages.id) filter (where messages.role = 'assistant') as answers
    from al_conversations as conversations
    left join al_messages as messages on conversations.id = messages.conversation_id
    where conversations.created_at >= $since and conversations.created_at < $until
    group by conversations.id, conversations.message_count
),

logged as (
    select conversation_id, count(*) as requests from al_usage_logs
    where conversation_id is not null
    group by conversation_id
)

select
    count(*) as conversations,
    count(*) filter (where spoken.message_count is distinct from spoken.messages) as miscounted,
    count(*) filter (where spoken.answers = 0) as unanswered,
    count(*) filter (where spoken.answers > 0 and logged.requests is null) as unlogged
from spoken
left join logged on spoken.id = logged.conversation_id
