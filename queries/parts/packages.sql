-- Packages of upgrades and what each of them lacks or says wrongly.
select
    id::varchar as package_id,
    name,
    tier,
    category,
    estimated_cost_low as cost_low,
    estimated_cost_high as cost_high,
    delta_hp as horsepower,
    delta_torque as torque,
    delta_zero_to_sixty::double as zero_to_sixty,
    concat_ws(
        ', ',
        if(coalesce(trim(tier), '') = '', 'no tier', null),
        if(estimated_cost_low is null or estimated_cost_high is null, 'no cost', null),
        if(estimated_cost_low > estimated_cost_high, 'cost the wrong way round', null),
        if(delta_hp is null and delta_torque is null, 'no gain', null),
        if(delta_zero_to_sixty > 0, 'slower to 60 mph', null)
    ) as lacking
from upgrade_packages
order by lacking = '', category, cost_low nulls first, name, package_id
