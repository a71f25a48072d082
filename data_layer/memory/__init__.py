"""Rollups of one tenant and version, held in a process and summed there instead of in Postgres."""
