"""Serves a platform over a socket, the way a real one does: HTTP/1.1, many calls on one connection."""

from contextlib import suppress
from io import BytesIO
from socket import SHUT_RDWR

from werkzeug.serving import WSGIRequestHandler, make_server


class Handler(WSGIRequestHandler):
    """Keeps the connection open between calls, logs no calls, cuts the line where the app loses the connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go out separately: without this each answer waits 40 ms

    def run_wsgi(self):
        """Read the whole body first: what an app leaves unread would stand before the next call."""
        stream = self.rfile
        self.rfile = BytesIO(stream.read(int(self.headers.get("Content-Length") or 0)))
        try:
            super().run_wsgi()
        finally:
            self.rfile = stream

    def send_response(self, code, message=None):
        """Only the status line: the headers, the platform's own Date among them, come from the app."""
        self.send_response_only(code, message)

    def send_header(self, keyword, value):
        """Werkzeug closes each connection since it does not read whole bodies; we do."""
        if (keyword, value) != ("Connection", "close"):
            super().send_header(keyword, value)

    def connection_dropped(self, error, environ=None):
        """End the connection without an answer."""
        self.close_connection = True
        with suppress(OSError):  # the caller may have gone first
            self.connection.shutdown(SHUT_RDWR)


def make_platform_server(app, port=0):
    """A server on 127.0.0.1 for `serve_forever()` in a thread; port 0 takes a free one, see `server_port`."""
    return make_server("127.0.0.1", port, app, threaded=True, request_handler=Handler)
