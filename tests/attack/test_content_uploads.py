"""Hostile files at every door: what is kept is harmless, what is refused leaves no trace."""

import io
import re
import resource
import stat
import struct
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from ecopter.assessment.models import Submission, SubmissionFile
from ecopter.db import db
from ecopter.platform.adapters import adapters
from ecopter.platform.files import LocalFileStore
from ecopter.school.models import School
from tests.assessment.files import docx, odt, packed, pdf, picture
from tests.attack.corpus import READERS, Alive, addresses, ask
from tests.browser import Browser
from tests.factories.assessment import lessons_of
from tests.factories.cohorts import make_enrolment
from tests.factories.people import make_user
from tests.factories.world import World, make_world

pytestmark = [pytest.mark.xdist_group("content"), pytest.mark.timeout(1800)]

SCRIPT = b"<script xq7>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
HTML = b"<!doctype html><title>x</title>" + SCRIPT
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GPS_TAG, COMMENT_TAG, MAKER = 0x8825, 0x9286, "MAKERSIGN-77"
# What is kept of a file may be handed out as this and nothing else.
HARMLESS = {
    "image/jpeg",
    "image/png",
    "application/pdf",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
INLINE = {"image/jpeg", "image/png"}
# How a page says what is wrong: beside the field, or for a list without a line above it.
REFUSED = re.compile(r"field__error|error-summary|banner tone--")
MEGABYTE = 1_000_000
# What a picture of the allowed size takes while it is made smaller; a bomb would take far more.
MOST_MEMORY = 150 * MEGABYTE


# The files. Each is made when it is needed: some of them are large.


def photo_with_a_place() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(GPS_TAG)[2] = (30.0, 32.0, 0.0)
    exif[0x010F] = MAKER
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "orange").save(
        target, "JPEG", exif=exif, comment=SCRIPT, icc_profile=b"profile"
    )
    return target.getvalue()


def declared_png(side: int) -> bytes:
    """A PNG of a few bytes that says how large it is."""

    def part(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 200_000)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def png_with_a_bomb_of_words() -> bytes:
    """A small picture with a comment that unpacks to 64 MB."""
    body = b"Comment\0\0" + zlib.compress(b"\0" * 64 * MEGABYTE, 9)
    check = struct.pack(">I", zlib.crc32(b"zTXt" + body))
    part = struct.pack(">I", len(body)) + b"zTXt" + body + check
    plain = picture("PNG")
    return plain[:33] + part + plain[33:]


def with_a_bomb(plain: bytes) -> bytes:
    """200 kB more, that unpack to 200 MB; packed piece by piece, so that we need no room either."""
    target = io.BytesIO(plain)
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/big.xml", "w") as entry,
    ):
        for _piece in range(200):
            entry.write(b"\0" * MEGABYTE)
    return target.getvalue()


@cache
def bomb() -> bytes:
    return with_a_bomb(docx())


def lying_bomb() -> bytes:
    """The same, saying it unpacks to ten bytes."""
    content = bomb()
    return content.replace(struct.pack("<I", 200 * MEGABYTE), struct.pack("<I", 10))


def with_a_link() -> bytes:
    target = io.BytesIO(docx())
    with zipfile.ZipFile(target, "a") as archive:
        link = zipfile.ZipInfo("word/link.xml")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return target.getvalue()


def twice() -> bytes:
    """Two entries of one name: a checker reads the first, an office program the second."""
    target = io.BytesIO(docx())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(target, "a") as archive:
        archive.writestr("word/document.xml", SCRIPT)
    return target.getvalue()


GOOD_PHOTO = picture("JPEG")
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "svg": ("drawing.svg", lambda: SVG),
    "svg called png": ("drawing.png", lambda: SVG),
    "packed svg": ("drawing.svgz", lambda: zlib.compress(SVG)),
    "page": ("page.html", lambda: HTML),
    "page called photo": ("photo.jpg", lambda: HTML),
    "page behind a gif": ("photo.gif", lambda: b"GIF89a/*" + HTML + b"*/=1;alert(1)"),
    "gif that is a script": ("photo.jpg", lambda: b"GIF89a=1;/*" + b"\0" * 40 + b"*/alert(1)"),
    "page behind a photo": ("photo.jpg", lambda: GOOD_PHOTO + HTML),
    "page behind a png": ("photo.png", lambda: picture("PNG") + HTML),
    "page behind a pdf": ("sheet.pdf", lambda: pdf() + HTML),
    "page with a pdf's sign": ("sheet.pdf", lambda: b"%PDF-1.7\n" + HTML),
    "pdf with a script": ("sheet.pdf", lambda: pdf(open_action="/JavaScript")),
    "pdf that starts a program": ("sheet.pdf", lambda: pdf(open_action="/Launch")),
    "pdf with a password": ("sheet.pdf", lambda: pdf(password="x")),
    "archive in a photo": ("photo.jpg", lambda: GOOD_PHOTO + packed({"a.html": HTML})),
    "bomb": ("note.docx", bomb),
    "lying bomb": ("note.docx", lying_bomb),
    "nested bomb": ("note.docx", lambda: docx({"word/a.zip": bomb()})),
    "bomb in an odt": ("note.odt", lambda: with_a_bomb(odt())),
    "65,000 entries": ("note.docx", lambda: docx({f"word/{n}": b"" for n in range(65_000)})),
    "link": ("note.docx", with_a_link),
    "climbing entry": ("note.docx", lambda: docx({"../../../../etc/cron.d/x": b"x"})),
    "absolute entry": ("note.docx", lambda: docx({"/etc/cron.d/x": b"x"})),
    "entry of Windows": ("note.docx", lambda: docx({"C:\\x.exe": b"x"})),
    "entry twice": ("note.docx", twice),
    "macros": ("note.docx", lambda: docx({"word/vbaProject.bin": b"x"})),
    "macro type": ("note.docx", lambda: docx(macro_type=True)),
    "macros of an odt": ("note.odt", lambda: odt({"Basic/script-lc.xml": b"x"})),
    "archive": ("work.zip", lambda: packed({"page.html": HTML})),
    "pixels": ("photo.png", lambda: declared_png(50_000)),
    "more pixels": ("photo.png", lambda: declared_png(2_000_000)),
    "words that unpack": ("photo.png", png_with_a_bomb_of_words),
    "cut photo": ("photo.jpg", lambda: GOOD_PHOTO[:200]),
    "cut png": ("photo.png", lambda: picture("PNG")[:50]),
    "cut archive": ("note.docx", lambda: docx()[:-30]),
    "photo with a place": ("photo.jpg", photo_with_a_place),
    "EICAR": ("sheet.pdf", lambda: EICAR),
    "program": ("run.exe", lambda: b"MZ" + b"\0" * 200),
    "shell": ("run.sh", lambda: b"#!/bin/sh\nrm -rf /\n"),
    "empty": ("photo.jpg", lambda: b""),
    "nine megabytes": ("photo.jpg", lambda: GOOD_PHOTO + b"\0" * 9 * MEGABYTE),
    "two endings": ("photo.php.jpg", lambda: GOOD_PHOTO),
    "ending of a page": ("photo.html", lambda: GOOD_PHOTO),
    "climbing name": ("../../../../static/photo.jpg", lambda: GOOD_PHOTO),
    "name of Windows": ("..\\..\\windows\\photo.jpg", lambda: GOOD_PHOTO),
    "absolute name": ("/etc/cron.d/photo.jpg", lambda: GOOD_PHOTO),
    "name with a NUL": ("photo.php\0.jpg", lambda: GOOD_PHOTO),
    "name that turns round": ("photo\u202egpj.exe", lambda: GOOD_PHOTO),
    "name with a line break": ("photo\r\nX-Evil: 1\r\n.jpg", lambda: GOOD_PHOTO),
    "name with a quote": ('photo";filename="a.html', lambda: GOOD_PHOTO),
    "name of a tag": ("<img xq7 src=x onerror=alert(1)>.jpg", lambda: GOOD_PHOTO),
    "long name": ("x" * 300 + ".jpg", lambda: GOOD_PHOTO),
    "long name, wide": ("ع" * 300 + ".pdf", pdf),
    "hidden name": (".htaccess", lambda: GOOD_PHOTO),
    "no name but dots": ("...", lambda: GOOD_PHOTO),
    "device": ("CON.jpg", lambda: GOOD_PHOTO),
    "stream of Windows": ("photo.jpg::$DATA", lambda: GOOD_PHOTO),
}


@dataclass(frozen=True)
class Door:
    """One field that takes a file: where its page is, and who may use it."""

    rule: str
    field: str
    who: str


# Every field for files in the application; the test below finds them by itself.
DOORS = (
    Door("/path/{enrolment_id}/lessons/{lesson_id}/exercise", "photos", "fresh trainee"),
    Door("/path/{enrolment_id}/lessons/{lesson_id}/exercise", "documents", "fresh trainee"),
    Door("/school/logo/file", "logo", "administrator"),
    Door("/cohorts/{cohort_id}/roster", "file", "administrator"),
)


class FileFields(HTMLParser):
    """The fields of a page that take a file."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") == "file":
            self.names.append(str(found.get("name")))


@dataclass
class Answer:
    """What became of one file at one door."""

    status: int
    page: str
    is_kept: bool
    faults: list[str]


class Visitor:
    """Someone who sends files to a door of the school, and looks at what is left of them."""

    def __init__(self, app: Flask, world: World, folder: Path) -> None:
        self.app, self.world, self.folder = app, world, folder
        self.lesson = lessons_of(world.ours.cohort)[0]
        self.office = Browser(app).as_(world.people["administrator"])
        self.kept = self.refused = 0

    def send(self, door: Door, name: str, content: bytes) -> Answer:
        reader, where = self._reader(door)
        address = door.rule.format_map(where)
        before, tree = self._stored(), self._around()
        answer = self._post(reader, address, door.field, name, content)
        fresh = self._stored() - before
        faults = [f"a path beside the store: {path}" for path in self._around() - tree]
        if answer.status_code >= 500 or answer.status_code not in {200, 303, 413, 422}:
            faults.append(f"answered {answer.status_code}")
        if answer.mimetype == "text/html":
            faults += Alive(answer.get_data(as_text=True)).faults
        if answer.status_code == 303:
            self.kept += 1
            faults += self._what_is_served(door, reader, fresh)
        else:
            self.refused += 1
            faults += [f"left on the disk: {path.name}" for path in fresh]
        return Answer(
            answer.status_code, answer.get_data(as_text=True), answer.status_code == 303, faults
        )

    def _reader(self, door: Door) -> tuple[Browser, dict[str, int | str]]:
        if door.who == "administrator":
            return self.office, self.world.ours.address
        trainee = make_user()
        enrolment = make_enrolment(self.world.ours.cohort, trainee)
        reader = Browser(self.app).as_(trainee)
        return reader, self.world.ours.address | {"enrolment_id": enrolment.id}

    def _post(
        self, reader: Browser, address: str, field: str, name: str, content: bytes
    ) -> TestResponse:
        page = Alive(ask(reader, address).get_data(as_text=True))
        form = next(one for one in page.forms if any(f["name"] == field for f in one.fields))
        data = {str(one["name"]): str(one.get("value") or "") for one in form.fields}
        del data[field]
        token = {"csrf_token": reader.token(), "starts_on": "2026-11-23"}
        files = {field: FileStorage(io.BytesIO(content), name)}
        stream, length, mark = stream_encode_multipart(
            {**data, **token, **files}, use_tempfile=False
        )
        return ask(
            reader,
            form.action or address,
            method="POST",
            input_stream=stream,
            content_length=length,
            content_type=f'multipart/form-data; boundary="{mark}"',
        )

    def _stored(self) -> set[Path]:
        return {path for path in (self.folder / "files").rglob("*") if path.is_file()}

    def _around(self) -> set[Path]:
        """Everything beside the store that is no file of the database."""
        return {
            path
            for path in self.folder.parent.rglob("*")
            if path.is_file()
            and not path.is_relative_to(self.folder / "files")
            and "sqlite3" not in path.name
        }

    def _what_is_served(self, door: Door, reader: Browser, fresh: set[Path]) -> list[str]:
        if door.field == "logo":
            digest = db.session.scalars(select(School.logo_digest)).one()
            return self._served_logo() + self._on_disk(adapters().files.get(digest), INLINE)
        newest = select(SubmissionFile).join(Submission).order_by(SubmissionFile.id.desc()).limit(1)
        db.session.remove()
        file = db.session.scalars(newest).one()
        return [
            *served_faults(ask(reader, f"/submission-files/{file.id}")),
            *name_faults(file.name),
            *self._on_disk(adapters().files.get(file.digest), {file.content_type}),
        ]

    def _served_logo(self) -> list[str]:
        answer = ask(self.office, "/school/logo")
        faults = served_faults(answer, inline=True)
        return faults if answer.mimetype in INLINE else [*faults, f"logo as {answer.mimetype}"]

    def _on_disk(self, content: bytes, kinds: set[str]) -> list[str]:
        faults = [] if len(content) <= 8 * MEGABYTE else ["more than 8 MB are kept"]
        if kinds <= INLINE:
            faults += pixel_faults(content)
        return faults


def served_faults(answer: TestResponse, *, inline: bool = False) -> list[str]:
    """Why a browser might run what it is given here."""
    said = answer.headers
    policy = said.get("Content-Security-Policy", "")
    wanted = {
        "is a harmless kind": answer.mimetype in (INLINE if inline else HARMLESS),
        "is a file to keep": inline or said.get("Content-Disposition", "").startswith("attachment"),
        "stays what it is called": said.get("X-Content-Type-Options") == "nosniff",
        "runs nothing": "sandbox" in policy and "default-src 'none'" in policy,
        "is in no shared cache": "no-store" in said.get("Cache-Control", ""),
        "is there": answer.status_code == 200,
    }
    return [f"served, but not: {promise}" for promise, held in wanted.items() if not held]


def name_faults(name: str) -> list[str]:
    """What a name of a file may not bring to a disk, a header or a page."""
    controls = [letter for letter in name if unicodedata.category(letter) in {"Cc", "Cf"}]
    is_plain = not re.search(r'[/\\<>:"|?*]', name) and not controls
    ends = name.endswith((".jpg", ".pdf", ".odt", ".docx"))
    is_good = is_plain and ends and len(name) <= 120 and not name.startswith(".")
    return [] if is_good else [f"kept under the name {name!r}"]


def pixel_faults(content: bytes) -> list[str]:
    """What a picture may not carry beside its pixels."""
    with Image.open(io.BytesIO(content)) as image:
        extra = {"exif", "comment", "icc_profile", "xmp", "Comment"} & image.info.keys()
        faults = [f"a picture with its {name}" for name in extra]
    signs = (b"xq7", b"<script", MAKER.encode(), b"PK\x03\x04")
    return faults + [f"a picture with {sign!r} in it" for sign in signs if sign in content]


@pytest.fixture
def visitor(app: Flask, data: Path, browser: Browser) -> Visitor:
    return Visitor(app, make_world(), data)


def doors_of(app: Flask, world: World, roles: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every field for files, found on the pages of everyone."""
    here = world.ours.address
    enrolment = make_enrolment(world.ours.cohort, fresh := make_user())
    everyone = {role: (world.people[role], here) for role in roles}
    everyone["fresh trainee"] = (fresh, here | {"enrolment_id": enrolment.id})
    for user, things in everyone.values():
        reader = Browser(app).as_(user)
        rules = zip(addresses(app, things), addresses(app, Names()), strict=True)
        for address, pattern in rules:
            answer = ask(reader, address)
            if answer.mimetype == "text/html":
                for name in FileFields(answer.get_data(as_text=True)).names:
                    yield pattern, name


class Names(dict[str, str]):
    """Every argument stands for itself."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def test_every_field_for_files_is_tried(app, visitor, amount):
    roles = amount(short=("administrator",), long=READERS)

    found = set(doors_of(app, visitor.world, roles))

    assert found == {(door.rule, door.field) for door in DOORS}


def test_no_file_gets_through_as_more_than_it_may_be(visitor, amount, proof):
    doors = amount(short=(DOORS[0], DOORS[2], DOORS[3]), long=DOORS)
    contents = {kind: (name, make()) for kind, (name, make) in FILES.items()}
    before = peak()
    faults, silent = [], []
    for door in doors:
        for kind, (name, content) in contents.items():
            answer = visitor.send(door, name, content)
            faults += [f"{door.field}, {kind}: {fault}" for fault in answer.faults]
            if answer.status == 422 and not REFUSED.search(answer.page):
                silent.append(f"{door.field}, {kind}")
            if kind == "photo with a place" and door.field != "file" and not answer.is_kept:
                faults.append(f"{door.field}: a good photo is refused")
    grown = peak() - before

    assert faults == []
    assert silent == [], "a refusal without a word beside the field"
    assert grown < MOST_MEMORY
    assert visitor.refused > visitor.kept > 10
    proof(
        "attack",
        "A hostile file is refused without a trace, or kept as harmless as a photo",
        bar="0 served inline as more than pixels, 0 beside the store, 0 unpacked",
        figure=f"{len(FILES)} files × {len(doors)} fields: {visitor.refused} refused, nothing left "
        f"on the disk; {visitor.kept} kept under a safe name, without place or maker",
    )


def peak() -> int:
    """The most memory this process ever had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


# Planted faults: what the harness has to find.


def test_a_drawing_that_is_served_inline_is_found():
    app = Flask("careless")
    app.add_url_rule("/", "show", lambda: (SVG, {"Content-Type": "image/svg+xml"}))

    faults = served_faults(app.test_client().get("/"))

    assert len(faults) == 5


def test_a_page_that_is_served_to_keep_but_may_run_is_found():
    app = Flask("careless")
    told = {"Content-Type": "text/html", "Content-Disposition": "attachment; filename=a.html"}
    app.add_url_rule("/", "show", lambda: (HTML, told))

    assert "served, but not: is a harmless kind" in served_faults(app.test_client().get("/"))


@pytest.mark.parametrize(
    "name",
    ["../a.jpg", "a\\b.jpg", "a.html", "a\u202egpj.exe", "x" * 121 + ".jpg", ".jpg", "a\n.jpg"],
)
def test_a_bad_name_is_found(name):
    assert name_faults(name)


def test_a_photo_that_tells_where_it_was_taken_is_found():
    faults = pixel_faults(photo_with_a_place())

    assert {"a picture with its exif", "a picture with its comment"} <= set(faults)
    assert any("MAKERSIGN" in fault for fault in faults)


def test_a_store_that_keeps_what_is_refused_is_found(visitor, monkeypatch):
    """A door that first keeps and then looks."""
    true = LocalFileStore.put
    stray = visitor.folder / "files" / "zz" / "stray"

    def keep_first(self: LocalFileStore, content: bytes) -> str:
        return true(self, content)

    monkeypatch.setattr(LocalFileStore, "put", keep_first)
    stray.parent.mkdir(parents=True, exist_ok=True)
    before = ask
    monkeypatch.setattr(
        sys.modules[__name__],
        "ask",
        lambda *given, **told: (stray.write_bytes(b"x"), before(*given, **told))[1],
    )
    try:
        answer = visitor.send(DOORS[0], "photo.jpg", HTML)
    finally:
        stray.unlink(missing_ok=True)

    assert answer.faults == ["left on the disk: stray"]
