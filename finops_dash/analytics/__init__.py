"""Forecasts and anomalies: series in, series out, no SQL."""
