"""The printed papers: one page, every letter, room for ink, and nothing that was smuggled in."""

import re
import socket
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import page as validator
import pikepdf
import pypdf
import pytest
import segno
from PIL import Image

from ecopter.certificates.documents import certificate_document, certificate_html
from ecopter.certificates.rules.drawing import drawing_of
from ecopter.certificates.rules.words import (
    Bilingual,
    CertificateWords,
    CompetenceWords,
    Period,
)
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.people.rules import Civility
from ecopter.platform.pdf import Document, RendererPool, RendererProcess

pytestmark = [pytest.mark.pdf, pytest.mark.poppler]

Print = Callable[[CertificateWords], bytes]

DOTS = 200
MARGIN_MM = 8
# Where the French column of the statement ends: 10 mm, 6 mm and 86 mm, in points.
FRENCH_ENDS = 102 / 25.4 * 72
LONGEST_WORD = 14
WHITE = 250

# What Arabic names are made of in Morocco, one pattern each: hamza on every seat, lam-alef in its
# four forms, ta marbuta, alef maqsura, tatweel, vowel marks, the letters of Amazigh and foreign
# names, compounds, and lam before kaf, where the font once wrote a letter twice.
ARABIC_NAMES = (
    "فاطمة آيت الحاج",
    "أحمد أوبلا",
    "إبراهيم إد بلقاسم",
    "آمنة الآغا",
    "سؤدد مؤمن",
    "عائشة بئر الدين",
    "هناء ضوء",
    "رئيسة بن عبد الله",
    "يوسف الإدريسي",
    "لالة الأمين",
    "علاء الآسفي",
    "كلثوم الكافي",
    "مليكة الكفايات",
    "الكبير بلكاهية",
    "مصطفى يحيى",
    "ليلى منى",
    "خديجة الزهراء",
    "نعيمة بنت عمر",
    "محـــمد العربي",
    "عبد الـرحمان",
    "مُحَمَّد",
    "فَاطِمَةُ الزَّهْرَاء",
    "سُلَيْمَان",
    "تودرت أيت باها",
    "يدير أمزيان",
    "تيفاوت أوحمو",
    "إيزة أوسعيد",
    "ماسين إحيحي",
    "تالوين أزيلال",
    "حمو أوعبلا",
    "ڭيلدا أڭادير",
    "إڭودار تڭزيرت",
    "پيير ڤاليري",
    "عبد الحفيظ بن عبد الرحمان الطالبي العلوي",
    "أمينة بنت الحسن أيت أوعلي المزوضية",
    "محمد الأمين ولد سيدي عبد القادر الجيلالي",
    "ضياء ظافر غيث ثابت ذو النون",
    "شمس الضحى",
    "قدور جلول خلوق",
    "صفية طه وهيب",
)
ARABIC_TITLES = (
    "تثمين المنتوجات المجالية",
    "مرجعية الكفايات والتتبع",
    "دفتر التحملات والبيانات الجغرافية",
    "الاقتصاد الاجتماعي والتضامني للآفاق",
    "تدبير المشاريع والتمويل المشترك",
    "زيت أركان وزعفران تالوين",
)

SECRET = "SESAME-7331"
VECTORS = (
    '<img src="http://127.0.0.1:{port}/a">',
    '<img src="file://{secret}">',
    '<link rel=attachment href="file://{secret}">',
    '<a rel=attachment href="file://{secret}">x</a>',
    '<svg><image href="http://127.0.0.1:{port}/a"/></svg>',
    "</title><style>@import url(http://127.0.0.1:{port}/a);</style>",
    '<p style="background:url(http://127.0.0.1:{port}/b)">',
    '"><iframe src="http://127.0.0.1:{port}/redirect">{{{{ 7*7 }}}}',
)


def letters(text: str) -> str:
    """Arabic letters only: no spaces, vowel marks, direction marks or Latin."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in plain if unicodedata.category(letter) == "Lo")


def by_pypdf(pdf: bytes) -> list[str]:
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    return [letters(line) for page in pages for line in page.extract_text().splitlines()]


def by_poppler(pdf: bytes) -> list[str]:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return [letters(line) for line in done.stdout.decode().splitlines()]


def lost(texts: tuple[str, ...], found: list[str]) -> list[str]:
    """The texts that are no line of what was found.

    Vowel marks are raised, which poppler takes for another line: there the letters must follow
    one another all the same.
    """
    everything = "".join(found)
    return [
        text
        for text in texts
        if letters(text) not in found
        and not (has_vowel_marks(text) and letters(text) in everything)
    ]


def has_vowel_marks(text: str) -> bool:
    return any(unicodedata.combining(letter) for letter in text)


def pages(pdf: bytes) -> int:
    return len(pypdf.PdfReader(BytesIO(pdf)).pages)


def picture(pdf: bytes, folder: Path, dots: int = DOTS) -> Image.Image:
    """The first page in grey."""
    source = folder / "paper.pdf"
    source.write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(dots), "-png", "-gray", "-singlefile", source, folder / "paper"],
        check=True,
    )
    with Image.open(folder / "paper.png") as image:
        return image.convert("L")


def dots(millimetres: float, resolution: int = DOTS) -> int:
    return round(millimetres * resolution / 25.4)


def is_white(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    darkest, _ = image.crop(box).getextrema()
    return isinstance(darkest, int) and darkest >= WHITE


@pytest.fixture
def canary() -> Iterator[tuple[int, Path, Callable[[], bool]]]:
    """A port nobody should knock at, a file nobody should read, and whether somebody knocked.

    The file has a short name, so that a paper full of it is still one page.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        secret = Path(folder) / "s"
        secret.write_text(SECRET)
        server.setblocking(False)

        def has_been_visited() -> bool:
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield server.getsockname()[1], secret, has_been_visited


def lines_of(words: CertificateWords, texts: tuple[str, ...]) -> Document:
    """The paper with each text on a line of its own, set like the name of the person."""
    html = certificate_html(words)
    line = re.search(r'<p class="ar name[^>]*>[^<]*</p>', html)
    assert line is not None
    repeated = "".join(f'<p class="ar name name--longest">{text}</p>' for text in texts)
    return Document(html.replace(line[0], repeated))


@pytest.mark.parametrize("read", [by_pypdf, by_poppler])
def test_arabic_names_come_back_letter_for_letter(
    read: Callable[[bytes], list[str]], words: CertificateWords, press: RendererPool
) -> None:
    found = read(press.render(lines_of(words, ARABIC_NAMES)))

    assert len(ARABIC_NAMES) == 40
    assert lost(ARABIC_NAMES, found) == []


@pytest.mark.parametrize("read", [by_pypdf, by_poppler])
def test_arabic_titles_come_back_letter_for_letter(
    read: Callable[[bytes], list[str]], words: CertificateWords, press: RendererPool
) -> None:
    found = read(press.render(lines_of(words, ARABIC_TITLES)))

    assert lost(ARABIC_TITLES, found) == []


@pytest.mark.parametrize("read", [by_pypdf, by_poppler])
def test_the_printed_name_comes_back(
    read: Callable[[bytes], list[str]], words: CertificateWords, printed: Print
) -> None:
    marked = replace(words, person=replace(words.person, arabic="مُحَمَّد بن عَلِيّ"))

    assert letters("محمد بن علي") in "".join(read(printed(marked)))


@pytest.mark.parametrize("vector", VECTORS)
def test_hostile_words_fetch_nothing_and_leak_nothing(
    vector: str,
    words: CertificateWords,
    printed: Print,
    canary: tuple[int, Path, Callable[[], bool]],
    hostile_words: Callable[[CertificateWords, str], CertificateWords],
) -> None:
    port, secret, has_been_visited = canary

    pdf = printed(hostile_words(words, vector.format(port=port, secret=secret)))

    assert not has_been_visited()
    assert pages(pdf) == 1
    with pikepdf.open(BytesIO(pdf)) as document:
        streams = [thing for thing in document.objects if isinstance(thing, pikepdf.Stream)]
        assert all(SECRET.encode() not in stream.read_bytes() for stream in streams)
        assert not document.attachments
        assert not any("/URI" in thing for thing in document.objects if _is_dictionary(thing))


def _is_dictionary(thing: object) -> bool:
    return isinstance(thing, pikepdf.Dictionary)


@pytest.mark.parametrize("is_specimen", [False, True], ids=["real", "specimen"])
def test_the_paper_passes_pdf_ua(
    is_specimen: bool, words: CertificateWords, printed: Print
) -> None:
    marked = replace(
        words,
        is_specimen=is_specimen,
        person=replace(words.person, latin="Yuba Aït Ḥmad", arabic="مُحَمَّد بن عَلِيّ"),
    )

    report = validator.validate_pdf_bytes(printed(marked), profile="ua1")

    assert [failure.message for failure in report.failures] == []
    assert report.is_compliant


def test_a_screen_reader_knows_title_and_languages(words: CertificateWords, printed: Print) -> None:
    with pikepdf.open(BytesIO(printed(words))) as pdf:
        parts = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/StructElem"
        ]
        spoken = [str(part.ActualText) for part in parts if "/ActualText" in part]
        headers = [part for part in parts if part.S == "/TH"]
        figures = [part for part in parts if part.S == "/Figure"]

        assert str(pdf.Root.Lang) == "fr"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert words.number in str(pdf.docinfo["/Title"])
        assert words.person.latin in str(pdf.docinfo["/Title"])
        assert "ar" in {str(part.Lang) for part in parts if "/Lang" in part}
        assert any(words.person.arabic in text for text in spoken)
        assert words.title.ar in spoken
        assert headers
        assert all(header.A.Scope in ("/Row", "/Column") for header in headers)
        assert [words.qr_url in str(figure.Alt) for figure in figures] == [True]
        assert sum(part.S == "/H1" for part in parts) == 1


def test_the_paper_is_one_light_page(words: CertificateWords, printed: Print) -> None:
    pdf = printed(words)

    # Each line of results in two scripts weighs about half a kilobyte.
    heaviest = 45_000 + 500 * (len(words.competences) + len(words.marks))
    assert pages(pdf) == 1
    assert len(pdf) <= heaviest


def test_the_same_words_give_the_same_bytes(words: CertificateWords, press: RendererPool) -> None:
    paper = certificate_document(words)
    first = press.render(paper)

    with RendererProcess() as another:
        assert another.render(paper) == first
    assert press.render(paper) == first


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("Yuba", "يوبا"),
        ("Marie-Antoinette Aït Ouaarab-Benkirane", "ماري أنطوانيت آيت واعراب بنكيران"),
        (
            "Abdelhafid ben Abderrahmane Talbi Alaoui el Idrissi el Hassani el Mrabet",
            "عبد الحفيظ بن عبد الرحمان الطالبي العلوي الإدريسي الحسني المرابط",
        ),
        ("Yuba Aït Ḥmad n Uẓru", ""),
    ],
    ids=["short", "long", "longest", "no Arabic"],
)
def test_every_name_fits(latin: str, arabic: str, words: CertificateWords, printed: Print) -> None:
    pdf = printed(replace(words, person=replace(words.person, latin=latin, arabic=arabic)))

    text = " ".join(pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text().split())
    assert pages(pdf) == 1
    assert latin in text.replace("- ", "-")


def test_a_full_paper_is_still_one_page(attestation: CertificateWords, printed: Print) -> None:
    long = Bilingual(
        "Transformer et vendre un produit selon son cahier des charges",
        "تحويل وبيع منتوج مجالي وفق دفتر التحملات الخاص به",
    )
    full = replace(
        attestation,
        is_specimen=True,
        supersedes="DEMO-2026-00007",
        first_issued_on=date(2026, 4, 2),
        title=Bilingual("Valorisation des produits de terroir du Maroc et de Méditerranée", ""),
        periods=(
            Period(date(2026, 1, 5), date(2026, 2, 27)),
            Period(date(2026, 9, 7), date(2026, 10, 30)),
        ),
        competences=tuple(
            CompetenceWords(f"C{number}", long, CompetenceOutcome.IN_PROGRESS)
            for number in range(1, 4)
        )
        + attestation.competences[3:],
    )

    assert pages(printed(full)) == 1


def test_a_paper_that_is_too_full_goes_on_instead_of_overprinting(
    attestation: CertificateWords, printed: Print
) -> None:
    pdf = printed(replace(attestation, objectives=attestation.objectives * 8))

    texts = [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]
    assert len(texts) == 2
    assert all(attestation.dashed_code in text for text in texts)


def test_nothing_is_printed_where_printers_cannot(
    words: CertificateWords, printed: Print, tmp_path: Path
) -> None:
    image = picture(printed(replace(words, is_specimen=True)), tmp_path)

    width, height, edge = image.width, image.height, dots(MARGIN_MM)
    for strip in (
        (0, 0, width, edge),
        (0, height - edge, width, height),
        (0, 0, edge, height),
        (width - edge, 0, width, height),
    ):
        assert is_white(image, strip)


def test_the_box_for_ink_and_stamp_is_blank_and_60_by_25_mm(
    words: CertificateWords, printed: Print, tmp_path: Path
) -> None:
    image = picture(printed(replace(words, is_specimen=True)), tmp_path)

    left, right = dots(75.5), dots(134.5)
    full_lines = [
        y
        for y in range(dots(150), dots(235))
        if image.crop((left, y, right, y + 1)).getextrema()[1] < 200
        and is_white(image, (right + dots(1.5), y, right + dots(3), y + 1))
    ]
    top = next(y for y in full_lines if y + 1 not in full_lines) + 1
    bottom = next(y for y in full_lines if y > top)
    assert bottom - top >= dots(25) - 1
    assert is_white(image, (left, top + 1, right, bottom - 1))
    middle = image.crop((0, top + 20, image.width, top + 21)).point(lambda grey: grey < 200)
    edges = middle.crop((dots(70), 0, dots(140), 1)).getbbox()
    assert edges is not None
    assert edges[2] - edges[0] >= dots(60)


def test_the_printed_qr_code_is_the_one_meant(
    words: CertificateWords, printed: Print, tmp_path: Path
) -> None:
    resolution = 300
    image = picture(printed(words), tmp_path, resolution)
    expected = segno.make(words.qr_url, error="m", micro=False)
    corner = tuple(dots(side, resolution) for side in (12, 237, 45, 276))

    code = image.crop(corner).point(lambda grey: 255 if grey < 110 else 0)
    box = code.getbbox()
    assert box is not None
    core = image.crop(corner).crop(box)
    side = len(expected.matrix)
    step = core.width / side
    read = [
        [core.getpixel((int((x + 0.5) * step), int((y + 0.5) * step))) < 128 for x in range(side)]
        for y in range(side)
    ]

    assert expected.error in ("M", "Q", "H")
    assert expected.mode == "alphanumeric"
    assert abs(core.width - dots(25, resolution)) <= 3
    assert step >= dots(0.5, resolution)
    assert read == [[bool(module) for module in row] for row in expected.matrix]
    left, top = corner[0] + box[0], corner[1] + box[1]
    margin = int(4 * step) - 2
    assert is_white(image, (left - margin, top - margin, left - 1, top + core.height + margin))
    assert is_white(image, (left, top - margin, left + core.width, top - 1))


def test_specimen_is_printed_across_demo_papers_only(
    words: CertificateWords, printed: Print, tmp_path: Path
) -> None:
    real = picture(printed(words), tmp_path)
    demo = picture(printed(replace(words, is_specimen=True)), tmp_path)

    assert "SPECIMEN" not in pypdf.PdfReader(BytesIO(printed(words))).pages[0].extract_text()
    washed = [image.point(lambda grey: 255 if 215 < grey < 240 else 0) for image in (real, demo)]
    inked = [image.histogram()[255] / (image.width * image.height) for image in washed]
    assert inked[0] < 0.01
    assert 0.02 < inked[1] < 0.12


def test_the_papers_share_their_fonts(words: CertificateWords, printed: Print) -> None:
    with pikepdf.open(BytesIO(printed(words))) as pdf:
        fonts = {str(font.BaseFont)[8:] for font in pdf.pages[0].Resources.Font.values()}

    assert fonts == {"EC-Latin", "EC-Latin-Semi-Bold", "EC-Arabic"}


def test_a_logo_is_drawn_and_the_paper_stays_valid(
    words: CertificateWords, press: RendererPool
) -> None:
    picture = BytesIO()
    Image.new("RGB", (300, 120), (126, 46, 20)).save(picture, "PNG")
    html = certificate_html(words, drawing_of(picture.getvalue()))

    pdf = press.render(Document(html))

    assert validator.validate_pdf_bytes(pdf, profile="ua1").is_compliant
    assert pages(pdf) == 1
    with pikepdf.open(BytesIO(pdf)) as document:
        figures = [
            str(thing.Alt)
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
        ]
        assert "Logo : École Opérationnelle des Produits de Terroir" in " ".join(figures)
        assert not any(
            isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"
            for thing in document.objects
        )


@pytest.mark.parametrize("organisation", ["", "Coopérative Tifaouine"])
@pytest.mark.parametrize("has_logo", [False, True], ids=["no logo", "logo"])
def test_a_paper_set_wide_keeps_its_foot(
    completion: CertificateWords, press: RendererPool, organisation: str, *, has_logo: bool
) -> None:
    """A column that flowed over the page once took the verification code away with it."""
    picture = BytesIO()
    Image.new("RGB", (400, 200), (126, 46, 20)).save(picture, "PNG")
    for months in ((1,), (1, 2)):
        paper = replace(
            completion,
            organisation=organisation,
            periods=tuple(Period(date(2026, at, 5), date(2026, at, 20)) for at in months),
            person=replace(
                completion.person, civility=Civility.MADAME, latin="Fadma Oubella", arabic="فاضمة"
            ),
            school=replace(completion.school, logo="a" * 64 if has_logo else ""),
        )
        logo = drawing_of(picture.getvalue()) if has_logo else None
        pdf = press.render(Document(certificate_html(paper, logo)))
        text = " ".join(pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text().split())
        assert pages(pdf) == 1, months
        assert paper.dashed_code in text, months


def test_a_name_wider_than_its_column_breaks_inside_it(
    printed: Print, words: CertificateWords
) -> None:
    name = "Bartholomausmaximilianvonundzuhohenlohewaldenburgschillingsfurst"
    pdf = printed(replace(words, person=replace(words.person, latin=name, arabic="")))

    done = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    )
    found = re.findall(
        r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)".*>(\w+)</word>', done.stdout.decode()
    )
    parts = [
        (float(left), float(right))
        for left, right, word in found
        if len(word) > LONGEST_WORD and word[:LONGEST_WORD] in name
    ]
    french = [right for left, right in parts if left < FRENCH_ENDS]

    assert len(french) >= 2
    assert len(parts) > len(french)
    assert max(french) <= FRENCH_ENDS
