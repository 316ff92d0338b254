"""Which simulated operator a number belongs to, and what an SMS part to it costs.

Prefixes as the operators of the eight countries use them; the codes are MCC+MNC as Africa's Talking
writes them in its callbacks. Prices are invented, per part, in the simulated account's currency.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

CURRENCY = "KES"
PRICES: Mapping[str, Decimal] = {
    "+254": Decimal("0.8000"),
    "+256": Decimal("1.2000"),
    "+251": Decimal("2.5000"),
    "+252": Decimal("3.0000"),
    "+211": Decimal("3.5000"),
    "+249": Decimal("3.2000"),
    "+253": Decimal("4.0000"),
    "+291": Decimal("5.0000"),
}
NETWORKS: Mapping[str, str] = {  # the longest prefix that fits wins
    "+254": "63902",  # Safaricom
    "+25410": "63903",  # Airtel
    "+25473": "63903",
    "+25478": "63903",
    "+254750": "63903",
    "+254755": "63903",
    "+254756": "63903",
    "+25477": "63907",  # Telkom
    "+254763": "63999",  # Equitel
    "+254764": "63999",
    "+254765": "63999",
    "+256": "64110",  # MTN
    "+25670": "64101",  # Airtel
    "+25674": "64101",
    "+25675": "64101",
    "+25671": "64111",  # UTL
    "+25679": "64114",  # Africell
    "+251": "63601",  # Ethio telecom
    "+2517": "63602",  # Safaricom Ethiopia
    "+252": "63750",  # Hormuud
    "+25263": "63701",  # Telesom
    "+25265": "63771",  # Somtel
    "+25268": "63720",  # SomNet
    "+25290": "63730",  # Golis
    "+211": "65902",  # MTN
    "+21191": "65906",  # Zain
    "+249": "63401",  # Zain
    "+2491": "63407",  # Sudani
    "+24992": "63402",  # MTN
    "+24999": "63402",
    "+253": "63801",
    "+291": "65701",
}
SANDBOX = "99999"


def network(number: str) -> str:
    """The network code of a number; the sandbox's where the prefix is none of ours."""
    return _network(number[:7])


@lru_cache(maxsize=4096)
def _network(prefix: str) -> str:
    for length in range(len(prefix), 3, -1):
        if code := NETWORKS.get(prefix[:length]):
            return code
    return SANDBOX
