"""The logo: hostile until checked, small afterwards, never kept when refused."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.db import db
from ecopter.platform.adapters import adapters
from ecopter.platform.files import LocalFileStore
from ecopter.school.queries import find_school
from ecopter.school.services.logo import LOGO_LIMIT, LOGO_SIDE, UPLOAD_LIMIT, receive_logo
from ecopter.shared.errors import Invalid, NotFound
from tests.factories.certificates import make_school
from tests.factories.people import make_administrator, make_head_of_studies

GPS_TAG = 0x8825
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def store(tmp_path):
    return LocalFileStore(tmp_path)


def picture(kind="PNG", size=(64, 48), mode="RGB", colour="orange", **options):
    target = io.BytesIO()
    Image.new(mode, size, colour).save(target, kind, **options)
    return target.getvalue()


def noise(size):
    pixels = random.Random(7).randbytes(size[0] * size[1] * 3)
    target = io.BytesIO()
    Image.frombytes("RGB", size, pixels).save(target, "PNG")
    return target.getvalue()


def huge_png():
    """A few bytes that say they are 30,000 by 30,000 pixels."""

    def part(kind, data):
        seal = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + seal

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 300_000)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b"")


def kept(store, content):
    return store.get(receive_logo(io.BytesIO(content), files=store))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Choose a picture"),
        (SVG, "no PNG"),
        (HTML, "no PNG"),
        (b"\x89PNG\r\n\x1a\n" + HTML, "cannot be opened"),
        (b"\xff\xd8\xff" + HTML, "cannot be opened"),
        (picture()[:60], "cannot be opened"),
        (picture("GIF"), "no PNG"),
        (b"%PDF-1.7", "no PNG"),
        (huge_png(), "too many pixels"),
        (picture() + b"\0" * UPLOAD_LIMIT, "larger than 4 MB"),
    ],
    ids=[
        "nothing",
        "svg",
        "html",
        "html behind a png signature",
        "html behind a jpeg signature",
        "half a png",
        "gif",
        "pdf",
        "png that declares 30000 x 30000",
        "larger than 4 MB",
    ],
)
def test_hostile_and_broken_files_are_refused_and_nothing_is_kept(store, tmp_path, content, says):
    with pytest.raises(Invalid) as refusal:
        receive_logo(io.BytesIO(content), files=store)

    assert says in refusal.value.sentence
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "content",
    [
        picture("PNG", (2_400, 900)),
        picture("JPEG", (2_400, 900)),
        picture("WEBP", (300, 1_200)),
        noise((700, 700)),
        picture("PNG", (40, 40), "P", 3),
        picture("PNG", (40, 40), "LA", (9, 0)),
        picture("PNG", (40, 40), "1", 1),
        picture("PNG", (40, 40), "I;16", 1),
        picture("JPEG", (40, 40), "CMYK", (0, 0, 0, 0)),
    ],
    ids=["png", "jpeg", "webp", "noise", "palette", "grey alpha", "bits", "16 bits", "cmyk"],
)
def test_what_is_kept_is_a_small_png_or_jpeg(store, content):
    clean = kept(store, content)

    with Image.open(io.BytesIO(clean)) as image:
        image.load()
        assert image.format in {"PNG", "JPEG"}
        assert max(image.size) <= LOGO_SIDE
    assert len(clean) <= LOGO_LIMIT


def test_a_clear_ground_stays_clear(store):
    with Image.open(io.BytesIO(kept(store, picture("PNG", (80, 80), "RGBA", (0, 0, 0, 0))))) as one:
        assert one.convert("RGBA").getpixel((5, 5))[3] == 0


def test_nothing_but_pixels_is_kept(store):
    exif = Image.Exif()
    exif.get_ifd(GPS_TAG)[2] = (30.0, 32.0, 0.0)
    content = picture("JPEG", exif=exif, comment=b"home") + HTML

    clean = kept(store, content)

    assert b"<script" not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert dict(image.getexif()) == {}
        assert not {"exif", "comment", "icc_profile", "xmp"} & image.info.keys()


def send(reader, content, name="logo.png"):
    return reader.post("school.logo.update", {"logo": (io.BytesIO(content), name)})


def test_an_administrator_gives_the_logo_and_sees_it(browser):
    make_school()
    reader = browser.as_(make_administrator())

    answer = send(reader, picture())

    digest = find_school().logo_digest
    assert answer.status_code == 303
    assert adapters().files.get(digest)
    shown = reader.get("school.logo.show")
    assert shown.content_type in {"image/png", "image/jpeg"}
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.url("school.logo.show") in reader.get("school.settings.show").text
    assert browser.as_(make_head_of_studies()).get("school.logo.show").status_code == 200


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_refused_picture_is_told_beside_the_field_and_the_old_one_stays(browser, language):
    make_school(logo_digest="a" * 64)
    reader = browser.as_(make_administrator()).in_(language)

    for content in (SVG, b""):
        answer = send(reader, content, "logo.png")
        assert answer.status_code == 422
        assert 'id="logo-error"' in answer.text
    assert find_school().logo_digest == "a" * 64


def test_a_logo_needs_a_school(browser):
    answer = send(browser.as_(make_administrator()), picture())

    assert answer.status_code == 422
    assert find_school() is None


def test_a_removed_logo_leaves_a_trace_and_removing_twice_changes_nothing(browser):
    make_school(logo_digest="a" * 64)
    reader = browser.as_(make_administrator())

    for _ in range(2):
        assert reader.post("school.logo.delete").status_code == 303

    assert find_school().logo_digest == ""
    events = db.session.scalars(select(AuditEvent.action)).all()
    assert events.count("school.logo_removed") == 1


def test_without_a_logo_its_address_leads_to_the_school(browser):
    make_school()

    answer = browser.as_(make_administrator()).get("school.logo.show")

    assert answer.status_code == 303
    assert answer.headers["Location"] == browser.url("school.settings.show")


def test_a_logo_that_the_store_has_lost_is_said_to_be_lost(browser):
    make_school(logo_digest="a" * 64)

    assert browser.as_(make_administrator()).get("school.logo.show").status_code == 503


def test_no_logo_is_read_without_one(store):
    from ecopter.school.services.logo import read_logo

    with pytest.raises(NotFound):
        read_logo("", files=store)
