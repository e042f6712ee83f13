"""A trainee's day: the lesson, its quiz, its exercise, marks, hours, and out."""

import re
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.journeys.conftest import Visit
from tests.journeys.journey import LANGUAGES, Journey
from tests.journeys.serving import School

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(400)]

NAME = "trainee.demo"
ANSWER = "الزيت الأول: 0,4 % – huile extra vierge, odeur de noisette."
SECOND_ANSWER = "Je corrige : l'échantillon 3 est une huile vierge."
# EXIF: the camera was held upright, turned a quarter to the right; and a place on the map.
ORIENTATION, TURNED, GPS, LATITUDE = 0x0112, 6, 0x8825, 2
TAKEN_AS = (2800, 2100)
LONGEST_SIDE = 2000


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a phone takes it: lying on its side, and telling where it was taken."""
    file = tmp_path / "récolte صورة.jpg"
    image = Image.effect_noise(TAKEN_AS, 60).convert("RGB")
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    exif.get_ifd(GPS)[LATITUDE] = (30.0, 33.0, 12.0)
    image.save(file, "JPEG", quality=90, exif=exif)
    return file


@LANGUAGES
def test_a_trainee_learns_is_asked_hands_in_and_leaves(
    visit: Visit, school: School, photo: Path, language: str
) -> None:
    journey = visit(NAME, language)

    enrolment_id, lesson_id = continue_path(journey)
    here = f"/path/{enrolment_id}/lessons/{lesson_id}"
    mark_as_done(journey, here)
    take_quiz(journey, here)
    hand_in(journey, school, here, photo)
    see_marks(journey, here)
    see_hours(journey)
    leave(journey, school)


def continue_path(journey: Journey) -> tuple[int, int]:
    """Home leads to the very lesson where the path stopped."""
    proposed = journey.page.locator('main a[href*="/lessons/"]')
    assert proposed.count() == 1
    address = proposed.get_attribute("href")
    assert address is not None
    found = re.fullmatch(r"/path/(\d+)/lessons/(\d+)", address)
    assert found
    journey.follow(proposed)
    assert journey.path == address
    title = journey.page.inner_text("h1")
    journey.follow(journey.page.locator(f'nav a[href="/path/{found[1]}"]').first)
    assert title in journey.words
    journey.follow(f'main a.button[href="{address}"]')
    assert len(journey.page.inner_text("main .prose >> nth=1")) > 100
    return int(found[1]), int(found[2])


def mark_as_done(journey: Journey, here: str) -> None:
    journey.follow(journey.submit(f"{here}/completion"))
    assert journey.path == here
    journey.follow(journey.submit(f"{here}/completion/undo"))
    assert journey.path == here
    journey.follow(journey.submit(f"{here}/completion"))
    assert journey.has(journey.submit(f"{here}/completion/undo"))


def take_quiz(journey: Journey, here: str) -> None:
    """Answer everything; the result says what is right and what was answered."""
    journey.follow(f'main a[href="{here}/quiz"]')
    chosen = answer(journey)
    assert chosen
    journey.follow("main form.quiz__form button[type=submit]")
    assert re.fullmatch(r"/attempts/\d+", journey.path)
    own = [words.inner_text() for words in journey.all(".quiz__option--mine span[lang=fr]")]
    assert sorted(own) == sorted(chosen)
    assert journey.has(".verdict")
    journey.follow(f'main a.button[href="{here}"]')


def answer(journey: Journey) -> list[str]:
    """Choose something everywhere; the words of the options chosen."""
    chosen = []
    for question in journey.all("form.quiz__form .quiz__question"):
        options = question.locator("input[type=radio], input[type=checkbox]")
        if options.count():
            journey.choose(options.first)
            chosen.append(question.locator(".choice span[lang=fr]").first.inner_text())
        else:
            question.locator("input[type=text]").fill("12,5")
    if journey.has_scripts:
        assert journey.page.inner_text(".quiz__kept")
    return chosen


def hand_in(journey: Journey, school: School, here: str, photo: Path) -> None:
    """Text and a photo get a dated receipt; until it is graded the work can be replaced."""
    journey.follow(f'main a[href="{here}/exercise"]')
    journey.page.fill("[name=text]", ANSWER)
    journey.page.set_input_files("[name=photos]", photo)
    if journey.has_scripts:
        wait_until_smaller(journey, photo)
    journey.follow("main form[enctype] button[type=submit]")
    receipt = journey.path
    found = re.fullmatch(r"/submissions/(\d+)", receipt)
    assert found
    assert " ".join(ANSWER.split()) in journey.words
    assert str(dated(school, int(found[1])).year) in journey.words
    look_at_photo(journey)

    journey.follow(f'main a[href="{here}/exercise"]')
    assert journey.page.input_value("[name=text]") == ANSWER
    journey.page.fill("[name=text]", SECOND_ANSWER)
    journey.follow("main form[enctype] button[type=submit]")
    newer = journey.path
    assert newer != receipt
    assert SECOND_ANSWER in journey.words
    look_at_photo(journey)
    journey.go(receipt)
    journey.follow(journey.link(newer))
    journey.follow(f'main a.button[href="{here}"]')


def dated(school: School, submission_id: int) -> datetime:
    moment = school.value("SELECT submitted_at FROM submissions WHERE id = ?", submission_id)
    return datetime.fromisoformat(moment)


def wait_until_smaller(journey: Journey, photo: Path) -> None:
    """The phone sends less than the camera made."""
    size = "document.querySelector('[name=photos]').files[0].size"
    journey.wait_for(lambda: journey.page.evaluate(size) < photo.stat().st_size)
    assert journey.page.inner_text("#photos-size")


def look_at_photo(journey: Journey) -> None:
    """What was kept stands upright, is not too big, and does not tell where it was taken."""
    files = journey.all('main a[href^="/submission-files/"]')
    assert len(files) == 1
    answer = journey.fetch(files[0].get_attribute("href"))
    assert answer.ok
    assert answer.headers["content-disposition"].startswith("attachment")
    with Image.open(BytesIO(answer.body())) as kept:
        assert kept.height > kept.width
        assert kept.height <= LONGEST_SIDE
        assert not kept.getexif()


def see_marks(journey: Journey, here: str) -> None:
    """What is published is there; what was just handed in waits."""
    own = here.partition("/lessons")[0]
    journey.follow(f'nav a[href="{own}/marks"]')
    assert journey.has(".lesson-marks__mark")
    assert journey.has(".lesson-marks__comment")


def see_hours(journey: Journey) -> None:
    """A figure opens the very half-days that it is made of."""
    own = journey.path.removesuffix("/marks")
    journey.follow(f'nav a[href="{own}/attendance"]')
    everything = len(journey.all("#half-days tbody tr"))
    figure = journey.page.locator('.stat__link[href*="of=attended"]')
    minutes = in_minutes(figure.locator(".stat__figure").inner_text())
    journey.follow(figure)
    assert journey.page.url.endswith("#half-days")
    counted = journey.all("#half-days tbody td:last-child")
    assert 0 < len(counted) < everything
    # Half-days of earlier modules are folded away, and are counted all the same.
    assert sum(in_minutes(cell.text_content() or "") for cell in counted) == minutes


def in_minutes(words: str) -> int:
    """`3 h 30` or `3 س 30 د`."""
    hours, *rest = (int(number) for number in re.findall(r"\d+", words))
    return 60 * hours + (rest[0] if rest else 0)


def leave(journey: Journey, school: School) -> None:
    """After signing out the way back shows nothing of anyone."""
    latin, arabic = school.rows(
        "SELECT family_name_lat, family_name_ar FROM users WHERE sign_in_name = ?", NAME
    )[0]
    assert latin in journey.page.content() or arabic in journey.page.content()
    journey.follow('footer form[action="/sign-out"] button')
    for _ in range(2):
        journey.page.go_back()
        journey.look()
        text = journey.page.content()
        assert latin not in text
        assert arabic not in text
        assert journey.path.startswith("/sign-in")
