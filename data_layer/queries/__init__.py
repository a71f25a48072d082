"""Questions to the cost store: functions that return a `Select`. No I/O here."""
