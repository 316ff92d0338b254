"""Which networks a country's phones are on, what their screens show, and which codes can be dialled there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analytics import networks
from gateways.base import Gateway
from gateways.network.operators import NETWORKS


@dataclass(frozen=True, slots=True)
class Operator:
    """A network by its code and its name, which may be the code; `letters`: it shows Ethiopic and Arabic."""

    code: str
    name: str
    letters: bool


@dataclass(frozen=True, slots=True)
class Dialled:
    """A code as somebody typed it: the gateway's own code and the answers behind it."""

    code: str
    answers: tuple[str, ...] = ()


def operators(country: str, gateways: Iterable[Gateway]) -> list[Operator]:
    """The networks of the country that are named, known or set up, by name."""
    able = dict.fromkeys((*NETWORKS.values(), *networks.of(country)), False)
    for gateway in gateways:
        able.update(gateway.ucs2_ussd)
    here = (code for code in able if networks.country_of(code) == country)
    found = (Operator(code, networks.label(code), able[code]) for code in here)
    return sorted(found, key=lambda one: (one.name, one.code))


def code_of(country: str, gateways: Iterable[Gateway]) -> str:
    """The code that people of the country dial, the shortest; "" where no gateway has one."""
    return min(_codes(gateways, country), key=len, default="")


def dialled(typed: str, gateways: Iterable[Gateway]) -> Dialled | None:
    """`*384*1234*2*1#` as the code `*384*1234#` with its answers; None where it is nobody's code."""
    typed = "".join(typed.split()).removesuffix("#")
    for code in sorted(_codes(gateways), key=len):
        begin = code.removesuffix("#")
        if typed == begin:
            return Dialled(code)
        if typed.startswith(f"{begin}*"):
            return Dialled(code, tuple(typed[len(begin) + 1 :].split("*")))
    return None


def _codes(gateways: Iterable[Gateway], country: str = "") -> Iterator[str]:
    for gateway in gateways:
        for code in gateway.codes.values():
            if country in ("", code.country):
                yield code.code
