"""Private PostgreSQL and Valkey, and the start of the whole portal, for `./run` and `./test`.

Nothing in production imports this package.
"""
