"""The jobs: one leader among the processes runs them, each run is a row that pages watch."""
