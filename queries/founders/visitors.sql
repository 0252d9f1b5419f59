with people as (
    select
        coalesce(views.user_id::varchar, views.visitor_id, views.session_id) as actor,
        date_trunc($grain, timezone($timezone, views.created_at))::date as period
    from page_views as views
    left join user_profiles as profiles on views.user_id = profiles.id
    where
        views.created_at >= $since
        and views.created_at < $until
        and views.is_bot is distinct from true
        and profiles.is_staff is distinct from true
        and case $segment
            when 'signed_in' then views.user_id is not null
            when 'anonymous' then views.user_id is null
            else true
        end
)

select
    period,
    count(distinct actor) as value
from people
group by grouping sets ((period), ())
