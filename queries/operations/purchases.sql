-- Credit bought on top of plans, over all time.
select
    count(*) as accounts,
    count(*) filter (where purchased_cents > 0) as buyers,
    (sum(purchased_cents) / 100)::decimal(18, 2) as bought,
    (avg(purchased_cents) filter (where purchased_cents > 0) / 100)::decimal(18, 2) as each
from al_user_credits
