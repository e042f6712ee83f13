"""What the papers say, read from the page before it is printed."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from markupsafe import escape

from ecopter.certificates.documents import (
    QR_CORE_MM,
    arabic_date,
    arabic_hours,
    certificate_html,
    french_date,
    french_hours,
    qr_path,
)
from ecopter.certificates.rules.words import (
    ActionNature,
    Bilingual,
    CertificateWords,
    Period,
)
from ecopter.people.rules import Civility


@pytest.mark.parametrize(
    ("day", "french", "arabic"),
    [
        (date(2026, 11, 23), "23 novembre 2026", "23 نونبر 2026"),
        (date(2026, 3, 1), "1er mars 2026", "1 مارس 2026"),
        (date(2021, 8, 11), "11 août 2021", "11 غشت 2021"),
        (date(2010, 7, 31), "31 juillet 2010", "31 يوليوز 2010"),
    ],
)
def test_dates_are_written_as_in_france_and_in_morocco(day: date, french: str, arabic: str) -> None:
    assert french_date(day) == french
    assert arabic_date(day) == arabic


@pytest.mark.parametrize(
    ("minutes", "french", "arabic"),
    [
        (245 * 60, "245 h", "245 ساعة"),
        (243 * 60 + 30, "243 h 30", "243 ساعة و30 دقيقة"),
        (7 * 60 + 5, "7 h 05", "7 ساعات و5 دقائق"),
        (2 * 60, "2 h", "ساعتان"),
        (61, "1 h 01", "ساعة واحدة ودقيقة واحدة"),
        (45, "0 h 45", "45 دقيقة"),
        (0, "0 h", "0 ساعة"),
        (1200 * 60, "1200 h", "1200 ساعة"),
    ],
)
def test_hours_are_exact_and_agree_with_their_number(
    minutes: int, french: str, arabic: str
) -> None:
    assert french_hours(minutes).replace("\u00a0", " ") == french
    assert arabic_hours(minutes) == arabic


def test_every_paper_says_what_it_is_not(words: CertificateWords) -> None:
    page = certificate_html(words)

    assert "ni la qualité ni l’origine d’un produit" in page
    assert "pas un diplôme d’État" in page
    assert "ولا تشهد بجودة منتوج" in page
    assert "وليست دبلوما وطنيا" in page


def test_every_paper_shows_number_date_code_and_address(words: CertificateWords) -> None:
    page = certificate_html(words)

    for shown in (
        words.number,
        "23 novembre 2026",
        "23 نونبر 2026",
        words.dashed_code,
        words.verify_address,
        "93\u00a013\u00a000000\u00a013",
        "Salma Benali",
        "سلمى بنعلي",
        "Hassan Ouazzani",
        "حسن الوزاني",
    ):
        assert shown in page


def test_a_reissue_keeps_its_first_date_and_names_what_it_replaces(
    words: CertificateWords,
) -> None:
    page = certificate_html(
        replace(words, first_issued_on=date(2026, 4, 2), supersedes="EC-2026-00007")
    )

    assert "Délivré le 2 avril 2026" in page
    assert "remplace EC-2026-00007" in page
    assert "réédité le 23 novembre 2026" in page
    assert "2 أبريل 2026" in page


def test_the_certificat_de_realisation_gives_facts_only(completion: CertificateWords) -> None:
    page = certificate_html(completion)

    assert "243\u00a0h\u00a030" in page
    assert "trois ans" in page
    assert not re.search(r"\bnée?\b|acquise|moyenne|\d/20\b", page)


@pytest.mark.parametrize("nature", list(ActionNature))
def test_one_nature_of_four_is_crossed(nature: ActionNature, completion: CertificateWords) -> None:
    page = certificate_html(replace(completion, nature=nature))

    french = page[page.index("Nature") : page.index("الطبيعة")]
    assert french.count('class="tick"') == 8
    assert french.count(">×<") == 2
    assert french.count("choice strong") == 1


def test_each_stay_of_somebody_who_came_back_is_on_the_paper(
    completion: CertificateWords,
) -> None:
    periods = (
        Period(date(2026, 1, 5), date(2026, 2, 27)),
        Period(date(2026, 9, 7), date(2026, 10, 30)),
    )

    page = certificate_html(replace(completion, periods=periods))

    assert "Périodes" in page
    assert "الفترات" in page
    assert "du 5 janvier 2026 au 27 février 2026" in page
    assert "du 7 septembre 2026 au 30 octobre 2026" in page
    assert "7 شتنبر 2026" in page


@pytest.mark.parametrize(
    ("civility", "french", "arabic", "verb"),
    [
        (Civility.MADAME, "Madame Tudert", "السيدة تودرت", "أنجزت "),
        (Civility.MONSIEUR, "Monsieur Tudert", "السيد تودرت", "أنجز "),
        (Civility.NEUTRAL, ">Tudert", ">تودرت", "أنجز(ت)"),
    ],
)
def test_people_are_called_as_they_asked(
    civility: Civility, french: str, arabic: str, verb: str, completion: CertificateWords
) -> None:
    person = replace(completion.person, latin="Tudert", arabic="تودرت", civility=civility)

    page = certificate_html(replace(completion, person=person))

    assert french in page
    assert arabic in page
    assert verb in page


def test_a_missing_arabic_name_prints_the_latin_one(words: CertificateWords) -> None:
    page = certificate_html(replace(words, person=replace(words.person, arabic="")))

    assert page.count(words.person.latin) == 3  # the title and both columns


def test_an_association_without_an_arabic_name_is_isolated(words: CertificateWords) -> None:
    page = certificate_html(replace(words, title=Bilingual("Safran (démo)")))

    assert '<bdi lang="fr">Safran (démo)</bdi>' in page


def test_the_attestation_gives_a_result_for_each_competence(
    attestation: CertificateWords,
) -> None:
    page = certificate_html(attestation)

    for french, arabic in (
        (">acquise<", " – مكتسبة<"),
        (">en cours d’acquisition<", " – في طور الاكتساب<"),
        (">non acquise<", " – غير مكتسبة<"),
        (">non évaluée<", " – لم يتم تقييمها<"),
    ):
        assert french in page
        assert arabic in page
    assert "sur 280\u00a0h prévues" in page
    assert all(str(escape(text.fr)) in page for text in attestation.objectives)


def test_the_lines_of_both_languages_begin_with_the_same_codes(
    attestation: CertificateWords,
) -> None:
    """Titles of different lengths let the two columns drift apart: the code keeps them paired."""
    page = certificate_html(attestation)

    codes = [line.code for line in attestation.competences]
    assert re.findall(r"<li>(C\d+) \t", page) == codes * 2


def test_only_a_demo_paper_is_a_specimen(words: CertificateWords) -> None:
    assert "SPECIMEN" not in certificate_html(words)
    assert "démonstration" not in certificate_html(words)

    page = certificate_html(replace(words, is_specimen=True, number="DEMO-2026-00042"))

    assert "SPECIMEN" in page
    assert "sans valeur" in page
    assert "وثيقة تجريبية" in page


def test_hostile_words_are_only_words(
    words: CertificateWords, hostile_words: Callable[[CertificateWords, str], CertificateWords]
) -> None:
    page = certificate_html(hostile_words(words, '<img src="http://127.0.0.1/">'))

    assert "<img" not in page
    assert "&lt;img" in page


@pytest.mark.parametrize(
    "host", ["ecole.example", "formation.produits-de-terroir.association.example:8443"]
)
def test_the_modules_of_the_qr_code_can_be_printed_and_read(
    host: str, completion: CertificateWords
) -> None:
    code = replace(completion, verify_url=f"https://{host}/verify/{completion.dashed_code}")

    modules, path = qr_path(code.qr_url)

    assert QR_CORE_MM / modules >= 0.5
    assert path.startswith("M4 4.5h7")


def test_a_page_has_neither_scripts_nor_styles_of_its_own(words: CertificateWords) -> None:
    page = certificate_html(words)

    assert not re.search(r"<script|<style|<link|style=|url\(", page)


def test_the_releve_says_that_a_mark_alone_decides_nothing(transcript: CertificateWords) -> None:
    page = certificate_html(transcript)

    assert "Relevé de notes" in page
    assert "كشف النقط" in page
    assert "13,5" in page
    assert "à titre indicatif" in page
    assert "على سبيل الاستئناس" in page
    assert "jusqu’à son terme" not in page


def test_nothing_marked_is_a_dash_and_never_a_zero(transcript: CertificateWords) -> None:
    last = certificate_html(replace(transcript, marks=transcript.marks[-1:]))

    assert "<td>–</td>" in last
    assert "0,0" not in last


def test_both_stays_are_printed_with_the_hours(completion: CertificateWords) -> None:
    page = certificate_html(
        replace(
            completion,
            periods=(
                Period(date(2026, 1, 5), date(2026, 2, 27)),
                Period(date(2026, 9, 7), date(2026, 10, 30)),
            ),
        )
    )

    assert "Périodes" in page
    assert "du 5 janvier 2026 au 27 février 2026" in page
    assert "du 7 septembre 2026 au 30 octobre 2026" in page
    assert "243\u00a0h\u00a030" in page
