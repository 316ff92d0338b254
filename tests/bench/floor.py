"""The raw floor: the least a USSD callback can do under the same server. Nothing is kept, nothing checked."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from gateways.wire import Environ, StartResponse

SCREENS = {
    "": b"CON 1 Kiswahili\n2 English\n0 Exit",
    "1": b"CON Njia Salama\n1 Hatari\n3 Njia salama\n6 Uliza\n8 Msaada\n9 Lugha\n0 Ondoka",
    "1*1": b"CON Hatari\n1 Watu wengi hufa njia\n0 Rudi",
}
HEADERS = [("Content-Type", "text/plain; charset=utf-8")]


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    screen = SCREENS.get(form.get("text", "1"), SCREENS["1"])
    start_response("200 OK", HEADERS)
    return [screen]
