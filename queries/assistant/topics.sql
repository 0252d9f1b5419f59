-- What conversations of the range were about, by the car that they began from.
with spoken as (
    select
        coalesce(conversations.initial_car_slug, 'no car') as car,
        conversations.id,
        conversations.user_id,
        count(messages.id) as messages
    from al_conversations as conversations
    left join al_messages as messages on conversations.id = messages.conversation_id
    where conversations.created_at >= $since and conversations.created_at < $until
    group by all
)

select
    spoken.car,
    any_value(cars.brand) as brand,
    count(*) as conversations,
    count(distinct spoken.user_id) as people,
    sum(spoken.messages)::bigint as messages,
    count(*) / sum(count(*)) over () as conversations_share
from spoken
left join cars on spoken.car = cars.slug
group by spoken.car
order by conversations desc, spoken.car
limit 500
