"""How a process that lives long asks the system for memory."""

import contextlib
import ctypes

M_ARENA_MAX = -8


def keep_one_heap() -> None:
    """Let all threads share one heap, here and in what is forked; call before the first thread.

    Left alone, glibc gives every thread a heap of its own, and each keeps what the largest page
    it ever made has taken: some 40 MB in each web worker.
    """
    with contextlib.suppress(AttributeError, OSError):  # other C libraries know no such thing
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
