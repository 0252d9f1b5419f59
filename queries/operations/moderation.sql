-- Comments that wait for a decision, oldest first.
select
    id::varchar as comment_id,
    created_at,
    moderation_status,
    moderation_score,
    moderation_reason,
    content,
    user_id::varchar as user_id
from community_post_comments
where moderation_status in ('pending', 'flagged')
order by created_at, comment_id
limit 500
