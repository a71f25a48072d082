"""Where bills come from: one package per format."""
