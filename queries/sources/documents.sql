-- Documents by kind and how far they were cut into passages; passages of no known document apart.
with cut as (
    select
        document_id,
        count(*) as passages,
        sum(chunk_tokens) as tokens,
        count(*) filter (where car_id is null and car_slug is null) as without_car
    from document_chunks
    group by document_id
)

select
    if(documents.id is null, 'no such document', coalesce(documents.source_type, 'unknown'))
        as source_type,
    count(documents.id) as documents,
    count(documents.id) filter (where cut.document_id is null) as not_cut,
    count(documents.id) filter (where cut.document_id is not null)
    / nullif(count(documents.id), 0) as cut_share,
    min(documents.created_at) filter (where cut.document_id is null) as oldest_not_cut,
    coalesce(sum(cut.passages), 0)::bigint as passages,
    median(cut.passages) as passages_per_document,
    coalesce(sum(cut.tokens), 0)::bigint as tokens,
    sum(cut.without_car) / nullif(sum(cut.passages), 0) as without_car_share,
    count(documents.id) filter (
        where coalesce(trim(documents.license), '') = ''
    ) as without_license,
    max(documents.created_at) as newest
from source_documents as documents
full join cut on documents.id = cut.document_id
group by all
order by documents desc, source_type
