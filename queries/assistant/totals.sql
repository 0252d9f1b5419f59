-- What was asked of the assistant within the range, by whom, and the tokens of language models.
with said as (
    select
        count(*) filter (where messages.role = 'user') as questions,
        count(*) filter (where messages.role = 'assistant') as answers,
        count(distinct if(messages.role = 'user', conversations.user_id, null)) as people,
        count(distinct messages.conversation_id) as conversations
    from al_messages as messages
    left join al_conversations as conversations on messages.conversation_id = conversations.id
    where messages.created_at >= $since and messages.created_at < $until
),

read as (
    select
        sum(input_tokens)::bigint as input_tokens,
        sum(output_tokens)::bigint as output_tokens
    from al_usage_logs
    where created_at >= $since and created_at < $until
)

select
    said.conversations,
    said.people,
    said.questions,
    said.answers,
    read.input_tokens,
    read.output_tokens
from said
cross join read
