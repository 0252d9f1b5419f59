-- Releases by when they were first seen at work; a local build is none.
select
    app_version as release,
    min(coalesce(first_seen_at, created_at, last_seen_at)) as deployed_at,
    count(*) as row_count
from application_errors
where app_version is not null and app_version not in ('', 'local')
group by app_version
order by deployed_at, release
