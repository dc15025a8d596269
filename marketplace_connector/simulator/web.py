"""The HTTP side that both platforms share: routes, answers, faults, a count of calls, Seller Center pages."""

import json
from collections import Counter
from email.utils import format_datetime
from html import escape
from threading import RLock

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .clock import Clock
from .faults import ConnectionLost, Faults

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><style>
body{{font:15px/1.5 system-ui,sans-serif;margin:0;color:#222;background:#f5f6f8}}
header{{background:{color};color:#fff;padding:.7rem 1.5rem;display:flex;gap:1.5rem;align-items:baseline}}
header a{{color:#fff}} header b{{font-size:1.15rem}}
main{{max-width:75rem;margin:1.2rem auto;padding:0 1.5rem}}
table{{border-collapse:collapse;width:100%;background:#fff}}
th,td{{text-align:left;padding:.45rem .7rem;border-bottom:1px solid #e4e6ea}}
td.number,th.number{{text-align:right}} form.inline{{display:inline}}
section{{background:#fff;padding:1rem 1.2rem;margin-bottom:1.2rem;border-radius:6px}}
button{{background:{color};color:#fff;border:0;border-radius:4px;padding:.45rem .9rem;font:inherit;cursor:pointer}}
input,select{{font:inherit;padding:.3rem .4rem;border:1px solid #c4c8d0;border-radius:4px}}
.badge{{background:#e8eaf0;border-radius:1rem;padding:.1rem .6rem;font-size:.85rem;white-space:nowrap}}
.field label{{display:grid;grid-template-columns:12rem minmax(12rem,20rem)}} .amount{{white-space:nowrap}}
.error{{background:#fde8e8;border-left:4px solid #c0392b;padding:.6rem 1rem}}
</style><header><b>{platform} Seller Center</b> <span>simulator</span> {links}</header>
<main><h2>{title}</h2>{body}</main></html>"""


def json_response(content, status=200):
    """A JSON answer, text kept as it is."""
    return Response(json.dumps(content, ensure_ascii=False), status, content_type="application/json;charset=UTF-8")


def page(platform, color, title, body, links=(), status=200):
    """A Seller Center page. `body` is HTML, everything else is escaped; `links` are (address, text)."""
    menu = " ".join(f'<a href="{escape(href)}">{escape(text)}</a>' for href, text in links)
    html = PAGE.format(platform=escape(platform), color=color, title=escape(title), links=menu, body=body)
    return Response(html, status, content_type="text/html; charset=utf-8")


class PlatformApp:
    """A WSGI app with routes, a clock, faults and a count of API calls.

    A platform subclasses it, calls `route` for each page and API path, and overrides the three hooks below.
    Paths under `api_prefix` are API calls: they are counted in `calls` by path, and suffer faults. Paths under
    `file_prefix` are files that answers link to: they are counted in `downloads`, and suffer faults too.
    """

    api_prefix = "/"
    file_prefix = ""

    def __init__(self, clock=None, faults=None):
        self.clock = clock or Clock()
        self.faults = faults or Faults()
        self.calls = Counter()
        self.downloads = 0
        self.lock = RLock()  # held while a request is answered: one after the other, as in a database
        self._routes = Map()

    def route(self, path, endpoint, methods=("GET", "POST")):
        """Answer `path` with `endpoint(request, **path_arguments)`."""
        self._routes.add(Rule(path, endpoint=endpoint, methods=methods))

    # === HOOKS === #

    def unknown_path(self, request):
        """The platform's answer to an API path that does not exist."""
        raise NotImplementedError

    def wrong_verb(self, request):
        """The platform's answer to a known API path with another HTTP verb."""
        raise NotImplementedError

    def fault_response(self, kind):
        """The platform's own words for the faults `rate_limited` and `busy`."""
        raise NotImplementedError

    # === DISPATCH === #

    def __call__(self, environ, start_response):
        request = Request(environ)
        with self.lock:
            response = self._count_and_answer(request)
        response.headers["Date"] = format_datetime(self.clock.now(), usegmt=True)
        return response(environ, start_response)

    def _answer(self, request):
        adapter = self._routes.bind_to_environ(request.environ)
        try:
            endpoint, arguments = adapter.match()
            return endpoint(request, **arguments)
        except HTTPException as error:
            is_api = request.path.startswith(self.api_prefix)
            if is_api and error.code == 404:
                return self.unknown_path(request)
            if is_api and error.code == 405:
                return self.wrong_verb(request)
            return error.get_response(request.environ)

    def _count_and_answer(self, request):
        if request.path.startswith(self.api_prefix):
            self.calls[request.path] += 1
        elif self.file_prefix and request.path.startswith(self.file_prefix):
            self.downloads += 1
        else:
            return self._answer(request)
        return self._answer_or_fail(request)

    def _answer_or_fail(self, request):
        fault = self.faults.take(request.path)
        if fault == "no_connection":
            raise ConnectionLost(request.path)
        if fault == "server_error":
            return Response("<html><h1>502 Bad Gateway</h1></html>", 502, content_type="text/html")
        if fault == "too_many_requests":
            return Response("<html><h1>429 Too Many Requests</h1></html>", 429, content_type="text/html")
        if fault in ("rate_limited", "busy"):
            return self.fault_response(fault)
        response = self._answer(request)
        if fault == "lost_answer":
            raise ConnectionLost(request.path)
        if fault == "html":
            return Response("<html><h1>Please log in</h1></html>", 200, content_type="text/html")
        if fault == "truncated":
            response.set_data(response.get_data()[: len(response.get_data()) // 2])
        return response
