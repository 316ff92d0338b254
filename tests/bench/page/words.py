"""How the page writes numbers, and how it finds a line."""

import re
import textwrap
from collections.abc import Sequence

from tests.bench.page.records import Line

CODE = re.compile(r"`[^`]+`")
GLUE = "\0"


class NotMeasured(Exception):  # noqa: N818 - named for what it is
    """A figure is not in these lines; the text says why, as a reader may see it."""


def only(lines: Sequence[Line], name: str, **wanted: object) -> Line:
    """The one line of this name and with these values. Raises NotMeasured."""
    found = every(lines, name)
    fitting = [one for one in found if all(one.get(key) == wanted[key] for key in wanted)]
    if not fitting:
        asked = ", ".join(
            f"{key.replace('_', ' ')} {amount(value)}" for key, value in wanted.items()
        )
        raise NotMeasured(f"not run with {asked}")
    return fitting[-1]


def every(lines: Sequence[Line], name: str) -> list[Line]:
    """All lines of this name. Raises NotMeasured where there is none."""
    found = [one for one in lines if one.get("name") == name]
    if not found:
        raise NotMeasured(f"no line {name}")
    return found


def amount(value: object) -> str:
    """A number as it is read, three digits of what is no whole one: 1 234 567, 12.3, 0.62."""
    if isinstance(value, float) and value < 100:
        return f"{value:.3g}"
    if isinstance(value, int | float):
        return f"{round(value):,}".replace(",", " ")
    return str(value)


def share(value: float) -> str:
    """Per cent, one decimal; less than all is never 100."""
    rounded = round(value * 100, 1)
    return f"{99.9 if rounded >= 100 > value * 100 else rounded:g} %"


def milliseconds(value: float) -> str:
    return f"{amount(round(value, 2))} ms"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def prose(text: str) -> str:
    """A paragraph in lines of a readable length; what stands between backticks stays on one line."""
    whole = CODE.sub(lambda found: found[0].replace(" ", GLUE), text)
    lines = textwrap.fill(whole, 118, break_long_words=False, break_on_hyphens=False)
    return lines.replace(GLUE, " ")
