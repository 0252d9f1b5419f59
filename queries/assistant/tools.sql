-- Tools of answers within the range, and answers that used none.
with answers as (
    select
        id,
        from_json(coalesce(tool_calls, '[]'), '["JSON"]') as tools
    from al_messages
    where role = 'assistant' and created_at >= $since and created_at < $until
),

used as (
    select
        answers.id,
        coalesce(
            json_extract_string(called.tool, '$.name'),
            json_extract_string(called.tool, '$.tool'),
            json_extract_string(called.tool, '$')
        ) as tool
    from answers
    cross join unnest(answers.tools) as called (tool)
)

select
    coalesce(tool, 'unknown') as tool,
    count(*) as calls,
    count(distinct id) as answers
from used
group by all
union all
select
    'No tool' as tool,
    0 as calls,
    count(*) as answers
from answers
where len(tools) = 0
order by answers desc, tool
