"""Making an archive of the running school, and putting one back in its place."""

import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

from flask import current_app
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    Table,
    create_engine,
    func,
    insert,
    select,
    text,
    update,
)

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.backup.queries import (
    VERSION,
    count_rows,
    faults_of,
    named_files,
    opened,
    revision_of,
    trail_of,
)
from ecopter.backup.rules import BadArchive, Manifest, differences
from ecopter.db import db, prepare_engine
from ecopter.people.models import SignIn
from ecopter.platform.adapters import adapters
from ecopter.platform.files import FileStore
from ecopter.platform.jobs import Job, JobState
from ecopter.platform.paths import PACKAGE

DATABASE = "ecopter.sqlite3"
CONTENTS = "contents.json"
FILES = "files/"
# A restored school must not write again to people who had their mail long ago.
MAIL = "mail_"
ROWS_AT_ONCE = 1000

Progress = Callable[[str, int, int], None]


def make_backup(target: Path, *, now: datetime, progress: Progress) -> Manifest:
    """Write an archive while the school runs, read it again, and only then give it its name.

    The database is copied in one piece as it is at one instant; files are never changed once
    they are there, so those that it names are taken afterwards. The archive is readable by its
    owner alone. Keys are not in it. Raises BadArchive when what was written does not hold.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        copy = Path(folder) / DATABASE
        _copy_database(copy)
        manifest = _described(copy, now)
        fresh = Path(folder) / "archive.zip"
        fresh.touch(mode=0o600)
        _pack(fresh, copy, manifest, adapters().files, progress)
        check_archive(fresh, Path(folder) / "again", progress)
        _sync(fresh)
        fresh.replace(target)
    _sync(target.parent)
    return manifest


def _copy_database(copy: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        # One reader for a moment: VACUUM INTO sees one instant, and writers wait milliseconds.
        with opened(Path(str(db.engine.url.database))) as live:
            live.execute("PRAGMA busy_timeout=10000")
            live.execute("VACUUM INTO ?", (str(copy),))
        return
    _migrate(copy.parent)
    metadata = _metadata()
    engine = _file_engine(copy)
    source = db.engine.execution_options(isolation_level="REPEATABLE READ")
    if _revision(db.engine) != _revision(engine):
        raise BadArchive("The database is of another version than the program: migrate it first.")
    try:
        _copy_rows(source, engine, metadata)
    finally:
        engine.dispose()


def _described(copy: Path, now: datetime) -> Manifest:
    events, head, broken = trail_of(copy)
    if broken is not None:
        raise BadArchive(f"The trail of events is broken at event {broken}.")
    return Manifest(
        made_at=now.isoformat(timespec="seconds"),
        revision=revision_of(copy),
        rows=count_rows(copy),
        files=named_files(copy),
        events=events,
        head=head,
        database=_sha256(copy),
    )


def _pack(
    target: Path, copy: Path, manifest: Manifest, files: FileStore, progress: Progress
) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        archive.writestr(CONTENTS, manifest.to_json())
        archive.write(copy, DATABASE)
        for number, digest in enumerate(manifest.files, 1):
            # Photos and papers are compressed already.
            archive.write(files.path(digest), FILES + digest, zipfile.ZIP_STORED)
            progress("files", number, len(manifest.files))


def check_archive(path: Path, folder: Path, progress: Progress) -> Manifest:
    """Unpack the database of an archive into `folder` and hold everything against its list.

    Raises BadArchive, saying what is wrong.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = Manifest.from_json(archive.read(CONTENTS).decode())
            with archive.open(DATABASE) as packed, (folder / DATABASE).open("wb") as plain:
                shutil.copyfileobj(packed, plain)
            _check_files(archive, manifest, progress)
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, OSError) as problem:
        raise BadArchive(f"The archive cannot be read: {problem}") from problem
    _check_database(folder / DATABASE, manifest)
    return manifest


def _check_files(archive: zipfile.ZipFile, manifest: Manifest, progress: Progress) -> None:
    for number, digest in enumerate(manifest.files, 1):
        with archive.open(FILES + digest) as stream:
            if _digest(stream) != digest:
                raise BadArchive(f"File {digest} is damaged.")
        progress("files checked", number, len(manifest.files))


def _check_database(copy: Path, manifest: Manifest) -> None:
    if _sha256(copy) != manifest.database:
        raise BadArchive("The database in the archive is damaged.")
    problems = faults_of(copy) + differences(manifest.rows, count_rows(copy))
    if set(named_files(copy)) - set(manifest.files):
        problems.append("files are missing")
    events, head, broken = trail_of(copy)
    if broken is not None or (events, head) != (manifest.events, manifest.head):
        problems.append("the trail of events does not hold")
    if problems:
        raise BadArchive("; ".join(problems))


def restore(path: Path, *, now: datetime, progress: Progress) -> Manifest:
    """Put the school of an archive in the place of this one, all of it or nothing.

    The archive is checked first, and brought to the program's version beside the living
    database. Files come before the rows that name them. Mail that waited when the archive was
    made is not sent. Raises BadArchive and changes nothing when the archive does not hold.
    """
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=_folder()) as folder:
        copy = Path(folder) / DATABASE
        manifest = check_archive(path, Path(folder), progress)
        _migrate(copy.parent)
        if problems := faults_of(copy):
            raise BadArchive("; ".join(problems))
        _put_files(path, manifest, progress)
        _replace_database(copy)
    _calm(now, manifest)
    return manifest


def _put_files(path: Path, manifest: Manifest, progress: Progress) -> None:
    files = adapters().files
    with zipfile.ZipFile(path) as archive:
        for number, digest in enumerate(manifest.files, 1):
            files.put(archive.read(FILES + digest))
            progress("files put back", number, len(manifest.files))


def _replace_database(copy: Path) -> None:
    """The whole content at once: whoever reads meanwhile sees the old school or the new one."""
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        db.engine.dispose()
        with opened(copy) as source:
            live = sqlite3.connect(path, timeout=30)
            try:
                source.backup(live)
            finally:
                live.close()
        return
    engine = _file_engine(copy)
    metadata = _metadata()
    try:
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        _copy_rows(engine, db.engine, metadata, before=f"TRUNCATE {names} RESTART IDENTITY")
    finally:
        engine.dispose()


def _copy_rows(source: Engine, target: Engine, metadata: MetaData, *, before: str = "") -> None:
    """Every row of every table from one database to the other, in one transaction on each side."""
    with source.connect() as reader, target.begin() as writer:
        if before:
            writer.execute(text(before))
        for table in metadata.sorted_tables:
            # Rows that name an older row of their own table come after it.
            rows = reader.execution_options(yield_per=ROWS_AT_ONCE).execute(
                select(table).order_by(*table.primary_key)
            )
            for block in rows.mappings().partitions():
                writer.execute(insert(table), [dict(row) for row in block])
            _go_on_counting(writer, table)


def _go_on_counting(writer: Connection, table: Table) -> None:
    """PostgreSQL counts ids by itself: the next one comes after those that were given."""
    if writer.dialect.name == "postgresql" and "id" in table.c:
        last = select(func.coalesce(func.max(table.c.id), 1)).scalar_subquery()
        writer.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))


def _calm(now: datetime, manifest: Manifest) -> None:
    """Stop waiting mail, end every session, and say in the trail that this is a school put back.

    A session that somebody ended since then, for a lost phone, would be open again.
    """
    db.session.execute(
        update(Job)
        .where(Job.state == JobState.WAITING, Job.kind.startswith(MAIL))
        .values(state=JobState.FAILED, error="restored from an archive")
    )
    db.session.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=now))
    audit.record(
        "school.restored",
        actor=Actor(),
        now=now,
        about=("archive", None),
        made_at=manifest.made_at,
        events=manifest.events,
    )
    db.session.flush()


def _migrate(folder: Path) -> None:
    """Bring the database file of a folder to the program's version, in a process of its own."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("ECOPTER_")
    }
    environment |= {
        "ECOPTER_DATA": str(folder),
        "ECOPTER_SECRET_KEY": secrets.token_hex(32),
        "PYTHONPATH": str(PACKAGE.parent),
    }
    done = subprocess.run(
        [sys.executable, "-m", "ecopter", "db", "upgrade"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BadArchive(f"Its tables cannot be brought to this version:\n{done.stderr[-2000:]}")


def _metadata() -> MetaData:
    metadata: MetaData = current_app.extensions["metadata"]
    return metadata


def _file_engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")
    prepare_engine(engine)
    return engine


def _revision(engine: Engine) -> str:
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalar() or ""  # noqa: S608


def _folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].folder
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return _digest(stream)


def _digest(stream: IO[bytes]) -> str:
    """SHA-256 in hexadecimal, a megabyte at a time."""
    found = hashlib.sha256()
    while block := stream.read(1 << 20):
        found.update(block)
    return found.hexdigest()


def _sync(path: Path) -> None:
    """What was written survives a power cut from here on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
