"""The explorer's parts: its controls, its key figures, its picture, its table."""
