-- What builds aim at: the objectives under which the profile of their car advises the upgrades
-- that were chosen, and the systems of the car that those change.
with chosen as (
    select
        projects.id,
        projects.user_id,
        projects.car_slug,
        coalesce(
            json_extract_string(one.picked, '$.key'), json_extract_string(one.picked, '$')
        ) as upgrade
    from user_projects as projects
    cross join unnest(
        case
            when json_type(projects.selected_upgrades) = 'ARRAY'
                then from_json(projects.selected_upgrades, '["JSON"]')
        end
    ) as one (picked)
),

advised as (
    select
        profiles.car_slug,
        aim.key as objective,
        aim.value as upgrades
    from car_tuning_profiles as profiles
    cross join json_each(profiles.upgrades_by_objective) as aim
    where json_type(profiles.upgrades_by_objective) = 'OBJECT'
),

aimed as (
    select
        'Objective' as part,
        coalesce(advised.objective, 'none of the car''s objectives') as name,
        chosen.id,
        chosen.user_id,
        chosen.upgrade
    from chosen
    left join advised
        on
            chosen.car_slug = advised.car_slug
            and contains(advised.upgrades::varchar, concat('"', chosen.upgrade, '"'))
    union all
    select
        'System' as part,
        coalesce(upgrade_keys.category, 'unknown upgrade') as name,
        chosen.id,
        chosen.user_id,
        chosen.upgrade
    from chosen
    left join upgrade_keys on chosen.upgrade = upgrade_keys.key
)

select
    part,
    name,
    count(distinct id) as builds,
    count(distinct user_id) as people,
    count(*) as upgrades
from aimed
group by all
order by part, builds desc, name
