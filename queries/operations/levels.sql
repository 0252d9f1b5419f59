-- People on each level by their points, not by the level that is stored.
with placed as (
    select
        xp.user_id,
        xp.current_level,
        max(levels.level) as level
    from user_xp as xp
    left join xp_levels as levels on xp.total_xp >= levels.xp_required
    group by xp.user_id, xp.current_level
)

select
    levels.level,
    levels.title,
    levels.xp_required,
    count(placed.user_id) as people,
    count(placed.user_id) filter (
        where placed.current_level is distinct from placed.level
    ) as stored_differs
from xp_levels as levels
left join placed on levels.level = placed.level
group by all
order by levels.level
