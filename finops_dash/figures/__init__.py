"""Figures: pure functions, rows in, plain dicts out. No plotly at run time."""
