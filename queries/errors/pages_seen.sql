-- Pages by their views, and the errors that were ever recorded on them.
with views as (
    select
        regexp_replace(
            regexp_replace(page_url, '^[a-z]+://[^/]+', ''), '^/?([^?#]*).*$', '/\1'
        ) as path,
        count(*) as views
    from page_views
    where is_bot is distinct from true and created_at >= $since and created_at < $until
    group by path
),

recorded as (
    select page_url
    from application_errors
    union all
    select page_url
    from user_feedback
    where category = 'auto-error'
),

errors as (
    select
        regexp_replace(
            regexp_replace(page_url, '^[a-z]+://[^/]+', ''), '^/?([^?#]*).*$', '/\1'
        ) as path,
        count(*) as errors
    from recorded
    where page_url is not null
    group by path
)

select
    coalesce(views.path, errors.path) as path,
    coalesce(views.views, 0)::bigint as views,
    coalesce(errors.errors, 0)::bigint as errors
from views
full join errors on views.path = errors.path
order by views desc, path
