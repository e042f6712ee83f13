"""What may be written about the school, and what papers need of it."""

from types import SimpleNamespace

import pytest

from ecopter.school.rules import (
    CODE_LENGTH,
    PAPER_FACTS,
    ZONES,
    PaperFact,
    is_messenger_link,
    is_site_code,
    is_telephone,
    is_zone,
    lacking_facts,
    new_site_code,
    signer_of,
    telephone_address,
)

NOBODY = dict.fromkeys(
    (
        "legal_name",
        "address",
        "declaration_number",
        "place",
        "representative",
        "representative_ar",
        "representative_title",
        "representative_title_ar",
        "signatory_name",
        "signatory_name_ar",
        "signatory_title",
        "signatory_title_ar",
    ),
    "",
)
PRINTED = {"legal_name": "École", "address": "Marseille", "declaration_number": "93", "place": "M"}


def school(**facts):
    return SimpleNamespace(**(NOBODY | facts))


def test_a_school_from_nothing_lacks_everything():
    assert lacking_facts(None) == PAPER_FACTS == lacking_facts(school())


def test_without_a_signatory_the_representative_signs():
    described = school(**PRINTED, representative="Jeanne", representative_title="Présidente")

    assert lacking_facts(described) == ()
    assert signer_of(described).title == "Présidente"


def test_a_signatory_has_a_function_of_their_own():
    described = school(
        **PRINTED,
        representative="Jeanne",
        representative_title="Présidente",
        signatory_name="Hélène",
    )

    assert lacking_facts(described) == (PaperFact.SIGNATORY_TITLE,)
    assert signer_of(described).name == "Hélène"


@pytest.mark.parametrize(
    "link",
    [
        "https://wa.me/212600000000",
        "https://signal.me/#p/+33600000000",
        "https://t.me/ecopter",
        "https://m.me/ecole.terroir",
    ],
)
def test_links_of_messengers_are_taken(link):
    assert is_messenger_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "http://wa.me/212600000000",
        "javascript:alert(1)",
        "https:javascript:alert(1)",
        "//wa.me/212600000000",
        "https://",
        "https://localhost/x",
        "https://wa.me@evil.example/x",
        "https://user:pass@wa.me/x",
        "https://wa.me:8443/x",
        "https://wa.me:/x",
        "https://192.168.0.1/x",
        "https://wa.me\\evil.example",
        "https://wa.me/ 212",
        "https://wa.me/\n212",
        "https://wа.me/212",
        "https://[::1]/x",
        "https://wa.me:99999/x",
        "https://wa.me/" + "9" * 200,
        "",
    ],
)
def test_other_links_are_refused(link):
    assert not is_messenger_link(link)


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("04 65 71 00 00", "tel:0465710000"),
        ("+33 (0)4 65 71 00 00", "tel:+33465710000"),
        ("+212 5.28-00-00-00", "tel:+212528000000"),
        ("(05) 28 00 00 00", "tel:0528000000"),
    ],
)
def test_a_telephone_number_is_dialled_as_it_is_meant(written, dialled):
    assert is_telephone(written)
    assert telephone_address(written) == dialled


@pytest.mark.parametrize("written", ["", "12", "call me", "04 65;ext=1", "++33 4", "٠٤٦٥"])
def test_other_words_are_no_telephone_number(written):
    assert not is_telephone(written)


def test_every_zone_offered_exists():
    assert all(is_zone(zone) for zones in ZONES.values() for zone in zones)


@pytest.mark.parametrize("zone", ["", "Europe/Pari", "../../etc/passwd", "/etc/passwd", "CET", "x"])
def test_other_zones_are_refused(zone):
    assert not is_zone(zone)


def test_any_zone_of_the_world_may_be_written():
    assert is_zone("Europe/Madrid")


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Taliouine", (), "SITE-TALIOUINE"),
        ("Kelaât M’Gouna", (), "SITE-KELAAT-M-GO"),
        ("Taliouine", ("SITE-TALIOUINE", "SITE-TALIOUINE-2"), "SITE-TALIOUINE-3"),
        ("تالوين", ("SITE",), "SITE-2"),
    ],
)
def test_a_code_is_made_of_the_name(name, taken, code):
    assert new_site_code(name, taken) == code
    assert is_site_code(code)
    assert len(code) <= CODE_LENGTH


@pytest.mark.parametrize("code", ["", "site", "SITE--A", "-SITE", "SITE ", "S" * 21, "SITE-É"])
def test_other_codes_are_refused(code):
    assert not is_site_code(code)
