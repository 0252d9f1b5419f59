-- How far invitations have come, and the friends that milestones ask for.
with reached as (
    select referrer_id, count(*) as friends from referrals
    where status in ('signed_up', 'rewarded')
    group by referrer_id
)

select
    'Invitations' as part,
    coalesce(status, 'unknown') as step,
    count(*) as counted,
    count(distinct referrer_id) as people,
    sum(coalesce(referrer_reward_credits, 0) + coalesce(referee_reward_credits, 0)) as credits
from referrals
group by all
union all
select
    'Milestones' as part,
    concat(milestones.friends_required, ' friends') as step,
    milestones.friends_required as counted,
    count(reached.referrer_id) as people,
    null as credits
from referral_milestones as milestones
left join reached on milestones.friends_required <= reached.friends
group by all
order by part, counted
