-- Texts without what is personal in them.
select
    text,
    scrub(text) as scrubbed
from texts
