"""Matchers are fitted whatever thread asks: a web server's has little stack, and would take the process along."""

import subprocess
import sys

import pytest

from understanding.roomy import apart

NARROW = """
import threading
from understanding import matcher
threading.stack_size(512 * 1024)
words = {str(n): [f"w{n} x{n} y{m} z{m * n}" for m in range(20)] for n in range(40)}
done = []
thread = threading.Thread(target=lambda: done.append(len(matcher.left_out(words, "en"))))
thread.start()
thread.join()
print(done)
"""


def test_fit_from_a_thread_with_little_stack():
    run = subprocess.run(
        [sys.executable, "-c", NARROW], capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stdout) == (0, "[800]\n")


def test_what_work_raises_is_raised():
    def fails() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        apart(fails)
    assert apart(lambda: 7) == 7
