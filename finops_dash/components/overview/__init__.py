"""The cards of the executive overview: answers in, markup out."""
