"""FOCUS files, 1.0 and newer, in every dialect their exporters write."""
