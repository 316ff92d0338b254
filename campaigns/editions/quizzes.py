"""The quiz on USSD: a question, the answer that explains it, the same question again (`analytics` D8, knowledge gain).

Nobody is asked before help or an answer: a line in a topic's menu leads to it, for those who like.
"""

from collections.abc import Mapping, Sequence

from campaigns.editions.content import QUIZ, SHOWN, TOPIC_KEYS, Content, Node
from campaigns.editions.rendering import Line, Screens
from campaigns.editions.tokens import fill

BEFORE, AFTER = "before", "after"
ANSWER = "answer"  # the placeholder for the right option, of the words for a wrong one
WORDS = tuple(
    f"ussd.{key}" for key in ("quiz", "quiz_again", "quiz_right", "quiz_wrong", "quiz_next")
)


def quizzes(content: Content, country: str, language: str) -> list[Node]:
    """The quiz of a country, topic after topic: items whose explanation is told there in that language."""
    if not all(content.wordings[language].get(key) for key in WORDS):
        return []
    menus = list(content.nodes)
    found = [node for node in content.nodes.values() if _puts(node, content, country, language)]
    return sorted(found, key=lambda node: menus.index(topic(node, content)))


def topic(quiz: Node, content: Content) -> str:
    """The menu that its explanation hangs in."""
    return content.nodes[quiz.explains].parent


def _puts(node: Node, content: Content, country: str, language: str) -> bool:
    texts = content.texts[language]
    if node.kind != QUIZ or node.code not in texts or node.explains not in texts:
        return False
    if node.correct is None or node.correct >= len(texts[node.code].options):
        return False
    why = content.nodes[node.explains]
    return node.serves(country) and why.serves(country) and why.kind in SHOWN


def free_key(taken: Sequence[str]) -> str:
    """The last key that no line of the menu has, so that the line moves as seldom as can be; "" for none."""
    return next((key for key in reversed(TOPIC_KEYS) if key not in taken), "")


def ask(screens: Screens, node: Node, content: Content, language: str, following: str = "") -> None:
    """The screens around an explanation: the question before and after it, and how it was answered.

    `following`: place of the next question, its own where there is no other.
    """
    words, text = content.wordings[language], content.texts[language][node.code]
    back = Line("0", words["ussd.back"])

    def question(place: str, phase: str, leads: Sequence[str]) -> None:
        lines = [
            Line(str(n), option, to)
            for n, (option, to) in enumerate(zip(text.options, leads, strict=True), 1)
        ]
        screens.question(place, text.body, lines, [back], quiz=f"{node.code} {phase}")

    question(node.code, BEFORE, [f"{node.code}.why"] * len(text.options))
    question(f"{node.code}.after", AFTER, _verdicts(node, len(text.options)))
    out = Line("0", words["ussd.back"], topic(node, content))
    alone = following == node.code
    onward = [] if alone else [Line("1", words["ussd.quiz_next"], following)]
    for verdict, said in _said(node, words, text.options).items():
        screens.story(f"{node.code}.{verdict}", said, [out], last=onward)


def _verdicts(node: Node, options: int) -> list[str]:
    return [f"{node.code}.{'right' if n == node.correct else 'wrong'}" for n in range(options)]


def _said(node: Node, words: Mapping[str, str], options: Sequence[str]) -> dict[str, str]:
    right = options[node.correct or 0]
    return {
        "right": words["ussd.quiz_right"],
        "wrong": fill(words["ussd.quiz_wrong"], {ANSWER: right}),
    }
