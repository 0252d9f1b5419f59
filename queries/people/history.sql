-- What one account did, newest first.
with acts as (
    select id as user_id, created_at as moment, 'Signed up' as what, null as about
    from user_profiles
    union all
    select user_id, created_at as moment, 'Page view' as what, page_url as about from page_views
    union all
    select user_id, created_at as moment, 'Product event' as what, event_type as about
    from user_events
    union all
    select user_id, created_at as moment, 'Conversation begun' as what, initial_car_slug as about
    from al_conversations
    union all
    select user_id, created_at as moment, 'Vehicle added' as what, matched_car_slug as about
    from user_vehicles
    union all
    select user_id, created_at as moment, 'Car saved' as what, car_slug as about from user_favorites
    union all
    select user_id, created_at as moment, 'Build begun' as what, car_slug as about
    from user_projects
    union all
    select user_id, created_at as moment, 'Feedback sent' as what, feedback_type as about
    from user_feedback
    union all
    select user_id, sent_at as moment, 'E-mail sent' as what, template_slug as about from email_logs
    where sent_at is not null
)

select moment, what, about
from acts
where user_id = try_cast($user_id as uuid)
order by moment desc
limit 500
