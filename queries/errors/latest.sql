-- What the latest rows of the issues say. Shown to everybody, so without what is personal; the
-- feedback form holds people's own words.
select distinct on (latest.number)
    latest.number,
    facts.error_type,
    facts.app_version as last_release,
    scrub(coalesce(facts.api_route, facts.component_name)) as place,
    coalesce(facts.api_route, facts.page_url) as at_work,
    case
        when facts.source = 'application_errors' then scrub(left(facts.error_message, 1000))
    end as message,
    facts.feature_context as feature
from facts
inner join latest on facts.id = latest.id::uuid and facts.source = latest.source
