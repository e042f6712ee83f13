import re

import pytest
from sqlalchemy import update

from ecopter.certificates.models import Credential
from ecopter.certificates.queries.issuing import get_reissue_sheet
from ecopter.certificates.queries.papers import get_credential_sheet
from ecopter.certificates.rules.codes import with_dashes
from ecopter.certificates.rules.words import CertificateWords, CredentialKind
from ecopter.certificates.services import ending, pace
from ecopter.certificates.services.pace import Pace
from ecopter.db import db
from tests.clock import NOW
from tests.factories.certificates import HERE, make_finished_cohort

PAGE = "certificates.verification.show"
COOKIE = "Set-Cookie"


@pytest.fixture
def finished(database):
    found = make_finished_cohort(1)
    found.issue()
    db.session.commit()
    return found


def text_of(browser, language: str, code: str) -> str:
    answer = browser.in_(language).get(PAGE, code=code)
    assert answer.status_code in {200, 404}
    return " ".join(answer.get_data(as_text=True).split())


def test_a_genuine_paper_shows_what_it_prints(browser, finished):
    credential = finished.credentials()[0]

    page = text_of(browser, "en", with_dashes(credential.code))

    assert '<h1 class="verdict__word">Genuine paper</h1>' in page
    for printed in (
        "End-of-training certificate",
        "Ijja Tazart 000",
        "إجا تازارت",
        "Valorisation des produits de terroir",
        "7 h",
        "DEMO-ATT-2026-0001",
        "23 November 2026",
        "20 November 2026",
        "École Opérationnelle des Produits de Terroir",
        "93 13 00000 13",
        "Salma Genêt",
        "C11",
        "acquired",
        "Conduire la chaîne du safran",
        "SPECIMEN",
        "neither the quality nor the origin of a product",
        "not a State diploma",
    ):
        assert printed in page, printed


def test_every_word_of_the_paper_is_on_the_page(browser, finished):
    credential = finished.credentials()[0]
    words = CertificateWords.from_dict(credential.words)

    page = text_of(browser, "ar", credential.code)

    for printed in (
        words.person.latin,
        words.person.arabic,
        words.title.ar,
        words.number,
        words.school.legal_name.ar,
        words.school.address,
        words.signatory.title.ar,
        words.place.ar,
        *(objective.ar for objective in words.objectives),
        *(competence.title.ar for competence in words.competences),
    ):
        assert printed in page, printed


def test_hours_alone_show_no_result(browser, finished):
    finished.issue(CredentialKind.COMPLETION)
    db.session.commit()

    page = text_of(browser, "en", finished.credentials()[1].code)

    assert "Certificate of completion" in page
    assert "C11" not in page
    assert "planned" not in page


def test_the_verdict_comes_first_in_the_reader_s_language(browser, finished):
    code = finished.credentials()[0].code

    for language in ("fr", "ar", "en"):
        page = text_of(browser, language, code)
        main = page[page.index("<main") :]
        assert main.index("<h1") < main.index("DEMO-ATT-2026-0001")
        assert f'<html lang="{language}"' in page


def test_a_link_chooses_the_language_of_this_answer_alone(browser, finished):
    code = finished.credentials()[0].code

    arabic = browser.get(PAGE, code=code, lang="ar")
    plain = browser.get(PAGE, code=code)

    assert '<html lang="ar" dir="rtl"' in arabic.get_data(as_text=True)
    assert '<html lang="fr"' in plain.get_data(as_text=True)
    assert COOKIE not in arabic.headers


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda code: code.replace("0", "O").replace("1", "I"),
        lambda code: code.replace("1", "l"),
        lambda code: " ".join(code[start : start + 2] for start in range(0, 16, 2)),
    ],
    ids=["small letters", "O and I", "l", "spaces"],
)
def test_a_code_is_found_as_it_is_typed(browser, finished, change):
    typed = change(finished.credentials()[0].code)

    shown = browser.get(PAGE, code=typed)
    asked = browser.get("certificates.verification.index", code=typed)

    assert shown.status_code == 200
    assert asked.status_code == 303
    assert browser.fetch(asked.location).status_code == 200


def test_the_address_of_the_qr_code_works(browser, finished):
    words = CertificateWords.from_dict(finished.credentials()[0].words)

    answer = browser.fetch("/V/" + words.qr_url.rpartition("/")[2])

    assert answer.status_code == 200
    assert words.number in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "typed",
    ["0000-0000-0000-0000", "nonsense", "0123456789ABCDEFG", "<script>", "' or 1=1 --", "0" * 3000],
)
def test_whatever_is_unknown_has_one_answer(browser, finished, typed):
    unknown = browser.get(PAGE, code="ZZZZ-ZZZZ-ZZZZ-ZZZZ")

    answer = browser.get(PAGE, code=typed)

    def without_what_was_typed(response) -> str:
        page = re.sub(r'href="[^"]*\?lang', 'href="?lang', response.get_data(as_text=True))
        return re.sub(r'(id="code" dir="ltr" value=")[^"]*', r"\1", page)

    assert (unknown.status_code, answer.status_code) == (404, 404)
    assert without_what_was_typed(answer) == without_what_was_typed(unknown)
    assert answer.headers["Cache-Control"] == unknown.headers["Cache-Control"]


def test_the_form_answers_like_the_address(browser, database):
    empty = browser.get("certificates.verification.index")
    wrong = browser.get("certificates.verification.index", code="nonsense")

    assert empty.status_code == 200
    assert wrong.status_code == 404


def test_a_revoked_paper_says_when_and_why(browser, finished):
    sheet = get_credential_sheet(finished.credentials()[0].id)
    ending.revoke(sheet, "Inscription faite par erreur", actor=finished.actor, now=NOW)

    page = text_of(browser, "en", sheet.credential.code)

    assert '<h1 class="verdict__word">Revoked paper</h1>' in page
    assert "23 November 2026" in page
    assert "Inscription faite par erreur" in page
    assert "Genuine" not in page


def test_a_replaced_paper_names_the_number_and_not_the_code(browser, finished):
    old = finished.credentials()[0]
    sheet = get_reissue_sheet(old.id, NOW)
    ending.reissue(sheet, "Nom privé", place=HERE, actor=finished.actor, now=NOW)
    db.session.commit()
    new = finished.credentials()[1]

    before, after = text_of(browser, "en", old.code), text_of(browser, "en", new.code)

    assert "Replaced paper" in before
    assert new.number in before
    assert new.code not in before
    assert with_dashes(new.code) not in before
    assert "Nom privé" not in before
    assert "Genuine paper" in after
    assert "replaces number" in after
    assert old.number in after


def test_words_that_no_longer_match_are_not_vouched_for(browser, finished):
    credential = finished.credentials()[0]
    forged = credential.words | {"minutes_done": 99_999}
    db.session.execute(update(Credential).values(words=forged))

    page = text_of(browser, "en", credential.code)

    assert "cannot be confirmed" in page
    assert "Genuine" not in page
    assert "Ijja" not in page


@pytest.mark.parametrize("signed_in", [False, True], ids=["a visitor", "the office"])
def test_the_page_sets_no_cookie_and_asks_one_question(browser, finished, count_queries, signed_in):
    reader = browser.as_(finished.administrator if signed_in else None)
    if signed_in:
        with reader.client.session_transaction() as session:
            session["seen"] = NOW.timestamp() - 1000
    code = finished.credentials()[0].code

    for address in (f"/verify/{code}", f"/V/{code}", "/verify", "/verify/nonsense"):
        with count_queries() as statements:
            answer = reader.fetch(address)
        assert COOKIE not in answer.headers
        assert len(statements) <= 1
        assert "csrf" not in answer.get_data(as_text=True)
        assert finished.administrator.family_name_lat not in answer.get_data(as_text=True)


def test_search_engines_and_caches_are_told(browser, finished):
    answer = browser.get(PAGE, code=finished.credentials()[0].code)

    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert {"accept-language", "cookie"} <= {one.lower() for one in answer.vary}


def test_a_crowd_is_served_and_a_machine_is_slowed(browser, app, finished):
    app.extensions[pace.EXTENSION] = Pace(a_minute=60)
    code = finished.credentials()[0].code

    answers = [browser.client.get(f"/verify/{code}").status_code for _ in range(62)]
    busy = browser.fetch(f"/verify/{code}")

    assert answers == [200] * 60 + [429] * 2
    assert busy.status_code == 429
    assert busy.headers["Retry-After"] == "60"
    assert COOKIE not in busy.headers


def test_one_address_does_not_spend_what_is_another_s():
    limit = Pace(a_minute=2, most_addresses=2)

    first = [limit.allows("a", NOW) for _ in range(3)]
    second = limit.allows("b", NOW)

    assert (first, second) == ([True, True, False], True)


def test_the_limit_is_never_below_sixty_a_minute():
    assert pace.A_MINUTE >= 60
