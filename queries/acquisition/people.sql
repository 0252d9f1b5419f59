select
    actors.actor_key,
    actors.user_id,
    actors.tier,
    facts.channel as first_channel,
    facts.last_channel,
    facts.began_at,
    facts.converted_at,
    case when facts.due then facts.came_back end as retained
from facts
inner join actors on facts.actor = actors.actor
where facts.acquires and ($channel is null or facts.channel = $channel)
order by facts.converted_at is null, facts.began_at desc, actors.actor_key
