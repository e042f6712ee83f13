"""The catalogue of products: found in three languages, shown with its sources, all as a file."""

import csv
import io
import re

import pytest

from ecopter.db import db
from ecopter.platform.paths import PACKAGE
from ecopter.products import labels, queries
from ecopter.products.models import Product
from ecopter.products.rules import Sign, search_text
from ecopter.seeding.services.course import load_course
from ecopter.shared.text import fold
from tests.clock import NOW
from tests.factories.curricula import make_curriculum, make_module, titles
from tests.factories.people import make_head_of_studies, make_user
from tests.factories.products import make_product, make_source

LIST, PAGE = "products.product.index", "products.product.show"
DATES = {"fr": "Dattes Aziza Bouzid de Figuig", "ar": "تمر عزيزة بوزيد فجيج", "en": "Figuig dates"}
HENNA = {"fr": "Henné d’Aït Ouabelli", "ar": "حناء آيت وابلي", "en": "Henna of Aït Ouabelli"}


@pytest.fixture
def three(database):
    """Saffron (AOP, Morocco), dates (IGP, Morocco), henna whose sign no source gives."""
    make_product()
    dates = {"fr": "Dattes", "ar": "التمور", "en": "Dates"}
    make_product(names=DATES, family="dates", family_names=dates, sign=Sign.IGP, area="Figuig")
    make_product(names=HENNA, family="henna", family_names={"fr": "Henné"}, sign=None, area="Tata")
    db.session.commit()


def found(words: str, **filters: str) -> list[str]:
    lines = queries.list_products(words=fold(words).split(), language="fr", **filters)
    return [line.names["fr"].split()[0] for line in lines]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("safran", ["Safran"]),
        ("SAFFRON", ["Safran"]),
        ("زعفران", ["Safran"]),
        ("زَعْفَرَان", ["Safran"]),
        ("الزعفران", ["Safran"]),
        ("ايت وابلي", ["Henné"]),
        ("آيت", ["Henné"]),
        ("henne ait", ["Henné"]),
        ("عزيزه", ["Dattes"]),
        ("taliouine-taznakht", ["Safran"]),
        ("appellation d'origine", ["Safran"]),
        ("بيان جغرافي محمي", ["Dattes"]),
        ("PGI", ["Dattes"]),
        ("المغرب", ["Dattes", "Henné", "Safran"]),
        ("safran figuig", []),
        ("%", []),
    ],
    ids=[
        "french",
        "english, capitals",
        "arabic",
        "arabic with vowel marks",
        "arabic with the article of the family",
        "arabic without hamza and madda",
        "arabic with madda",
        "french without accents",
        "arabic with ha for ta marbuta",
        "area",
        "sign spelled out",
        "sign in arabic",
        "sign in english",
        "country",
        "words of two products",
        "a sign of the database",
    ],
)
def test_a_product_is_found_however_it_is_typed(three, words, names):
    assert found(words) == names


def test_filters_narrow_the_list_together(three):
    assert found("", country="MA", sign="igp") == ["Dattes"]
    assert found("", sign=queries.NO_SIGN) == ["Henné"]
    assert found("", family="saffron") == ["Safran"]
    assert found("", country="FR") == []


def test_sorting_follows_the_letters_of_the_reader(three):
    make_product(names={"fr": "Émail", "ar": "أمل", "en": "Zeal"}, family_names={"fr": "Safran"})

    assert found("")[:3] == ["Dattes", "Émail", "Henné"]
    assert found("", sort="-name")[0] == "Safran"
    in_arabic = queries.list_products(language="ar")
    assert in_arabic[0].names["ar"] == "أمل"


def test_every_sign_is_spelled_out_with_its_meaning(app):
    assert set(labels.SIGN) == set(labels.SIGN_SHORT) == set(labels.MEANING) == set(Sign)
    assert all(fold(sign.value) in search_text({}, {}, "FR", sign, "") for sign in (Sign.AOP,))


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_whoever_is_signed_in_reads_the_catalogue_in_their_language(browser, three, language):
    reader = browser.as_(make_user()).in_(language)

    page = reader.get(LIST, q="تالوين").text

    assert page.count("<tr>") == 2, "the heading and the saffron"
    assert "زعفران تالوين" in page or language == "en"


def test_a_stranger_is_sent_to_sign_in(browser, three):
    assert browser.get(LIST).status_code == 303


def test_a_page_holds_twenty_and_keeps_what_was_chosen(browser, database):
    for number in range(21):
        make_product(names=titles(f"Produit {number:02d}"))
    reader = browser.as_(make_user())

    first, second = (reader.get(LIST, country="MA", page=page).text for page in (1, 2))

    assert first.count("<tr>") == 21
    assert second.count("<tr>") == 2
    assert re.search(r'href="[^"]*country=MA[^"]*page=2"', first)


def test_a_choice_that_fits_nothing_says_so(browser, three):
    page = browser.as_(make_user()).get(LIST, q="chocolat").text

    assert "Aucun produit ne correspond" in page or "No product fits" in page


def test_an_empty_catalogue_is_a_page_too(browser):
    assert browser.as_(make_user()).get(LIST).status_code == 200


def test_the_file_holds_all_pages_of_what_is_shown_and_no_formula(browser, three):
    make_product(names=titles("=HYPERLINK(1)"), area="@SUM(A1)")

    answer = browser.as_(make_user()).get(LIST, country="MA", format="csv")

    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert answer.content_type.startswith("text/csv")
    assert len(rows) == 5
    assert rows[1][0] == "'=HYPERLINK(1)"
    assert rows[1][6] == "'@SUM(A1)"
    assert "زعفران تالوين" in answer.text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_product_is_shown_with_its_sign_sources_modules_and_relatives(browser, language):
    make_source("S23", "catalogue du ministère")
    for version in ("2010", "2026"):
        curriculum = make_curriculum(code=f"terroir-{version}", modules=0)
        make_module(curriculum, code="M2", titles=titles("Le safran", "الزعفران", "Saffron"))
    product = make_product(
        sources=["S23", "S99"], modules=["M2"], to_check=True, sign_note="Note de la source."
    )
    other = make_product(names=titles("Safran du Quercy"), country="FR")
    db.session.commit()

    page = browser.as_(make_user()).in_(language).get(PAGE, product_id=product.id).text

    assert "Safran de Taliouine" in page
    assert "زعفران تالوين" in page
    assert page.count("catalogue du ministère") == 1
    taught = {"fr": "Le safran", "ar": "الزعفران", "en": "Saffron"}[language]
    assert page.count(f"<li>{taught}</li>") == 1, "once, though two versions of the course have it"
    assert browser.url(PAGE, product_id=other.id) in page
    assert "Note de la source." in page


def test_what_no_source_says_is_said_openly(browser):
    product = make_product(sign=None, sources=[], area="")

    page = browser.as_(make_user()).in_("en").get(PAGE, product_id=product.id).text

    for words in ("sign not given", "No source is given yet", "No module is about this kind"):
        assert words in page


def test_an_absent_product_is_not_found(browser, database):
    assert browser.as_(make_head_of_studies()).get(PAGE, product_id=77).status_code == 404


def test_the_pages_cost_the_same_for_2_and_for_many(database, count_queries):
    make_source()
    make_module(make_curriculum(modules=0), code="M2")
    product = make_product(sources=["S23"], modules=["M2"])
    make_product()
    counts = []
    for more in (0, 60):
        for _ in range(more):
            make_product()
        db.session.commit()
        db.session.expunge_all()
        with count_queries() as of_list:
            queries.list_products(language="fr")
            queries.list_families("fr")
        with count_queries() as of_page:
            queries.get_product(product.id)
        counts.append((len(of_list), len(of_page)))

    assert counts == [(2, 4), (2, 4)]


def test_the_shipped_catalogue_is_whole(database):
    """What `content load` brings: both countries, every name in both scripts, known sources."""
    load_course(PACKAGE / "content", now=NOW)
    db.session.commit()

    lines = queries.list_products(language="fr")
    unknown = [
        product.code
        for product in db.session.scalars(db.select(Product))
        if len(queries.get_product(product.id).references) != len(product.sources)
    ]

    assert unknown == []
    assert len([line for line in lines if line.country == "MA"]) == 33
    assert len([line for line in lines if line.country == "FR"]) == 39
    assert all(re.search(r"[\u0600-\u06ff]", line.names["ar"]) for line in lines)
    assert all(line.sign or line.to_check for line in lines), "an unknown sign is to be checked"
    assert found("majhoul") == ["Dattes"]
    [saffron] = queries.list_products(words=["تالوين"], language="ar")
    assert [module["fr"] for module in queries.get_product(saffron.id).modules] == ["Le safran"]
