-- Pages by their views, and the errors that were ever recorded on them. Shown to everybody: what is
-- personal in an address is taken out of it, once for each address.
with addresses as (
    select page_url, count(*) as views
    from page_views
    where is_bot is distinct from true and created_at >= $since and created_at < $until
    group by page_url
),

views as (
    select
        regexp_replace(
            regexp_replace(scrub(page_url), '^[a-z]+://[^/]+', ''), '^/?([^?#]*).*$', '/\1'
        ) as path,
        sum(views) as views
    from addresses
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

places as (
    select page_url, count(*) as errors
    from recorded
    where page_url is not null
    group by page_url
),

errors as (
    select
        regexp_replace(
            regexp_replace(scrub(page_url), '^[a-z]+://[^/]+', ''), '^/?([^?#]*).*$', '/\1'
        ) as path,
        sum(errors) as errors
    from places
    group by path
)

select
    coalesce(views.path, errors.path) as path,
    coalesce(views.views, 0)::bigint as views,
    coalesce(errors.errors, 0)::bigint as errors
from views
full join errors on views.path = errors.path
order by views desc, path
