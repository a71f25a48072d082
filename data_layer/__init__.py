"""The cost store: Postgres engines, tables, queries, sources and the load."""
