"""Long work steps back for the people who wait for a page."""

from __future__ import annotations

import os

from data_layer.engine import NICER


def step_back() -> None:
    """Let every other process of this machine go first, from here to the end of the command."""
    os.setpriority(os.PRIO_PROCESS, 0, NICER)
