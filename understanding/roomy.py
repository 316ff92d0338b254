"""Room for linear algebra: inverting a matrix takes more stack than the threads of a web server have.

OpenBLAS puts half a megabyte and more on the stack at a time; in a thread of two megabytes that ends the
whole process. So such work is done in a thread of its own, made with enough.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
STACK = 16 * 1024 * 1024  # bytes; taken from memory only as far as it is used
_making = threading.Lock()  # the size is one setting of the whole process


def apart(work: Callable[[], T]) -> T:
    """What `work` gives, done in a thread with room; raises what it raises."""
    pool = ThreadPoolExecutor(1)
    with _making:
        before = threading.stack_size(STACK)
        try:
            done = pool.submit(work)  # starts the thread
        finally:
            threading.stack_size(before)
    pool.shutdown(wait=False)
    return done.result()
