select
    facts.channel,
    count(*) filter (where facts.visits) as visits,
    count(distinct facts.actor) filter (where facts.visits) as visitors,
    count(*) filter (where facts.acquires) as people,
    count(*) filter (where facts.acquires and facts.due) as due,
    count(*) filter (where facts.acquires and facts.due and facts.came_back) as retained,
    sum(facts.first_touch)::bigint as first_touch,
    sum(facts.last_touch)::bigint as last_touch,
    sum(facts.linear)::double as linear,
    sum(facts.position_based)::double as position_based
from facts
group by facts.channel
having bool_or(facts.visits) or bool_or(facts.acquires) or sum(facts.linear) > 0
order by people desc, visits desc, facts.channel
