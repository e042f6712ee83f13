"""Lists of people as spreadsheets copy and save them."""

import pytest

from ecopter.cohorts.rules import Category
from ecopter.cohorts.rules.roster import (
    LARGEST,
    MOST_ROWS,
    Column,
    Directory,
    Known,
    RosterRow,
    clean,
    is_sure,
    read_roster,
    read_text,
)
from ecopter.people.rules import Civility, PersonName

FRENCH = "Civilité;Nom;Prénom;Téléphone;Ville;Pays;Catégorie;Courriel\r\n"


def only(text):
    roster = read_roster(text)
    assert len(roster.rows) == 1, roster
    return roster.rows[0]


def faults(row):
    return [(fault.column, fault.sentence) for fault in row.faults]


def test_a_selection_copied_from_a_french_spreadsheet():
    text = (
        "Prénom\tNom\tPrénom (arabe)\tNom (arabe)\tTél.\r\n"
        'Fatima\u00a0\t"Aït\nEl\u202fHaj"\tفاطمة\tآيت الحاج\t+٢١٢ ٦٠٠ ١١ ٢٢ ٣٣\r\n'
        "\t\t\t\t\r\n"
    )
    row = only(text)

    assert row.name == PersonName("Fatima", "Aït El Haj", "فاطمة", "آيت الحاج")
    assert row.telephone == "+212 600 11 22 33"
    assert row.faults == ()


def test_a_heading_decides_the_order_and_the_words_of_the_cells_are_understood():
    row = only(FRENCH + "Mme;Tazart;Ijja;0600112233;Taliouine;Maroc;Coopératrice;i@exemple.ma")

    assert row.name.latin == "Ijja Tazart"
    assert (row.civility, row.country) == (Civility.MADAME, "MA")
    assert row.category is Category.COOPERATIVE_MEMBER
    assert (row.town, row.email) == ("Taliouine", "i@exemple.ma")


@pytest.mark.parametrize(
    "heading",
    [
        "Given name,Family name,Phone",
        "\ufeffPrénom,Nom,Portable",
        "sep=,\nPrénom*,Nom*,GSM",
        "الاسم الشخصي,الاسم العائلي,الهاتف",
    ],
    ids=["English", "with a mark", "with Excel's own line", "Arabic"],
)
def test_headings_in_three_languages(heading):
    roster = read_roster(f"{heading}\nIjja,Tazart,06")
    arabic = heading.startswith("ا")

    assert len(roster.rows) == 1
    assert Column.TELEPHONE in roster.columns
    assert (roster.columns[0] is Column.GIVEN_AR) is arabic


def test_without_a_heading_the_order_of_the_page_holds():
    row = only("Ijja;Tazart;إجا;تازارت;ijja;;06 00")

    assert row.name == PersonName("Ijja", "Tazart", "إجا", "تازارت")
    assert (row.sign_in_name, row.telephone) == ("ijja", "06 00")


def test_an_empty_first_cell_does_not_shift_the_others():
    row = only("\tTazart\t\t\tijja.t")

    assert faults(row) == [(Column.GIVEN, "is missing")]
    assert row.name.family_lat == "Tazart"


def test_every_fault_of_every_line_is_said():
    roster = read_roster(
        FRENCH + "Docteur;تازارت;;abc;;Atlantide;pilote;nobody@\nM.;Amalou;Youssef;06;;;;"
    )
    first, second = roster.rows

    assert [fault.column for fault in first.faults] == [
        Column.GIVEN,
        Column.FAMILY,
        Column.EMAIL,
        Column.TELEPHONE,
        Column.CIVILITY,
        Column.COUNTRY,
        Column.CATEGORY,
    ]
    assert second.faults == ()
    assert not roster.is_sound


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nobody"),
        (" \n\t\n", "nobody"),
        ("Prénom;Nom", "nobody"),
        ('Ijja;"Tazart', "quotation mark"),
        ("Prénom;Nom;Nom\nA;B;C", "Two columns"),
        ("Nom;Ville\nTazart;Tata", "both are needed"),
        ("A;B\n" * (MOST_ROWS + 1), "at most"),
        ("A" * (LARGEST + 1), "too big"),
    ],
    ids=["empty", "blank", "heading only", "quote", "twice", "missing", "rows", "size"],
)
def test_a_list_that_is_no_list_says_why(text, said):
    roster = read_roster(text)

    assert said in " ".join(fault.sentence for fault in roster.faults)
    assert not roster.is_sound


def test_unknown_columns_are_named_and_left_out():
    roster = read_roster("Prénom;Nom;Pointure\nIjja;Tazart;39")

    assert roster.unknown == ("Pointure",)
    assert roster.is_sound


def test_more_cells_than_columns_is_a_fault():
    row = only("Prénom;Nom\nIjja;Tazart;39")

    assert [fault.column for fault in row.faults] == [None]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("\u202eIjja\u202c", "Ijja"),
        ("Ij\x00ja\x07", "Ijja"),
        ("Ij\u200bja\ufeff", "Ijja"),
        ("'+212 6", "+212 6"),
        ("'Aïcha", "'Aïcha"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
    ids=["bidi", "control", "zero width", "our export", "name", "formula", "composed", "joiner"],
)
def test_unseen_signs_go_and_formulas_stay_text(cell, kept):
    assert clean(cell) == kept


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Prénom;Aït".encode("utf-8-sig"), "Prénom;Aït"),
        ("Prénom;Aït".encode(), "Prénom;Aït"),
        ("Prénom;Aït l’Œil".encode("cp1252"), "Prénom;Aït l’Œil"),
        ("Prénom\tآيت".encode("utf-16"), "Prénom\tآيت"),
        (b"PK\x03\x04 a workbook", None),
        (b"\x89PNG\x00\x00", None),
    ],
    ids=["UTF-8 with a mark", "UTF-8", "French Excel", "Unicode text", "workbook", "picture"],
)
def test_files_as_spreadsheets_write_them(content, text):
    assert read_text(content) == text


def test_the_same_person_twice_is_refused_and_two_of_one_name_are_not():
    roster = read_roster(
        "Prénom;Nom;Tél;Identifiant\n"
        "Ijja;Tazart;;\nIJJA;Tazart;;\n"
        "Omar;Amalou;06 11;\nOmar;Amalou;06 22;\n"
        "Zineb;Agdal;;zineb\nAicha;Agdal;;ZINEB"
    )

    assert [bool(row.faults) for row in roster.rows] == [False, True, False, False, False, True]


def known(user_id, latin, **more):
    values = {"arabic": "", "sign_in_name": f"u{user_id}", "sign_in_key": f"u{user_id}"}
    return Known(user_id, latin, **(values | {"email": "", "telephone": ""} | more))


def row(latin, **more):
    given, _, family = latin.partition(" ")
    return RosterRow(1, PersonName(given, family), **more)


def test_a_telephone_is_the_same_with_and_without_its_country():
    person = known(1, "Ijja Tazart", telephone="+212 600 11 22 33")

    assert is_sure(row("Ijja Tazart", telephone="06 00 11 22 33"), person)


def test_who_a_line_may_mean():
    directory = Directory(
        [
            known(1, "Ijja Tazart", telephone="0600112233"),
            known(2, "Omar Amalou", email="omar@exemple.ma", is_enrolled=True),
            known(3, "Zineb Agdal", sign_in_key="zineb"),
        ]
    )

    assert [one.user_id for one in directory.match(row("IJJA TAZART")).people] == [1]
    assert directory.match(row("Ijja Tazart", telephone="0699999999")).people == ()
    assert directory.match(row("Omar Amalou")).enrolled.user_id == 2
    assert directory.match(row("Omar Amalou", email="other@exemple.ma")).enrolled is None
    stolen = directory.match(row("Aicha Tata", sign_in_name="Zineb"))
    assert stolen.name_is_taken
    assert stolen.people == ()
