"""The heatmap page's parts: its controls, and a card or more for each picture."""
