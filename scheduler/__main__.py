"""`python -m scheduler`: a process that runs jobs and serves no pages."""

from __future__ import annotations

import signal
from threading import Event

from finops_dash import logs
from finops_dash.bootstrap import start
from finops_dash.settings import Settings
from scheduler.runner import Runner


def main() -> None:
    """Stand for election until the process is told to stop."""
    settings = Settings.from_env()
    logs.configure(settings.log_level)
    services = start(settings)
    runner, over = Runner(services), Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    runner.start()
    over.wait()
    runner.stop()
    services.engines.dispose()


if __name__ == "__main__":
    main()
