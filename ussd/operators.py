"""Which networks a country's phones are on, what their screens show, and which codes can be dialled there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateways.base import Gateway
from gateways.network.operators import NETWORKS
from people.countries import CALLING

HOMES: Mapping[str, str] = {  # the first three digits of a network's code -> country
    code[:3]: CALLING[prefix[1:4]] for prefix, code in NETWORKS.items()
}


@dataclass(frozen=True, slots=True)
class Operator:
    """A network by its code; `letters`: it is known to show Ethiopic and Arabic."""

    code: str
    letters: bool


@dataclass(frozen=True, slots=True)
class Dialled:
    """A code as somebody typed it: the gateway's own code and the answers behind it."""

    code: str
    answers: tuple[str, ...] = ()


def operators(country: str, gateways: Iterable[Gateway]) -> list[Operator]:
    """The networks of the country that are known or set up, by code."""
    able: dict[str, bool] = dict.fromkeys(NETWORKS.values(), False)
    for gateway in gateways:
        able.update(gateway.ucs2_ussd)
    return [Operator(code, able[code]) for code in sorted(able) if HOMES.get(code[:3]) == country]


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
