"""Turns HTML on standard input into a PDF: `python -m finops_dash.exports.printing OUT`.

A process of its own: its libraries weigh more than a web process, and whatever it is given it
ends within bounds of time and memory. It reads nothing but what it is given (`data:`).
"""

from __future__ import annotations

import os
import resource
import sys

NICER = 10
SECONDS, MEMORY = 60, 2 * 1024**3
LIBRARIES_MISSING = 3


def main() -> None:
    """Write the PDF; ends with 3 where libraries of the system are missing, named on stderr."""
    os.nice(NICER)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:  # Pango and its kin are no Python packages
        sys.stderr.write(str(error).splitlines()[0])
        sys.exit(LIBRARIES_MISSING)
    page = HTML(
        file_obj=sys.stdin.buffer,
        encoding="utf-8",
        base_url="",
        url_fetcher=URLFetcher(allowed_protocols=["data"]),
    )
    page.write_pdf(sys.argv[1], pdf_variant="pdf/ua-1")


if __name__ == "__main__":
    main()
