"""`finops-dash serve`: the web application under gunicorn, with the scheduler in its workers."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from finops_dash.domain.errors import FinOpsError, UnknownTenantError
from finops_dash.settings import Settings

if TYPE_CHECKING:
    from finops_dash.bootstrap import Services
    from scheduler.runner import Runner

THREADS = 8
NO_TRAFFIC = 60
LONGEST_LINE = 8190  # of a request's first line: the most gunicorn bounds; a saved view has 8,000
DEMO = "demo"


class DemoFailedError(FinOpsError):
    """The demo company could not be loaded; why stands above."""


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
    workers: Annotated[int, typer.Option(help="processes")] = 2,
    no_scheduler: Annotated[bool, typer.Option("--no-scheduler", help="run no jobs")] = False,
) -> None:
    """Serve the application; the database is started, migrated and, with FINOPS_DEMO, filled."""
    from finops_dash import logs
    from finops_dash.bootstrap import start

    settings = Settings.from_env()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    # The workers read their settings for themselves, so what the command line says goes there.
    os.environ["FINOPS_HOST"], os.environ["FINOPS_PORT"] = settings.host, str(settings.port)
    if no_scheduler:
        os.environ["FINOPS_SCHEDULER"] = "0"
    logs.configure(settings.log_level)
    settings.session_key()
    services = start(settings)
    if settings.demo:
        load_demo(services)
    services.engines.dispose()
    typer.echo(f"FinOps Dash is on http://{settings.host}:{settings.port} (stop with Ctrl-C).")
    _gunicorn({"bind": f"{settings.host}:{settings.port}", "workers": workers})


def load_demo(services: Services) -> None:
    """Load the demo company unless its tenant has data: in a process whose memory goes with it."""
    if _has_data(services, DEMO):
        return
    command = [sys.executable, "-m", "finops_dash", "demo", "--if-empty"]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:  # noqa: S603 - our own command
        message = "The demo company could not be loaded."
        raise DemoFailedError(message)


def _has_data(services: Services, slug: str) -> bool:
    try:
        scope = services.tenancy.scope(slug)
    except UnknownTenantError:
        return False
    return services.cost.data_version(scope) > 0


def _settle() -> None:
    """Take what is loaded for lasting: looking through it for garbage stops a request for 0.1 s."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


class _Jobs:
    """The scheduler of a worker: started once it can serve, stopped when it ends."""

    def __init__(self) -> None:
        self._runner: Runner | None = None

    def start(self, worker: Any) -> None:  # noqa: ANN401 - gunicorn comes without types
        from finops_dash.runtime import services
        from scheduler.runner import Runner

        # Ctrl-C reaches the workers too, and gunicorn's hang when its master tells them as well.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with worker.wsgi.app_context():
            found = services()
        _settle()
        if found.settings.scheduler:
            self._runner = Runner(found)
            self._runner.start()

    def stop(self, _server: Any, _worker: Any) -> None:  # noqa: ANN401 - gunicorn comes without types
        if self._runner is not None:
            self._runner.stop()


def _gunicorn(options: dict[str, Any]) -> None:
    from gunicorn.app.wsgiapp import WSGIApplication

    jobs = _Jobs()

    class Server(WSGIApplication):  # type: ignore[misc] # gunicorn comes without types
        """gunicorn with options of ours instead of a command line."""

        def load_config(self) -> None:
            settings = {
                "worker_class": "finops_dash.cli.worker.Worker",
                "threads": THREADS,
                "secure_scheme_headers": {},  # whom to believe is for the settings to say
                "keepalive": NO_TRAFFIC,
                "limit_request_line": LONGEST_LINE,
                "loglevel": "warning",
                "app_uri": "app:server",
                "post_worker_init": jobs.start,
                "worker_exit": jobs.stop,
                **options,
            }
            self.app_uri = settings.pop("app_uri")
            for name, value in settings.items():
                self.cfg.set(name, value)

    Server("%(prog)s [OPTIONS]").run()
