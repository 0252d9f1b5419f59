-- Which words people ask with: only those that several people used, so that no one's own show.
with asked as (
    select
        conversations.user_id,
        conversations.id as conversation_id,
        unnest(
            regexp_extract_all(lower(messages.content), '[\p{L}\p{N}]+(?:[''’-][\p{L}\p{N}]+)*')
        ) as word
    from al_messages as messages
    inner join al_conversations as conversations on messages.conversation_id = conversations.id
    where
        messages.role = 'user'
        and messages.created_at >= $since
        and messages.created_at < $until
)

select
    word,
    count(distinct conversation_id) as conversations,
    count(distinct user_id) as people
from asked
where
    length(word) between 2 and 30
    and not regexp_full_match(word, '[0-9]{5,}')
    and word not in (select common.word from common)
group by word
having count(distinct user_id) >= $least
order by people desc, conversations desc, word
limit 100
