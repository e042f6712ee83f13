"""A logo drawn as lines: no picture ever reaches the process that prints."""

from io import BytesIO

import pytest
from PIL import Image

from ecopter.certificates.documents import certificate_document, certificate_html
from ecopter.certificates.rules.drawing import COLOURS, HIGHEST, WIDEST, drawing_of
from ecopter.platform.adapters import adapters
from tests.documents.conftest import FULL_COURSE, SCHOOL, replace

CLAY = (126, 46, 20, 255)


def picture(size=(300, 120), kind="PNG", colour=CLAY) -> bytes:
    out = BytesIO()
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    image.paste(colour, (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    image.convert("RGBA" if kind == "PNG" else "RGB").save(out, kind)
    return out.getvalue()


def test_a_logo_becomes_runs_of_few_colours():
    drawn = drawing_of(picture())

    assert (drawn.width, drawn.height) == (240, 96)
    assert 1 <= len(drawn.paths) <= COLOURS
    assert "#7e2e14" in dict(drawn.paths)
    assert all(path.startswith("M") for _colour, path in drawn.paths)


def test_what_is_transparent_is_left_to_the_paper():
    assert drawing_of(picture(colour=(0, 0, 0, 0))).paths == ()


@pytest.mark.parametrize("size", [(4_000, 100), (100, 4_000), (30, 30)])
def test_every_shape_is_made_to_fit(size):
    drawn = drawing_of(picture(size))

    assert drawn.width <= WIDEST
    assert drawn.height <= HIGHEST


def test_the_same_logo_is_always_the_same_lines():
    assert drawing_of(picture()) == drawing_of(picture())


@pytest.mark.parametrize("junk", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_picture_is_refused(junk):
    with pytest.raises(ValueError, match="picture"):
        drawing_of(junk)


def test_the_paper_carries_lines_and_no_picture(app, database):
    digest = adapters().files.put(picture())
    words = replace(FULL_COURSE, school=replace(SCHOOL, logo=digest))

    page = certificate_document(words).html

    assert "school__logo" in page
    assert "<title>Logo : École Opérationnelle" in page
    assert "data:" not in page
    assert "<img" not in page


def test_a_lost_logo_does_not_stop_a_paper(app, database):
    words = replace(FULL_COURSE, school=replace(SCHOOL, logo="f" * 64))

    assert certificate_document(words).html == certificate_html(words)
