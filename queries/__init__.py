"""Questions: one typed function each, its result schema, its SQL beside it."""
