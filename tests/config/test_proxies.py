"""Behind a proxy of ours the caller's own address counts; nobody else can say where they come from."""

from ipaddress import ip_network

import pytest

from config.proxies import behind, caller
from tests.doors import knock

OURS = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "told", "believed"),
    [
        ("10.0.0.2", "196.1.2.3", "196.1.2.3"),
        ("10.0.0.2", "1.1.1.1, 196.1.2.3", "196.1.2.3"),  # the first was written by the caller
        ("10.0.0.2", "196.1.2.3, 10.0.0.9", "196.1.2.3"),  # two proxies in a row
        ("10.0.0.2", "2001:db8::7", "2001:db8::7"),
        ("fd00::1", "196.1.2.3", "196.1.2.3"),
        ("196.9.9.9", "10.0.0.1", "196.9.9.9"),  # past the proxy
        ("10.0.0.2", "nobody", "10.0.0.2"),
        ("10.0.0.2", "196.1.2.3, nobody", "10.0.0.2"),
        ("", "196.1.2.3", ""),  # a socket file: no address to believe
    ],
)
def test_caller_is_who_stands_before_our_proxies(peer, told, believed):
    assert caller(peer, told, OURS) == believed


def where(environ, start_response):
    start_response("200 OK", [])
    return [environ["REMOTE_ADDR"].encode()]


def test_site_sees_the_callers_address():
    told = {"X-Forwarded-For": "196.1.2.3"}
    here = (ip_network("127.0.0.0/8"),)  # where the tests knock from

    through = knock(behind(here, where), "/", headers=told)
    past = knock(behind(OURS, where), "/", headers=told)
    plain = knock(behind(here, where), "/")

    assert [one.text for one in (through, past, plain)] == ["196.1.2.3", "127.0.0.1", "127.0.0.1"]


def test_without_proxies_nothing_is_believed():
    assert behind((), where) is where
