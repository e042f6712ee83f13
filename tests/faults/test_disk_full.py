"""The disk is full: a plain refusal, reading goes on, and work goes on when there is room again."""

import io
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import event, func, select, text

from ecopter.app import create_app, outside_world, with_clock
from ecopter.attendance.models import Register
from ecopter.db import db, prepare_engine
from ecopter.platform import files as store
from ecopter.platform.files import LocalFileStore
from ecopter.settings import Settings
from ecopter.shared.errors import Unavailable
from ecopter.tables import METADATA
from tests.attendance.test_views import Room
from tests.browser import Browser
from tests.clock import NOW
from tests.faults.school import SECRET

pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("faults")]

DISK_BYTES = 6 * 1024 * 1024
SAVE = "attendance.register.update"
SAVES = 30


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own where we may mount one; whether that worked."""
    size = f"size={DISK_BYTES}"
    tried = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True, check=False
    )
    mounted = bool(tried) and tried.returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


class FullDisk:
    """Fills what is left of a disk; without one, forbids the database to grow."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.ballast, self.mounted = folder / "ballast", mounted

    def fill(self) -> None:
        if not self.mounted:
            self._limit("SELECT page_count FROM pragma_page_count")
            return
        with self.ballast.open("wb", buffering=0) as stream:
            for size in (65_536, 4096, 512):
                try:
                    while True:
                        stream.write(bytes(size))
                except OSError:
                    continue

    def free(self) -> None:
        if self.mounted:
            self.ballast.unlink()
        else:
            self._limit("SELECT 1073741823")

    def _limit(self, pages: str) -> None:
        """For every connection from now on: the setting is the connection's own."""
        with db.engine.connect() as connection:
            most = connection.execute(text(pages)).scalar_one()
        db.session.remove()
        db.engine.dispose()

        @event.listens_for(db.engine, "connect")
        def _limit(connection, _record):
            connection.execute(f"PRAGMA max_page_count={most}")


@pytest.mark.parametrize("way", ["a disk of its own", "a database that may not grow"])
def test_a_full_disk_refuses_plainly_and_heals_by_itself(way, tmp_path, proof):
    folder = tmp_path / "data"
    folder.mkdir()
    with small_disk(folder) as mounted:
        on_disk = mounted and way == "a disk of its own"
        settings = Settings(data=folder, testing=True, secret_key=SECRET)
        app = create_app(settings, with_clock(outside_world(settings), lambda: NOW))
        app.config["PROPAGATE_EXCEPTIONS"] = False
        with app.app_context():
            METADATA.create_all(db.engine)
            room = Room(trainees=20)
            teacher = Browser(app, "en").as_(room.teacher)
            disk = FullDisk(folder, mounted=on_disk)
            kept, refused, read, healed = fill_and_free(disk, room, teacher)
            checked = db.session.execute(text("PRAGMA integrity_check")).scalar()
            db.session.remove()
            db.engine.dispose()
    assert kept == []
    assert set(refused) == {503}
    assert set(read) == {200}
    assert checked == "ok"
    if on_disk or way != "a disk of its own":
        proof(
            "faults",
            "A full disk refuses plainly, loses nothing, and heals by itself",
            bar="503 with a sentence, reading works, 0 lost, saving again within 5 s",
            figure=f"{way}: {len(refused)} saves refused, {len(read)} pages read meanwhile, "
            f"0 lost, saved again after {healed:.2f} s",
        )


def fill_and_free(disk: FullDisk, room: Room, teacher: Browser):
    """(versions lost, answers to saves on a full disk, to reading then, seconds to the next)."""
    version = save(room, teacher, 0)
    disk.fill()
    refused, read = [], []
    # What room is left inside the file is used up first.
    for _ in range(SAVES):
        answer = teacher.post(SAVE, form(room, version), **room.where)
        if answer.status_code == 303:
            version += 1
            continue
        refused.append(answer.status_code)
        assert "The disk of the school" in answer.text.replace("&#39;", "'")
        assert answer.headers["Retry-After"]
        read.append(teacher.get("attendance.register.edit", **room.where).status_code)
        if len(refused) == 5:
            break
    found = versions()
    disk.free()
    began = time.monotonic()
    again = save(room, teacher, version)
    healed = time.monotonic() - began
    assert versions() == again
    return list(range(version, found, -1)), refused, read, healed


def form(room: Room, version: int) -> dict[str, str]:
    status = "absent" if version % 2 else "present"
    long = {f"n{place}": "x" * 250 for place in room.places}
    return room.filled(*[status] * len(room.places), do="draft", version=version) | long


def save(room: Room, teacher: Browser, version: int) -> int:
    assert teacher.post(SAVE, form(room, version), **room.where).status_code == 303
    return version + 1


def versions() -> int:
    db.session.rollback()
    found = db.session.scalar(select(func.max(Register.version))) or 0
    db.session.rollback()  # nobody waits for us
    return found


def test_a_store_that_swallowed_a_full_disk_would_be_caught(tmp_path):
    """The planted fault: an acknowledgement of what the database refused."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import OperationalError

    engine = create_engine(f"sqlite:///{tmp_path / 'small.sqlite3'}")
    prepare_engine(engine)
    told = 0
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE saves (content TEXT)"))
        connection.commit()
        connection.execute(text("PRAGMA max_page_count=4"))
        for _ in range(20):
            try:
                connection.execute(text("INSERT INTO saves VALUES (:x)"), {"x": "x" * 2000})
                connection.commit()
            except OperationalError:
                connection.rollback()
            told += 1
        kept = connection.execute(text("SELECT COUNT(*) FROM saves")).scalar_one()
    engine.dispose()

    assert told - kept > 0


def disk_with(monkeypatch, *, free: int, total: int) -> None:
    usage = store.shutil.disk_usage("/")._replace(free=free, total=total)
    monkeypatch.setattr(store.shutil, "disk_usage", lambda _folder: usage)


GB = 1024**3


@pytest.mark.parametrize(
    ("free", "total", "is_taken"),
    [
        (GB, 100 * GB, True),
        (GB // 3, 100 * GB, False),
        (GB // 3, 4 * GB, True),
        (GB // 8, 4 * GB, False),
    ],
)
def test_files_from_outside_leave_room_for_the_database(
    tmp_path, monkeypatch, free, total, is_taken
):
    """500 MB are kept free; of a small disk 5 %. What the school makes itself goes in anyway."""
    kept = LocalFileStore(tmp_path / "files", Settings().keep_free)
    disk_with(monkeypatch, free=free, total=total)

    assert kept.put(b"a paper of the school's own")
    if is_taken:
        assert kept.get(kept.take_in(b"a photo")) == b"a photo"
    else:
        with pytest.raises(Unavailable):
            kept.take_in(b"a photo")


def test_an_upload_without_room_is_refused_with_a_sentence(browser, monkeypatch, proof):
    from tests.factories.certificates import make_school
    from tests.factories.people import make_administrator

    make_school()
    office = browser.as_(make_administrator()).in_("en")
    disk_with(monkeypatch, free=GB // 4, total=100 * GB)

    answer = office.send(
        office.url("school.logo.update"),
        {"logo": (picture(), "logo.png")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 503
    assert "There is no room for more files" in answer.text
    proof(
        "faults",
        "Files from outside never take the room that the database needs",
        bar="refused below 500 MB (on a small disk 5 %) with a sentence",
        figure="refused with 256 MB of 100 GB free, and with 128 MB of 4 GB; taken above",
    )


def picture() -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (60, 60), "saddlebrown").save(stream, "PNG")
    stream.seek(0)
    return stream


def test_no_piece_of_a_file_is_left_on_a_full_disk(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        LocalFileStore(tmp_path).put(b"a paper")

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
