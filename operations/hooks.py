"""The door for Prometheus: whoever shows the token, or, where none is set, who asks from this machine itself."""

import hmac
from collections.abc import Iterable, Mapping

from django.db import connections

from gateways.wire import Environ, StartResponse, Wsgi, answer, near
from operations import metrics
from operations.families import TYPE, text
from operations.meters import Meter
from operations.readiness import Process

PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def door(of: Process, doors: Mapping[str, Meter], pages: Meter, *, token: str) -> Wsgi:
    """The callable for `/metrics`: this process, and with `?part=all` or without a query the deployment as well.

    With `?part=process` no store is asked: for several processes behind one address.
    """

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not may(environ, token):
            return answer(start_response, "not here", status=404)
        samples = list(metrics.own(of, doors, pages))
        if environ.get("QUERY_STRING") != "part=process":
            try:
                samples += metrics.shared()
            finally:
                connections.close_all()
        content = text(samples).encode()
        size = ("Content-Length", str(len(content)))
        head = [("Content-Type", TYPE), size, ("Cache-Control", "no-store")]
        start_response("200 OK", head)
        return [content]

    return application


def may(environ: Environ, token: str) -> bool:
    """Whether the request shows the token; without one, whether it comes from this machine and through no proxy."""
    if token:
        given = str(environ.get("HTTP_AUTHORIZATION", "")).encode()
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    if any(environ.get(name) for name in PASSED_ON):
        return False
    return near(str(environ.get("REMOTE_ADDR", "")))
