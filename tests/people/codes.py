"""Codes as an app on a phone makes them."""

from datetime import datetime

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238's tests: "12345678901234567890"


def code(at: datetime, secret: str = SECRET) -> str:
    told: str = format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30))
    return told
