"""The rows of a page's tables, as its reader has them."""

import re
from html import unescape


def shown(page: str) -> list[list[str]]:
    """The rows of the page's tables, as words."""
    rows = re.findall(r"<tr[ >].*?</tr>|<tr>.*?</tr>", page, re.DOTALL)
    return [
        [" ".join(unescape(re.sub(r"<[^>]+>|[\u2066-\u2069]", "", cell)).split()) for cell in cells]
        for row in rows
        if (cells := re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)) and "<td" in row
    ]
