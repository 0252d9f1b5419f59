select key, value::varchar as value, description, is_public, updated_at
from app_config
order by key
