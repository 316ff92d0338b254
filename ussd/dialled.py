"""What was dialled: a service code, the answers behind it, and whose code it is; pure."""

from gateways.base import Gateway, UssdHop


def opening(gateway: Gateway, hop: UssdHop) -> tuple[str, ...] | None:
    """The answers behind the code, where a hop brings the code itself or nothing; None: it brings an answer.

    Where the last input alone is sent, `*384*1234*2*1#` can only be a call that begins: nobody answers so.
    """
    text, code = hop.text, hop.code
    if text in ("", code):
        return ()
    begin = f"{code.removesuffix('#')}*"
    if gateway.input_mode == "last" and text.startswith(begin) and text.endswith("#"):
        return tuple(text[len(begin) : -1].split("*"))
    return None


def owner(gateway: Gateway, hop: UssdHop, begun: tuple[str, ...] | None) -> str:
    """The code of a session that begins: what is answered later is no part of it, at whichever door."""
    code, owned = hop.code, gateway.codes
    behind = hop.text.split("*") if begun is None else begun
    dialled = "*".join((code.rstrip("#"), *behind))
    while len(dialled) > len(code):
        if f"{dialled}#" in owned:
            return f"{dialled}#"
        dialled = dialled.rpartition("*")[0]
    return code
