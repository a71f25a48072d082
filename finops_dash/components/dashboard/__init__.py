"""The dashboard page's parts: its controls, the frames of its cards, and what stands in them."""
