"""Files kept by the hash of their content, outside anything a web server would hand out."""

import hashlib
import os
import secrets
import shutil
from pathlib import Path
from typing import Protocol

from ecopter.shared.errors import Unavailable
from ecopter.shared.text import N_

# Of a disk this share is kept free at most: on a small one, less than the setting asks for.
LARGEST_SHARE = 0.05
NO_ROOM = N_(
    "There is no room for more files at the school. Keep yours, tell the school's office, "
    "and send it again later."
)


class FileStore(Protocol):
    def put(self, content: bytes) -> str: ...

    def take_in(self, content: bytes) -> str: ...

    def get(self, digest: str) -> bytes: ...

    def path(self, digest: str) -> Path: ...


class LocalFileStore:
    """`folder/ab/cd…`: written aside, synced, moved into place; a second copy is free."""

    def __init__(self, folder: Path, keep_free: int = 0) -> None:
        """`keep_free`: bytes that files from outside leave to the database."""
        self.folder = folder
        self.keep_free = keep_free

    def take_in(self, content: bytes) -> str:
        """Keep a file that somebody sent. Raises Unavailable where the disk is nearly full."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        disk = shutil.disk_usage(self.folder)
        if disk.free - len(content) < min(self.keep_free, disk.total * LARGEST_SHARE):
            raise Unavailable(NO_ROOM)
        return self.put(content)

    def put(self, content: bytes) -> str:
        """Keep the content and return its SHA-256; it survives a power cut once returned."""
        digest = hashlib.sha256(content).hexdigest()
        target = self.path(digest)
        if target.exists():
            return digest
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = target.with_name(f"{digest}.{secrets.token_hex(4)}")
        try:
            with fresh.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(target)
        except OSError:
            fresh.unlink(missing_ok=True)  # a full disk is not filled further with pieces
            raise
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return digest

    def get(self, digest: str) -> bytes:
        return self.path(digest).read_bytes()

    def path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise ValueError("not a content hash")
        return self.folder / digest[:2] / digest[2:]
