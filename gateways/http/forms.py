"""What an unknown provider calls our hooks with, read by the names its settings give."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateways.base import (
    FAILURES,
    BadForm,
    Inbound,
    OptOut,
    Reason,
    Receipt,
    Standing,
    UssdEnd,
    UssdHop,
)
from gateways.fields import WORD, moment, needed, phone

Form = Mapping[str, str]

# What we need to know -> what it is called unless the settings say otherwise.
RECEIPT = {"id": "id", "status": "status", "phone": "phone", "network": "network"}
SMS = {
    "from": "from",
    "to": "to",
    "text": "text",
    "id": "id",
    "time": "time",
    "network": "network",
}
# USSD and opt-outs are off until they are given: what must be given, what may be.
USSD = ("session", "code", "phone", "text"), ("network", "status")
OPT_OUT = ("phone",), ("sender",)
STANDINGS: Mapping[str, Standing] = {one.name.lower(): one for one in Standing}


@dataclass(frozen=True, slots=True)
class Names:
    """Our word -> the provider's, a table a hook; empty: the hook is off. words: its status -> ours."""

    receipt: Mapping[str, str]
    words: Mapping[str, Standing]
    sms: Mapping[str, str]
    ussd: Mapping[str, str]
    opt_out: Mapping[str, str]


def names(*, receipt: Form, words: Form, sms: Form, ussd: Form, opt_out: Form) -> Names:
    """From the settings. Raises ValueError."""
    return Names(
        receipt={**RECEIPT, **_known("receipt_fields", receipt, RECEIPT)},
        words={**STANDINGS, **{word.lower(): _standing(ours) for word, ours in words.items()}},
        sms={**SMS, **_known("sms_fields", sms, SMS)},
        ussd=_complete("ussd_fields", ussd, *USSD),
        opt_out=_complete("opt_out_fields", opt_out, *OPT_OUT),
    )


def _known(setting: str, given: Form, known: "Mapping[str, str] | tuple[str, ...]") -> Form:
    for name in given:
        if name not in known:
            raise ValueError(f"{setting} knows {', '.join(known)}, not {name!r}")
    return given


def _complete(setting: str, given: Form, must: tuple[str, ...], may: tuple[str, ...]) -> Form:
    """The names given; where any is, all that are needed."""
    _known(setting, given, must + may)
    for name in must if given else ():
        if name not in given:
            raise ValueError(f"{setting} needs the provider's name for {name!r}")
    return given


def _standing(word: str) -> Standing:
    if word not in STANDINGS:
        raise ValueError(f"receipt_words knows {', '.join(STANDINGS)}, not {word!r}")
    return STANDINGS[word]


def receipt(form: Form, own: Names, networks: Form) -> Receipt:
    """A delivery report; a word nobody explained is kept as UNKNOWN, never an error."""
    word = form.get(own.receipt["status"], "").strip()
    standing = own.words.get(word.lower(), Standing.UNKNOWN)
    return Receipt(
        reference=needed(form, own.receipt["id"]),
        phone=phone(form.get(own.receipt["phone"], "")),
        network=_network(form, own.receipt, networks),
        status=standing,
        reason=FAILURES.get(standing, Reason.NONE),
        word=word[:WORD],
    )


def sms(form: Form, own: Names, networks: Form) -> Inbound:
    """An SMS from a person; an empty one is one too."""
    return Inbound(
        reference=form.get(own.sms["id"], "").strip(),
        phone=phone(needed(form, own.sms["from"])),
        text=form.get(own.sms["text"], ""),
        to=form.get(own.sms["to"], "").strip(),
        network=_network(form, own.sms, networks),
        at=moment(form.get(own.sms["time"], "")),
    )


def ussd(form: Form, own: Names, networks: Form) -> UssdHop:
    """A dial or an answer; the first hop may come without a text."""
    named = _given(own.ussd, "USSD", "ussd_fields")
    return UssdHop(
        session=needed(form, named["session"]),
        code=needed(form, named["code"]),
        phone=phone(needed(form, named["phone"])),
        network=_network(form, named, networks),
        text=form.get(named["text"], ""),
    )


def ussd_end(form: Form, own: Names, networks: Form) -> UssdEnd:
    """The end of a session; only its id is needed to know which one."""
    named = _given(own.ussd, "USSD", "ussd_fields")
    return UssdEnd(
        session=needed(form, named["session"]),
        code=form.get(named["code"], "").strip(),
        phone=phone(form.get(named["phone"], "")),
        network=_network(form, named, networks),
        status=form.get(named.get("status", ""), "").strip()[:WORD],
    )


def opt_out(form: Form, own: Names) -> OptOut:
    """A person has blocked the sender at the provider."""
    named = _given(own.opt_out, "opt-outs", "opt_out_fields")
    return OptOut(
        phone(needed(form, named["phone"])), form.get(named.get("sender", ""), "").strip()
    )


def _given(named: Form, what: str, setting: str) -> Form:
    if not named:
        raise BadForm(f"this gateway has no {what}: {setting} is not given")
    return named


def _network(form: Form, named: Form, networks: Form) -> str:
    """The network's code; what the provider calls it, where the settings know no code for that."""
    word = form.get(named.get("network", ""), "").strip()
    return networks.get(word, word)
