-- One row per page view of no bot and no staff.
select
    coalesce(views.user_id::varchar, views.visitor_id, views.session_id) as actor,
    views.created_at as moment,
    1 as amount,
    views.user_id::varchar as who,
    views.page_url as what,
    case $by
        when 'source' then views.utm_source
        when 'medium' then views.utm_medium
        when 'campaign' then views.utm_campaign
        when 'country' then views.country
        when 'signed_in' then if(views.user_id is null, 'Anonymous', 'Signed in')
    end as segment
from page_views as views
left join user_profiles as profiles on views.user_id = profiles.id
where
    views.is_bot is distinct from true
    and profiles.is_staff is distinct from true
    and case $segment
        when 'signed_in' then views.user_id is not null
        when 'anonymous' then views.user_id is null
        else true
    end
