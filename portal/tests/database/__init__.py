"""PostgreSQL as tests use it: emptied by deleting rows, and dropped for good."""
