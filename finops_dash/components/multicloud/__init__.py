"""The cards of the page of all providers."""
