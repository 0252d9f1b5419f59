-- How many people there were at the end of a range, how many of them were new in it, and how many
-- paid: a running subscription that is on no trial.
select
    count(*) filter (where created_at < ($last::date + 1)::timestamp at time zone 'UTC') as users,
    count(*) filter (
        where
        created_at >= ($first::date)::timestamp at time zone 'UTC'
        and created_at < ($last::date + 1)::timestamp at time zone 'UTC'
    ) as new_users,
    (
        select count(distinct subscriptions.user_id)
        from subscriptions
        where
            subscriptions.status in ('active', 'past_due', 'canceled')
            and subscriptions.created_at < ($last::date + 1)::timestamp at time zone 'UTC'
            and (
                subscriptions.canceled_at is null
                or subscriptions.canceled_at >= ($last::date + 1)::timestamp at time zone 'UTC'
            )
    ) as paying_users
from user_profiles
