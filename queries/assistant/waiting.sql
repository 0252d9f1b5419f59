-- Questions of the range that nothing followed: the newest message of a conversation is a person's.
with placed as (
    select
        conversation_id,
        role,
        created_at,
        count(*) over (partition by conversation_id) as messages,
        row_number() over (
            partition by conversation_id order by created_at desc, sequence_number desc
        ) as place
    from al_messages
)

select
    conversations.id::varchar as conversation_id,
    conversations.user_id::varchar as user_id,
    conversations.initial_car_slug as car,
    placed.messages,
    placed.created_at as asked_at
from placed
inner join al_conversations as conversations on placed.conversation_id = conversations.id
where
    placed.place = 1 and placed.role = 'user'
    and placed.created_at >= $since and placed.created_at < $until
order by asked_at desc, conversation_id
limit 500
