"""FinOps Dash: what the clouds cost, who spends it and whether it is worth it."""
