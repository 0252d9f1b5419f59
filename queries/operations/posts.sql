-- Posts with likes and comments as they are, beside the counts that the post stores.
with likes as (
    select post_id, count(*) as counted from community_post_likes
    group by post_id
),

comments as (
    select post_id, count(*) as counted from community_post_comments
    group by post_id
)

select
    posts.id::varchar as post_id,
    posts.created_at,
    posts.post_type,
    posts.title,
    posts.status,
    coalesce(likes.counted, 0) as likes,
    posts.like_count as stored_likes,
    coalesce(comments.counted, 0) as comments,
    posts.comment_count as stored_comments
from community_posts as posts
left join likes on posts.id = likes.post_id
left join comments on posts.id = comments.post_id
order by posts.created_at desc nulls last, post_id
limit 500
