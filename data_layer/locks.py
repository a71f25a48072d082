"""The numbers of the product's advisory locks, together so that no two are the same."""

from __future__ import annotations

PREPARE = 7_301_440  # the database, its roles and its schema
MIGRATE = 7_301_441
LOAD = 7_301_442  # with the tenant's id as the second number
PARTITIONS = 7_301_443
LEADER = 7_301_444  # held by the process that runs the jobs
AUDIT = 7_301_445  # with the tenant's id: held from an event's number to the end of its change
