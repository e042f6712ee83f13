import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from PIL import Image

from ecopter.assessment.rules.acceptance import MOST_FILES
from ecopter.assessment.rules.uploads import (
    FILE_LIMIT,
    NAME_LENGTH,
    BadFile,
    FileKind,
    Trouble,
    clean_name,
    kind_of,
)
from ecopter.assessment.services.cleaning import bare_photo
from ecopter.assessment.services.uploads import Incoming, KeptFile, receive_uploads
from ecopter.platform.files import LocalFileStore
from tests.assessment.files import docx, odt, packed, pdf, picture

GPS_TAG, ORIENTATION_TAG = 0x8825, 0x0112


pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def store(tmp_path):
    return LocalFileStore(tmp_path)


def receive(store, *uploads, earlier=()):
    incoming = [Incoming(name, io.BytesIO(content)) for name, content in uploads]
    return receive_uploads(incoming, earlier=earlier, files=store)


def huge_png() -> bytes:
    """A few bytes that say they are 20,000 by 20,000 pixels."""

    def part(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 20_000 * 100)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("name", "content", "trouble"),
    [
        ("drawing.svg", SVG, Trouble.WRONG_KIND),
        ("photo.jpg", SVG, Trouble.WRONG_KIND),
        ("photo.jpg", HTML, Trouble.WRONG_KIND),
        ("photo.jpg", b"", Trouble.EMPTY),
        ("photo.jpg", b"\xff\xd8\xff" + HTML, Trouble.BROKEN),
        ("photo.jpg", picture("JPEG")[:300], Trouble.BROKEN),
        ("photo.png", picture("PNG")[:60], Trouble.BROKEN),
        ("photo.png", huge_png(), Trouble.TOO_MANY_PIXELS),
        ("photo.png", picture("PNG", (5_001, 5_000)), Trouble.TOO_MANY_PIXELS),
        ("photo.gif", picture("GIF"), Trouble.WRONG_KIND),
        ("photo.jpg", picture("JPEG") + b"\0" * FILE_LIMIT, Trouble.TOO_LARGE),
        ("sheet.pdf", b"%PDF-1.7\n" + HTML, Trouble.BROKEN),
        ("sheet.pdf", b"\n" + pdf(), Trouble.WRONG_KIND),
        ("sheet.pdf", pdf(password="abc"), Trouble.LOCKED),
        ("sheet.pdf", pdf(open_action="/JavaScript"), Trouble.ACTIVE),
        ("sheet.pdf", pdf(open_action="/Launch"), Trouble.ACTIVE),
        ("note.docx", packed({"word/document.xml": b"x"}), Trouble.WRONG_KIND),
        ("note.docx", packed({"../../etc/cron.d/x": b"x"}), Trouble.ACTIVE),
        ("note.docx", packed({"/etc/passwd": b"x"}), Trouble.ACTIVE),
        ("note.docx", packed({"a\\..\\..\\b": b"x"}), Trouble.ACTIVE),
        ("note.docx", docx({"word/vbaProject.bin": b"x"}), Trouble.ACTIVE),
        ("note.docx", docx(macro_type=True), Trouble.ACTIVE),
        ("note.odt", odt({"Basic/script-lc.xml": b"x"}), Trouble.ACTIVE),
        ("note.docx", docx({"word/big.xml": b"\0" * 9_000_000}), Trouble.BOMB),
        ("note.docx", docx({f"word/{n}.xml": b"" for n in range(2_001)}), Trouble.BOMB),
        ("note.docx", docx()[:-40], Trouble.BROKEN),
        ("archive.zip", packed({"photo.jpg": picture("JPEG")}), Trouble.WRONG_KIND),
        ("run.exe", b"MZ" + b"\0" * 100, Trouble.WRONG_KIND),
    ],
    ids=[
        "svg",
        "svg called jpg",
        "html called jpg",
        "empty",
        "html behind a jpeg signature",
        "half a jpeg",
        "half a png",
        "png that declares 20000 x 20000",
        "a real picture above 25 megapixels",
        "gif",
        "larger than 8 MB",
        "html behind a pdf signature",
        "pdf not at the first byte",
        "pdf with a password",
        "pdf with a script",
        "pdf that starts a program",
        "zip without the type list",
        "entry that climbs",
        "entry with an absolute path",
        "entry that climbs the Windows way",
        "docx with macros",
        "docx of the macro type",
        "odt with macros",
        "zip bomb",
        "too many entries",
        "cut archive",
        "zip of photos",
        "program",
    ],
)
def test_hostile_and_broken_files_are_refused_and_nothing_is_kept(
    store, tmp_path, name, content, trouble
):
    received = receive(store, (name, content))

    assert [(file.name, file.trouble) for file in received.refused] == [(name, trouble)]
    assert received.kept == ()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_lying_declared_size_is_counted_as_it_is_read(store):
    content = bytearray(docx({"word/big.xml": b"\0" * 30_000_000}))
    archive = zipfile.ZipFile(io.BytesIO(bytes(content)))
    declared = struct.pack("<I", archive.getinfo("word/big.xml").file_size)
    lying = bytes(content).replace(declared, struct.pack("<I", 10))

    assert receive(store, ("note.docx", lying)).refused[0].trouble in {Trouble.BOMB, Trouble.BROKEN}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("JPEG"), FileKind.JPEG),
        (picture("PNG"), FileKind.PNG),
        (picture("WEBP"), FileKind.WEBP),
        (pdf(), FileKind.PDF),
        (odt(), FileKind.ODT),
        (docx(), FileKind.DOCX),
    ],
    ids=["jpeg", "png", "webp", "pdf", "odt", "docx"],
)
def test_the_content_says_what_a_file_is(content, kind):
    assert kind_of(content) is kind


def test_a_good_file_under_a_wrong_name_is_taken_under_the_right_one(store):
    received = receive(store, ("fiche.html", pdf()), ("photo.exe", picture("PNG")))

    assert [(file.name, file.content_type) for file in received.kept] == [
        ("fiche.pdf", "application/pdf"),
        ("photo.jpg", "image/jpeg"),
    ]


def test_a_picture_with_a_page_hidden_behind_it_comes_back_as_a_picture_only(store):
    kept = receive(store, ("photo.png", picture("PNG") + HTML)).kept[0]

    content = store.get(kept.digest)
    assert b"<script" not in content
    assert Image.open(io.BytesIO(content)).format == "JPEG"


def test_a_photo_comes_back_upright_smaller_and_without_its_place():
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = 6  # taken with the phone turned: the top is on the right
    exif.get_ifd(GPS_TAG)[2] = (30.0, 32.0, 0.0)
    exif[0x010F] = "Maker"
    target = io.BytesIO()
    photo = Image.new("RGB", (2_600, 1_300), "white")
    photo.paste("red", (0, 0, 1_300, 1_300))
    photo.save(target, "JPEG", exif=exif, comment=b"home", icc_profile=b"profile")

    clean = Image.open(io.BytesIO(bare_photo(target.getvalue(), FileKind.JPEG)))

    assert clean.size == (1_000, 2_000)
    assert clean.getpixel((500, 100))[1] < 60, "the red half is on top"
    assert clean.getpixel((500, 1_900))[1] > 200
    assert dict(clean.getexif()) == {}
    assert not {"exif", "comment", "icc_profile", "xmp"} & clean.info.keys()


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_jpeg(mode):
    target = io.BytesIO()
    Image.new(mode, (40, 30)).save(target, "PNG")

    assert Image.open(io.BytesIO(bare_photo(target.getvalue(), FileKind.PNG))).size == (40, 30)


def test_ten_files_are_kept_and_the_eleventh_is_named(store):
    photos = [(f"{n}.jpg", picture("JPEG", (40 + n, 30))) for n in range(11)]

    received = receive(store, *photos)

    assert len(received.kept) == MOST_FILES
    assert [(file.name, file.trouble) for file in received.refused] == [
        ("10.jpg", Trouble.TOO_MANY)
    ]


def test_a_bad_file_costs_the_others_nothing_and_doubles_count_once(store):
    earlier = (KeptFile("0" * 64, "avant.pdf", "application/pdf", 10),)

    received = receive(
        store,
        ("a.jpg", picture("JPEG")),
        ("b.jpg", HTML),
        ("again.jpg", picture("JPEG")),
        earlier=earlier,
    )

    assert [file.name for file in received.kept] == ["avant.pdf", "a.jpg"]
    assert [file.name for file in received.refused] == ["b.jpg"]


@pytest.mark.parametrize(
    ("raw", "kind", "name"),
    [
        ("../../etc/passwd", FileKind.PDF, "passwd.pdf"),
        ("C:\\Users\\amina\\photo.JPG", FileKind.JPEG, "photo.jpg"),
        ("IMG_2026.HEIC.jpeg", FileKind.JPEG, "IMG_2026.HEIC.jpg"),
        ("صورة الزعفران.png", FileKind.PNG, "صورة الزعفران.jpg"),
        ("fiche\u202egpj.exe", FileKind.PDF, "fichegpj.pdf"),
        ("line\r\nbreak\x00.pdf", FileKind.PDF, "linebreak.pdf"),
        ('<b>"quote".docx', FileKind.DOCX, "_b__quote_.docx"),
        (".jpg", FileKind.JPEG, "jpg.jpg"),
        ("...", FileKind.PDF, "document.pdf"),
        ("", FileKind.JPEG, "photo.jpg"),
        ("n° 12. relevé.pdf", FileKind.PDF, "n° 12. relevé.pdf"),
    ],
)
def test_names_are_cleaned_and_carry_the_true_ending(raw, kind, name):
    assert clean_name(raw, kind) == name


def test_long_names_are_cut_before_their_ending():
    name = clean_name("x" * 500 + ".pdf", FileKind.PDF)

    assert len(name) == NAME_LENGTH
    assert name.endswith(".pdf")


def test_an_empty_pdf_has_nothing_to_grade(store):
    target = io.BytesIO()
    pikepdf.new().save(target)

    assert receive(store, ("empty.pdf", target.getvalue())).refused[0].trouble is Trouble.BROKEN


def test_nothing_is_unpacked_before_the_size_is_known():
    with pytest.raises(BadFile):
        bare_photo(huge_png(), FileKind.PNG)
