"""What a reverse proxy does for a school: it speaks TLS to the world and plain HTTP to us."""

import contextlib
import socket
import ssl
import subprocess
import threading
from pathlib import Path


class Relay:
    """`https://localhost:<port>` in front of a server here, with a certificate of its own."""

    def __init__(self, folder: Path, server_port: int) -> None:
        self.server_port = server_port
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*_certificate(folder))
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.door.getsockname()[1])
        threading.Thread(target=self._welcome, daemon=True).start()

    def close(self) -> None:
        self.door.close()

    def _welcome(self) -> None:
        with contextlib.suppress(OSError):  # closed: nobody is let in any more
            while True:
                visitor, _address = self.door.accept()
                threading.Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor: socket.socket) -> None:
        server = ("127.0.0.1", self.server_port)
        with (
            contextlib.suppress(OSError),
            visitor,
            self.context.wrap_socket(visitor, server_side=True) as outside,
            socket.create_connection(server) as inside,
        ):
            back = threading.Thread(target=_pour, args=(inside, outside), daemon=True)
            back.start()
            _pour(outside, inside)
            back.join()


def _pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(65_536):
            target.sendall(block)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "tls.crt", folder / "tls.key"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key
