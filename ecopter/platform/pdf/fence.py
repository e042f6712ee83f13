"""Makes a process modest and blind: no network, little memory, no file but code and our assets."""

import contextlib
import ctypes
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

from ecopter.platform.paths import STATIC
from ecopter.platform.pdf.assets import FOLDERS

CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000
PARENT_WATCH_SECONDS: Final = 0.5
# Libraries and fonts are mapped, not held: the papers take about 105 MiB of memory and
# 370 MiB of addresses, so the second limit is wider than the first.
ADDRESS_ROOM: Final = 2

_CODE: Final = (".py", ".pyc")
_REFUSED_EVENTS: Final = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.system",
        "pty.spawn",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendto",
        "subprocess.Popen",
        "urllib.Request",
    }
)


def settle(parent: int, memory: int) -> None:
    """Live as the child of `parent`, a process id, with `memory` bytes. Call before any thread."""
    _leave_the_network()
    _be_modest(memory)
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()


def _leave_the_network() -> None:
    """Move into an empty network where the kernel lets us; the audit hook stands behind it."""
    if sys.platform != "linux":
        return
    kernel = ctypes.CDLL(None, use_errno=True)
    if kernel.unshare(CLONE_NEWNET) != 0:
        kernel.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def _be_modest(memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, limit in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, memory * ADDRESS_ROOM),
    ):
        # macOS knows these limits and refuses to set some of them.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))


def _end_with_parent(parent: int) -> None:
    """Leave when the parent is gone, even in the middle of a page.

    The kernel's parent-death signal would follow the thread that started us, not the process.
    """
    while os.getppid() == parent:
        time.sleep(PARENT_WATCH_SECONDS)
    tidy_up()
    os._exit(1)


def tidy_up() -> None:
    """Remove the folder the parent made for us: it may be gone and unable to."""
    for folder, _, names in os.walk(os.environ["TMPDIR"], topdown=False):
        with contextlib.suppress(OSError):
            for name in names:
                Path(folder, name).unlink()
            Path(folder).rmdir()


def close_the_gate() -> None:
    """From here on: no other program, no socket, no file but code and our assets, no writing."""
    libraries = _inside(sys.prefix, sys.base_prefix)
    code = _inside(*(place for place in sys.path if place))
    assets = _inside(*(str(STATIC / folder) for folder in FOLDERS))

    def may_read(path: str) -> bool:
        return path.startswith(libraries + assets) or (
            path.startswith(code) and path.endswith(_CODE)
        )

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _REFUSED_EVENTS:
            raise PermissionError(f"A renderer may not do {event}")
        if event == "open":
            path, mode, _ = arguments
            if isinstance(path, int):
                return
            writes = isinstance(mode, str) and not set(mode).isdisjoint("wax+")
            if writes or not may_read(os.path.realpath(os.fsdecode(path))):
                raise PermissionError(f"A renderer may not open {path!r}")

    sys.addaudithook(refuse)


def _inside(*folders: str) -> tuple[str, ...]:
    return tuple(f"{os.path.realpath(folder)}{os.sep}" for folder in folders)
