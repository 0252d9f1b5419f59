select
    date_trunc($grain, timezone($timezone, conversations.created_at))::date as period,
    count(*) as value
from al_conversations as conversations
left join user_profiles as profiles on conversations.user_id = profiles.id
where
    conversations.created_at >= $since
    and conversations.created_at < $until
    and profiles.is_staff is distinct from true
group by grouping sets ((period), ())
