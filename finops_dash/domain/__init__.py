"""Values and rules of cloud cost: no I/O, and nothing of ours is imported from above."""
