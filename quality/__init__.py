"""Data quality: what every table is expected to be, judged by Great Expectations and by one statement of SQL."""
