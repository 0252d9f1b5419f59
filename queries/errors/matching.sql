-- Which issues have a row that fits? What fits as everybody sees it counts: a search must not find
-- people by what is personal in them. It is masked only where it fits as it is.
select distinct variants.number
from facts
inner join variants on facts.variant = variants.variant
where
    case $field
        when 'route'
            then case
                when contains(lower(facts.api_route), lower($words))
                    then contains(lower(scrub(facts.api_route)), lower($words))
                when contains(lower(facts.page_url), lower($words))
                    then contains(lower(scrub(facts.page_url)), lower($words))
                else false
            end
        when 'user'
            then
                facts.user_id::varchar = lower($words)
                or ($words = 'unknown' and facts.user_id is null)
        when 'release' then starts_with(facts.app_version, $words)
        when
            'browser'
            then contains(lower(concat_ws(' ', facts.browser, facts.os)), lower($words))
        when 'feature' then contains(lower(facts.feature_context), lower($words))
        when 'stack'
            then case
                when contains(lower(facts.stack_trace), lower($words))
                    then contains(lower(scrub(facts.stack_trace)), lower($words))
                else false
            end
    end
order by variants.number
