select
    refreshed_at,
    snapshot_at,
    seconds,
    role,
    host,
    database,
    server_version,
    lag_seconds,
    warnings
from meta.refresh
