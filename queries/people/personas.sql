select
    coalesce(driving_persona, 'unknown') as persona,
    coalesce(knowledge_level, 'unknown') as knowledge_level,
    count(*) as people,
    avg(profile_completeness_pct) / 100 as completeness
from user_profile_summary
group by all
order by people desc, persona, knowledge_level
