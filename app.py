"""The web application that gunicorn serves: settings in, `server` out."""

from finops_dash.bootstrap import FRESH_FOR, start
from finops_dash.settings import Settings
from finops_dash.web import create_app

app = create_app(start(Settings.from_env(), fresh_for=FRESH_FOR))
server = app.server
