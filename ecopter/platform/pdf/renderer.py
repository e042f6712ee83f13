"""Keeps renderer processes, hands them documents and ends those that take too long."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from types import TracebackType
from typing import Final, Protocol, Self

DOCUMENT_SECONDS: Final = 10.0
# The process runs when nobody else wants to: a busy machine may take so many times as long.
PATIENCE: Final = 6
START_SECONDS: Final = 30.0
MEMORY_BYTES: Final = 512 * 1024 * 1024
STOP_SECONDS: Final = 2.0

READY: Final = b"R"
PRINTED: Final = b"P"
FAILED: Final = b"F"

# A child imports what we import, whatever put it on our path.
PROGRAM: Final = """
import json, sys
path, handle, parent, memory = (json.loads(argument) for argument in sys.argv[1:])
sys.path[:] = path
from ecopter.platform.pdf.fence import settle
settle(parent, memory)
from ecopter.platform.pdf.child import main
main(handle)
"""
# The child has no business with our secrets; these are what native libraries look at.
_ENVIRONMENT: Final = (
    "DYLD_FALLBACK_LIBRARY_PATH",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "HOME",
    "LD_LIBRARY_PATH",
    "PATH",
    "WEASYPRINT_DLL_DIRECTORIES",
    "XDG_CACHE_HOME",
)


class RenderFailed(Exception):
    """A document could not be made; the sentence is for the log, not for the reader."""


@dataclass(frozen=True)
class Document:
    """One paper to print.

    `html` is a whole page, every value in it already escaped. `stylesheet` is the name of a sheet
    in `static/css/documents`. `variant` is one of WeasyPrint's PDF variants.
    """

    html: str
    stylesheet: str = "certificate.css"
    variant: str = "pdf/ua-1"


class PdfRenderer(Protocol):
    """What the rest of the house knows about printing."""

    def render(self, document: Document) -> bytes:
        """Give the PDF of a document. Raises RenderFailed."""
        ...


class RendererProcess:
    """One renderer process, started at the first document and again after a failure.

    `seconds` is the processor time one document may take; waiting for the processor, six times as
    long may pass. `memory` is in bytes. One document at a time: a second thread waits for the
    first. `program` is what the process runs; its arguments are our import path, the handle of its
    line, our process id and the memory.
    """

    def __init__(
        self,
        seconds: float = DOCUMENT_SECONDS,
        memory: int = MEMORY_BYTES,
        program: str = PROGRAM,
    ) -> None:
        self._program = program
        self._seconds = seconds
        self._memory = memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._is_ready = False

    @property
    def pid(self) -> int | None:
        """The process at work, None before the first document and after `close`."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process without waiting for it, so that the first document is quick."""
        with self._lock:
            self._start()

    def render(self, document: Document) -> bytes:
        """Give the PDF of a document. Raises RenderFailed; the next document still works."""
        with self._lock:
            self._start()
            return self._ask(document)

    def close(self) -> None:
        """End the process; it may be started again."""
        with self._lock:
            self._end(patience=STOP_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        reason: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._end(patience=0)
        # WeasyPrint unpacks fonts into files; a process that is killed cannot tidy up after itself.
        self._folder = tempfile.TemporaryDirectory(prefix="ecopter-pdf-")
        ours, theirs = Pipe()
        handle = theirs.fileno()
        # -I keeps PYTHON* variables and the working directory out of the child.
        command = [sys.executable, "-I", "-c", self._program, json.dumps(sys.path)]
        self._process = subprocess.Popen(
            [*command, str(handle), str(os.getpid()), str(self._memory)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(handle,),
            env={"LANG": "C.UTF-8", "TMPDIR": self._folder.name}
            | {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
        theirs.close()
        self._line = ours
        self._is_ready = False

    def _ask(self, document: Document) -> bytes:
        if not self._is_ready:
            self._expect(READY, START_SECONDS)
            self._is_ready = True
        request = {
            "html": document.html,
            "stylesheet": document.stylesheet,
            "variant": document.variant,
            "seconds": self._seconds,
        }
        self._send(json.dumps(request).encode())
        return self._expect(PRINTED, self._seconds * PATIENCE)

    def _send(self, message: bytes) -> None:
        try:
            self._connection().send_bytes(message)
        except OSError as reason:
            raise self._broken("The renderer process is gone") from reason

    def _expect(self, kind: bytes, seconds: float) -> bytes:
        line = self._connection()
        try:
            if not line.poll(seconds):
                raise self._broken(self._too_slow())
            answer = line.recv_bytes()
        except (EOFError, OSError) as reason:
            raise self._broken(self._last_words()) from reason
        if answer[:1] != kind:
            raise RenderFailed(answer[1:].decode(errors="replace"))
        return answer[1:]

    def _too_slow(self) -> str:
        return f"No PDF within {self._seconds:g} seconds"

    def _last_words(self) -> str:
        """Why the process is gone; its line closes a moment before it ends."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process.wait(STOP_SECONDS) == -signal.SIGPROF:
                    return self._too_slow()
        return "The renderer process ended"

    def _connection(self) -> Connection:
        if self._line is None:
            raise RenderFailed("The renderer process is closed")
        return self._line

    def _broken(self, sentence: str) -> RenderFailed:
        self._end(patience=0)
        self._start()
        return RenderFailed(sentence)

    def _end(self, patience: float) -> None:
        process, self._process = self._process, None
        line, self._line = self._line, None
        folder, self._folder = self._folder, None
        self._is_ready = False
        if line is not None:
            line.close()
        if process is not None:
            try:
                # An idle process leaves by itself when the line is closed.
                process.wait(patience)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if folder is not None:
            folder.cleanup()


class RendererPool:
    """Several renderer processes; each document goes to one that is free, or waits for it."""

    def __init__(
        self,
        size: int = 2,
        seconds: float = DOCUMENT_SECONDS,
        memory: int = MEMORY_BYTES,
    ) -> None:
        self._all = tuple(RendererProcess(seconds, memory) for _ in range(size))
        self._free: queue.LifoQueue[RendererProcess] = queue.LifoQueue()
        for renderer in self._all:
            self._free.put(renderer)

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes at work, for the doctor and for tests."""
        return tuple(renderer.pid for renderer in self._all if renderer.pid is not None)

    def start(self) -> None:
        """Start all processes without waiting, so that the first documents are quick."""
        for renderer in self._all:
            renderer.start()

    def render(self, document: Document) -> bytes:
        """Give the PDF of a document. Raises RenderFailed; may be called from several threads."""
        renderer = self._free.get()
        try:
            return renderer.render(document)
        finally:
            self._free.put(renderer)

    def close(self) -> None:
        """End all processes."""
        for renderer in self._all:
            renderer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        reason: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
