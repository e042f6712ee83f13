"""What WeasyPrint is spared: the papers it prints are the same, byte for byte."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from weasyprint import HTML
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.pdf import fonts, tags

from ecopter.certificates.documents import certificate_document, certificate_html
from ecopter.certificates.rules.words import CertificateWords
from ecopter.platform.pdf import Document, child, thrift

pytestmark = pytest.mark.pdf

Print = Callable[[Document], bytes]


@pytest.fixture
def as_found(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """WeasyPrint is put back as it was, whatever a press in this process does to it."""
    for module, name in (
        (inline, "inline_min_content_width"),
        (boxes.ParentBox, "page_values"),
        (tags, "_build_box_tree"),
        (fonts.Font, "__init__"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    return monkeypatch


@pytest.fixture
def lavish(as_found: pytest.MonkeyPatch) -> Print:
    """A press that spares nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "skip_what_papers_do_not_need", lambda: None)
        press = child.Press()

    def render(document: Document) -> bytes:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                child,
                "Paper",
                lambda html, base, fetcher: HTML(string=html, base_url=base, url_fetcher=fetcher),
            )
            return press.render(document.html, document.stylesheet, document.variant)

    return render


def test_a_paper_is_the_same_to_the_byte(lavish: Print, words: CertificateWords) -> None:
    document = certificate_document(words)
    wanted = lavish(document)

    printed = child.Press().render(document.html, document.stylesheet, document.variant)

    assert inline.inline_min_content_width is thrift._no_width
    assert printed == wanted


def test_a_paper_of_two_pages_is_too(lavish: Print, attestation: CertificateWords) -> None:
    long = certificate_document(replace(attestation, objectives=attestation.objectives * 8))
    wanted = lavish(long)

    assert child.Press().render(long.html, long.stylesheet, long.variant) == wanted


def test_every_paper_is_well_formed(
    words: CertificateWords, hostile_words: Callable[[CertificateWords, str], CertificateWords]
) -> None:
    for one in (words, hostile_words(words, "<b>&nbsp;\"'&</td>")):
        assert ET.fromstring(certificate_html(one)).tag == "html"


def test_what_is_not_well_formed_is_read_as_browsers_do(as_found: pytest.MonkeyPatch) -> None:
    press = child.Press()

    pdf = press.render("<p>one<br>two", "certificate.css", "pdf/ua-1")

    assert pdf.startswith(b"%PDF")


def test_an_entity_stands_for_nothing(as_found: pytest.MonkeyPatch) -> None:
    page = '<!DOCTYPE html [<!ENTITY a "lol">]><html><body><p>&a;</p></body></html>'

    paper = thrift.Paper(page, "ecopter-asset:", child._OurFilesOnly())

    assert "lol" not in "".join(paper.etree_element.find("body").find("p").itertext())


def test_a_page_has_what_weasyprint_gives_its_own(as_found: pytest.MonkeyPatch) -> None:
    page = '<html lang="fr"><head><title>é</title></head><body><p>é</p></body></html>'
    fetcher = child._OurFilesOnly()

    ours = thrift.Paper(page, "ecopter-asset:", fetcher)
    theirs = HTML(string=page, base_url="ecopter-asset:", url_fetcher=fetcher)

    assert vars(ours).keys() == vars(theirs).keys()
    assert (ours.base_url, ours.media_type) == (theirs.base_url, theirs.media_type)
    assert "::" in "".join(thrift.UA.splitlines())
    assert "\n::" not in thrift._FOR_EVERY_ELEMENT.sub("", thrift.UA)
