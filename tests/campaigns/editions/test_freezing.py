"""An edition keeps its content: frozen and thawed it is the same, damaged it is refused."""

import pytest

from campaigns.editions.content import Content, Node, Words
from campaigns.editions.freezing import BadSource, freeze, thaw

CONTENT = Content(
    {
        "main": Node("main", "menu", "", "0"),
        "quiz": Node("quiz", "quiz", "", "0", ("KE",), ("3.3",), correct=1, explains="faq-1"),
    },
    {"am": {"quiz": Words("", "", "እውነት ነው?", phrasings=("a", "ለ"), options=("አዎ", "አይ"))}},
    {"am": {"ussd.back": "ተመለስ"}},
)


def test_content_comes_back_as_it_was():
    assert thaw(freeze(CONTENT)) == CONTENT


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"nodes":[{}],"texts":{},"wordings":{}}', "null"]
)
def test_what_is_no_content_is_refused(text: str):
    with pytest.raises(BadSource, match="this is no content"):
        thaw(text)
