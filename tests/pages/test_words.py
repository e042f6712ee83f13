"""No word of a page is left untranslated, and there is room for longer ones, without scripts too.

Pages are asked for in a made-up language (`pseudo.py`).
"""

from dataclasses import replace

import pytest
from babel import Locale

from ecopter.associations.rules import DEPARTMENTS, REGIONS
from ecopter.people.rules.passphrases import ENGLISH, FRENCH
from tests.pages import pseudo
from tests.pages.conftest import PHONE
from tests.pages.looking import eye, look
from tests.pages.places import visit
from tests.pages.pseudo import Known, untranslated

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("pages"),
    pytest.mark.timeout(4 * 3600),
]

# What is the same in each language: codes, addresses, time zones, weeks, initials, departments.
SECRET = r"[A-Z0-9]{4}(?:[ -][A-Z0-9]{4})*"
CODES = (r"\d{4}-W\d\d", SECRET, r"https?://\S+", r"[A-Z]\w+/\w+", r"[A-Z]{2}", r"\d[AB]")
SHORT_STEP = 8


def known_to(house):
    with house.app.app_context():
        stored = pseudo.stored_words()
    places = [*DEPARTMENTS.values(), *REGIONS.values(), *Locale("fr").territories.values()]
    passphrases = (FRENCH + ENGLISH).split()
    codes = [str(house.things["code"]), *pseudo.NAMES, *pseudo.language_words()]
    words = [*stored, *places, *passphrases, *codes, *pseudo.calendar_words("fr_FR")]
    return Known(words, CODES)


def test_no_page_says_a_word_that_is_in_no_catalogue(house, places, proof):
    house.speak("fr")
    known = known_to(house)
    found: dict[str, str] = {}

    with pseudo.spoken():
        for place in places.all:
            html = visit(house, place.role, place.method, place.address).get_data(as_text=True)
            assert pseudo.OPEN in html, place
            for sentence in untranslated(html, known):
                found.setdefault(sentence, str(place))

    assert found == {}
    proof(
        "pages",
        "Every word of every page can be translated, names and what people wrote aside",
        bar="0 words",
        figure=f"{len(places.all)} pages in a made-up language, 0 words outside it",
    )


@pytest.fixture(scope="module")
def pages_without_scripts(chromium, house, places, is_long):
    """What a page offers with scripts and without them, in words that are longer by 40 %."""
    chosen = places.pages if is_long else places.pages[::SHORT_STEP]
    offered: dict[bool, dict] = {}

    for scripts in (True, False):
        setting = replace(PHONE, language="fr", scripts=scripts)
        with pseudo.spoken(), eye(chromium, house, setting) as reader:
            here = offered.setdefault(scripts, {})

            def one(reader, place, here=here):
                here[place] = reader.outline()
                reader.alone(place)
                reader.narrow(place)

            look(reader, chosen, one)
            offered_findings = reader.findings
    return offered, offered_findings


def test_words_that_are_longer_by_two_fifths_have_room_on_a_phone(pages_without_scripts, proof):
    _offered, findings = pages_without_scripts

    assert findings.of("narrow") == []
    proof(
        "pages",
        "Words longer by 40 % have room at 360 px",
        bar="0 pages",
        figure=f"{findings.looked['narrow']} pages, 0 with something cut or too wide",
    )


def test_without_scripts_every_page_offers_what_it_offers_with_them(pages_without_scripts, proof):
    offered, findings = pages_without_scripts
    missing = {
        str(place): {kind: lost for kind in on if (lost := _lost(on[kind], off[kind]))}
        for place, on in offered[True].items()
        for off in [offered[False][place]]
    }

    assert findings.of("alone") == []
    assert {place: lost for place, lost in missing.items() if lost} == {}
    proof(
        "pages",
        "Without JavaScript every page has the same headings, links and fields, and every form "
        "a button",
        bar="0 missing",
        figure=f"{len(missing)} pages, 0 with something missing",
    )


def _lost(with_scripts, without):
    return sorted(set(with_scripts) - set(without))


def test_the_made_up_language_leaves_names_and_markup_alone():
    said = pseudo.lengthen("See <b>%(name)s</b> &amp; {n} more")

    assert "<b>%(name)s</b> &amp; {n}" in said
    assert said.startswith("⟦Seeee ")
    assert len(said) >= pseudo.LONGER * len("See <b>%(name)s</b> &amp; {n} more")


@pytest.mark.parametrize(
    ("html", "faults"),
    [
        ("<p>⟦Saaveed⟧ at once</p>", ["<p> says “at once”"]),
        ('<p>⟦Heeree iis <a href="/">Amina</a> noow⟧</p>', []),
        ('<p>⟦Yees⟧</p><img alt="A register">', ["<img alt> says “A register”"]),
        ('<button data-said="Not sent yet">⟦Seend⟧</button>', ["<button data-said> says"]),
        ('<p><span lang="ar">سجل</span> ⟦aa⟧</p>', []),
        ("<p>Amina Aït Lahcen, 14 mars 2026</p>", []),
        ("<script>const words = 1;</script>", []),
    ],
)
def test_a_word_outside_every_message_is_found(html, faults):
    known = Known(["Amina", "Aït Lahcen", "mars"])

    found = untranslated(f'<html lang="fr">{html}</html>', known)

    assert len(found) == len(faults)
    assert all(sentence.startswith(fault) for sentence, fault in zip(found, faults, strict=True))
