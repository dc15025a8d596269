"""Answers `requests` from the simulators without a socket: real requests, real bytes, no network."""

from io import BytesIO
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app

from .faults import ConnectionLost


def respond(app, prepared):
    """What the WSGI app answers to the prepared request, as a `requests.Response`.

    Raises requests.ReadTimeout where the caller would get no answer.
    """
    builder = EnvironBuilder(
        method=prepared.method,
        base_url="{0.scheme}://{0.netloc}/".format(urlsplit(prepared.url)),
        path=urlsplit(prepared.url).path,
        query_string=urlsplit(prepared.url).query,
        headers=dict(prepared.headers),
        data=prepared.body if prepared.body is not None else b"",
    )
    try:
        body, status, headers = run_wsgi_app(app, builder.get_environ(), buffered=True)
    except ConnectionLost as error:
        raise requests.ReadTimeout(str(error), request=prepared) from error
    raw = HTTPResponse(
        body=BytesIO(b"".join(body)), headers=dict(headers), status=int(status.split()[0]), preload_content=False
    )
    return requests.adapters.HTTPAdapter().build_response(prepared, raw)


class SimulatorAdapter(BaseAdapter):
    """Mounted on a session, sends what goes to the app's address to the app: `session.mount(address, adapter)`."""

    def __init__(self, app):
        super().__init__()
        self.app = app

    def send(self, request, **kwargs):
        return respond(self.app, request)

    def close(self):
        pass
