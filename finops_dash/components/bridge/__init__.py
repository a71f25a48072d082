"""The page of bridges: its controls, its waterfall, what a step is made of."""
