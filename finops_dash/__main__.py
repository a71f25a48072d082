"""`python -m finops_dash` is `finops-dash`."""

from finops_dash.cli import main

main()
