"""Mail servers of every temper, on a port of this machine."""

import contextlib
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class PostOffice:
    """Takes mail over SMTP, one thread for each caller.

    `temper`: "kind" takes everything; "refusing" takes nobody's mail; "mute" accepts the call and
    says nothing; "rude" takes the mail and then hangs up with an error.
    """

    temper: str = "kind"
    taken: Counter[str] = field(default_factory=Counter)
    calls: int = 0

    def __post_init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.door.getsockname()[1])
        threading.Thread(target=self._open, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def close(self) -> None:
        # Wakes the thread that waits for the next caller; closing alone would not.
        with contextlib.suppress(OSError):
            self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()

    def _open(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _address = self.door.accept()
                self.calls += 1
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError), caller, caller.makefile("rwb", buffering=0) as line:
            if self.temper == "mute":
                line.read()  # until the caller gives up
                return
            self._talk(line)

    def _talk(self, line) -> None:
        line.write(b"220 here\r\n")
        recipient = ""
        while said := line.readline():
            verb = said[:4].upper()
            if verb == b"RCPT":
                recipient = said.partition(b"<")[2].partition(b">")[0].decode()
                refused = self.temper == "refusing"
                line.write(b"550 nobody of that name\r\n" if refused else b"250 known\r\n")
            elif verb == b"DATA":
                line.write(b"354 go on\r\n")
                while line.readline() not in (b".\r\n", b""):
                    pass
                self.taken[recipient] += 1
                line.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                line.write(b"421 out\r\n" if self.temper == "rude" else b"221 bye\r\n")
                return
            else:
                line.write(b"250 yes\r\n")
