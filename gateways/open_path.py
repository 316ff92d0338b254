"""What accounts at a server that anybody may run have in common: its address, and ours for receipts."""

from dataclasses import dataclass, field
from functools import cached_property

from gateways import fates
from gateways.account import Account, BadSettings, Words
from gateways.carriage import LOCAL, Carriage


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenPath(Account):
    """base: the server's web address. public: our own one, as that server sees it; "": no receipts.

    plus: numbers keep their "+". plain_http: the way between the two is private and needs no https.
    networks: what the server calls a connection -> network code. Timeouts in seconds.
    """

    base: str
    public: str = ""
    plus: bool = True
    plain_http: bool = False
    networks: Words = field(default_factory=dict)
    batch: int = 1
    connect_timeout: float = 3.05
    read_timeout: float = 30.0

    def __post_init__(self) -> None:
        host = fates.check_address(self, self.base, self.base, plain=self.plain_http)
        if self.simulated and host not in LOCAL:
            raise BadSettings(f"Gateway {self.name}: a simulated gateway may not speak to {host}.")
        if self.public:
            fates.check_address(
                self, self.public, self.public, setting="public", plain=self.plain_http
            )

    @cached_property
    def carriage(self) -> Carriage:
        """Made at first use, so that reading the settings opens nothing."""
        return Carriage(self.base.rstrip("/"), (self.connect_timeout, self.read_timeout))

    def written(self, number: str) -> str:
        """A number as the server wants it."""
        return number if self.plus else number.removeprefix("+")

    def receipt_url(self, reference: str, numbers: list[str], query: str = "") -> str:
        """Where a receipt for this request is to be told; it names the number where there is only one.

        Holds no percent sign of its own: servers take one for a place to fill.
        """
        alone = f"&phone={numbers[0].removeprefix('+')}" if len(numbers) == 1 else ""
        return f"{self.public.rstrip('/')}{self.hook('receipt')}?id={reference}{alone}{query}"
