"""What a rule says when it keeps nothing."""


class NotKept(Exception):  # noqa: N818 (says what happened)
    """It was not kept; the words say why, to whoever asked for it."""
