"""A disk that can be cut off: SQLite writes to memory, and only what was synced is sure to stay."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import apsw

SECTOR = 512
_number = count(1)


class PowerCut(Exception):
    """Nothing reaches the disk any more."""


@dataclass
class Platter:
    """One file: what is read back now, what is on the disk for sure, and what is on its way."""

    live: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    # (offset, sector) of a write, or (size, None) of a truncation, in the order they were made.
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, content: bytes, offset: int) -> None:
        self.live.extend(bytes(max(0, offset + len(content) - len(self.live))))
        self.live[offset : offset + len(content)] = content
        for start in range(0, len(content), SECTOR):
            self.waiting.append((offset + start, content[start : start + SECTOR]))

    def truncate(self, size: int) -> None:
        del self.live[size:]
        self.waiting.append((size, None))

    def sync(self) -> None:
        self.synced = bytes(self.live)
        self.waiting.clear()

    def after_cut(self, chance: random.Random) -> bytes:
        """What was synced, and a half of the rest as chance has it."""
        image = bytearray(self.synced)
        for place, sector in self.waiting:
            if chance.random() < 0.5:
                continue
            if sector is None:
                del image[place:]
            else:
                image.extend(bytes(max(0, place + len(sector) - len(image))))
                image[place : place + len(sector)] = sector
        return bytes(image)


class Disk(apsw.VFS):
    """All files of one database; `cut_after` operations the current is gone."""

    def __init__(self) -> None:
        self.name = f"cut-{next(_number)}"
        self.files: dict[str, Platter] = {}
        self.cut_after: int | None = None
        super().__init__(self.name, base="")

    def step(self) -> None:
        if self.cut_after is not None:
            self.cut_after -= 1
            if self.cut_after < 0:
                raise PowerCut

    def xOpen(self, name, flags):  # noqa: N802 (SQLite's names)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return OpenFile(self, self.files.setdefault(path or f"t{next(_number)}", Platter()))

    def xAccess(self, path, flags):  # noqa: N802
        return path in self.files

    def xDelete(self, path, sync):  # noqa: N802
        self.step()
        self.files.pop(path, None)

    def xFullPathname(self, name):  # noqa: N802
        return name

    def leave(self, folder: Path, chance: random.Random) -> None:
        """Write what is on the disk after the cut into a real folder."""
        for path, platter in self.files.items():
            (folder / Path(path).name).write_bytes(platter.after_cut(chance))


class OpenFile:
    """What SQLite does to one file; there is one connection, so a lock is always free."""

    def __init__(self, disk: Disk, platter: Platter) -> None:
        self.disk, self.platter = disk, platter

    def xRead(self, amount, offset):  # noqa: N802
        return bytes(self.platter.live[offset : offset + amount])

    def xWrite(self, content, offset):  # noqa: N802
        self.disk.step()
        self.platter.write(bytes(content), offset)

    def xTruncate(self, size):  # noqa: N802
        self.disk.step()
        self.platter.truncate(size)

    def xSync(self, flags):  # noqa: N802
        self.disk.step()
        self.platter.sync()

    def xFileSize(self):  # noqa: N802
        return len(self.platter.live)

    def xLock(self, level):  # noqa: N802
        pass

    def xUnlock(self, level):  # noqa: N802
        pass

    def xCheckReservedLock(self):  # noqa: N802
        return False

    def xFileControl(self, op, pointer):  # noqa: N802
        return False

    def xSectorSize(self):  # noqa: N802
        return SECTOR

    def xDeviceCharacteristics(self):  # noqa: N802
        return 0

    def xClose(self):  # noqa: N802
        pass


@contextmanager
def opened(disk: Disk, pragmas: tuple[str, ...]) -> Iterator[apsw.Connection]:
    connection = apsw.Connection("school.sqlite3", vfs=disk.name)
    # One process has no need of the memory that WAL shares between several.
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    try:
        yield connection
    finally:
        connection.close(True)
