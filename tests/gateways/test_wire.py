"""Forms split by hand give what parse_qsl gives."""

import io
from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.wire import BODY_LIMIT, FIELD_LIMIT, Refused, body, fields, form, gate, near
from tests.doors import SECRET, gateway


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=5))
def test_fields_read_what_was_encoded(form):
    assert fields(urlencode(form)) == (form or {"": ""})


@given(
    st.lists(st.sampled_from(["+", "%", "%2", "%2B", "%25", "2A", "%2a", "*", "%C3", "%A9", "a"]))
)
def test_fields_unescape_like_the_standard_library(parts):
    value = "".join(parts)

    assert fields(f"text={value}&x=") == dict(parse_qsl(f"text={value}&x=", keep_blank_values=True))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("text=", {"text": ""}),
        ("text", {"text": ""}),
        ("a=1&a=2", {"a": "2"}),
        ("a=1=2", {"a": "1=2"}),
        ("a%20b=1", {"a b": "1"}),
        ("text=%ff", {"text": "\ufffd"}),
    ],
)
def test_fields_of_odd_forms(raw, expected):
    assert fields(raw) == expected


def test_fields_stop_at_a_limit():
    assert len(fields("&".join(f"{n}={quote_plus('*')}" for n in range(500)))) == FIELD_LIMIT + 1


@pytest.mark.parametrize("length", [str(BODY_LIMIT + 1), "9" * 5000])
def test_body_that_is_said_to_be_too_large_is_not_read(length: str):
    with pytest.raises(Refused) as refused:
        body({"CONTENT_LENGTH": length})

    assert refused.value.status == 413


@pytest.mark.parametrize("method", ["HEAD", "TRACE", "DELETE", "FOO"])
def test_only_get_and_post_open_a_hook(method):
    opened = gate({"sim": gateway()})

    with pytest.raises(Refused) as refused:
        opened({"PATH_INFO": f"/hooks/sim/{SECRET}/ussd", "REQUEST_METHOD": method})

    assert refused.value.status == 405


@pytest.mark.parametrize(
    ("query", "content", "expected"),
    [
        ("id=1&status=2", b"", {"id": "1", "status": "2"}),
        ("id=1", b"status=2", {"id": "1", "status": "2"}),
        ("id=1", b"id=2", {"id": "2"}),
        ("", b"id=2", {"id": "2"}),
    ],
    ids=["GET", "both", "the body's word first", "POST"],
)
def test_form_reads_the_query_beside_the_body(query, content, expected):
    environ = {"QUERY_STRING": query, "wsgi.input": io.BytesIO(content)}

    assert form(environ) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("10.0.0.1", False), ("", False)],
)
def test_near_is_this_very_machine(address, expected):
    assert near(address) is expected
