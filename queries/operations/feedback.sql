-- Messages of people that are not settled, what hinders most first.
select
    feedback.id::varchar as feedback_id,
    feedback.created_at,
    feedback.feedback_type,
    feedback.severity,
    feedback.status,
    feedback.message,
    feedback.page_url,
    feedback.user_tier,
    date_diff('day', feedback.created_at, $as_of) as age_days
from user_feedback as feedback
where
    feedback.category is distinct from 'auto-error'
    and feedback.issue_addressed is distinct from true
    and coalesce(feedback.status, 'new') not in (
        'fixed', 'resolved', 'closed', 'wont_fix', 'duplicate'
    )
order by
    case feedback.severity
        when 'blocking' then 0 when 'major' then 1 when 'minor' then 2 else 3
    end,
    feedback.created_at,
    feedback_id
limit 500
