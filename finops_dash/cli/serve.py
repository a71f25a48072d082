"""`finops-dash serve`: the web application under gunicorn."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Annotated, Any

import typer

from finops_dash.settings import Settings

THREADS = 8
NO_TRAFFIC = 60


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
    workers: Annotated[int, typer.Option(help="processes")] = 2,
    no_scheduler: Annotated[bool, typer.Option("--no-scheduler", help="run no jobs")] = False,
) -> None:
    """Serve the application; the database is started and migrated first."""
    from finops_dash.bootstrap import start

    settings = Settings.from_env()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    # The workers read their settings for themselves, so what the command line says goes there.
    os.environ["FINOPS_HOST"], os.environ["FINOPS_PORT"] = settings.host, str(settings.port)
    if no_scheduler:
        os.environ["FINOPS_SCHEDULER"] = "0"
    settings.session_key()
    services = start(settings)
    services.engines.dispose()
    typer.echo(f"FinOps Dash is on http://{settings.host}:{settings.port} (stop with Ctrl-C).")
    _gunicorn({"bind": f"{settings.host}:{settings.port}", "workers": workers})


def _gunicorn(options: dict[str, Any]) -> None:
    from gunicorn.app.wsgiapp import WSGIApplication

    class Server(WSGIApplication):  # type: ignore[misc] # gunicorn comes without types
        """gunicorn with options of ours instead of a command line."""

        def load_config(self) -> None:
            settings = {
                "worker_class": "gthread",
                "threads": THREADS,
                "keepalive": NO_TRAFFIC,
                "loglevel": "warning",
                "app_uri": "app:server",
                **options,
            }
            self.app_uri = settings.pop("app_uri")
            for name, value in settings.items():
                self.cfg.set(name, value)

    Server("%(prog)s [OPTIONS]").run()
