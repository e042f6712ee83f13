"""A PostgreSQL server of a test's own, to be restarted and crashed at will."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.serving import free_port

# PostgreSQL refuses to run as root.
OWNER = "postgres"


@dataclass(frozen=True)
class Cluster:
    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        self._control("start", "-l", str(self.folder / "log"))

    def restart(self) -> None:
        self._control("restart", "-m", "fast", "-l", str(self.folder / "log"))

    def crash(self) -> None:
        """As if the current had gone: nothing is written any more, connections break."""
        self._control("stop", "-m", "immediate")

    def _control(self, *words: str) -> None:
        as_owner([program("pg_ctl"), "-D", str(self.folder / "data"), "-w", *words])


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="ecopter-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        cluster = Cluster(folder, free_port())
        data = str(folder / "data")
        as_owner([program("initdb"), "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "-N"])
        with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(
                f"\nport={cluster.port}\nlisten_addresses='127.0.0.1'\n"
                "unix_socket_directories=''\nshared_buffers='16MB'\n"
                # Says when commits that nobody waits for are written; the school waits for its own.
                "wal_writer_delay='10s'\n"
            )
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.crash()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else name


def as_owner(words: list[str]) -> None:
    allowed = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*allowed, *words],
        cwd="/",
        stdin=subprocess.DEVNULL,
        # A server that stays would hold a pipe open for ever.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{Path(words[0]).name} ended with {done.returncode}")
