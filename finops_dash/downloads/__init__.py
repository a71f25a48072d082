"""The addresses of files: costs, charge lines, pages as PDF."""

from finops_dash.downloads import cost, page
from finops_dash.downloads.refusals import downloads

__all__ = ["cost", "downloads", "page"]
