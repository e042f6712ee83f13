"""Where to report a weakness: `/.well-known/security.txt`, RFC 9116."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from ecopter.school.views.security_txt import security_txt
from ecopter.settings import Settings
from tests.clock import NOW

ADDRESS = "/.well-known/security.txt"
FIELD = re.compile(r"(Contact|Expires|Preferred-Languages|Canonical|Policy): ([!-~]+( [!-~]+)*)")
MADE_TO_LAST = timedelta(days=365)


def faults(text: str, now: datetime) -> list[str]:
    """What a reader of the file would stumble over (RFC 9116, sections 2.3 to 2.5)."""
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    fields = [match.group(1, 2) for line in lines if (match := FIELD.fullmatch(line))]
    found = [f"no field: {line}" for line in lines if not FIELD.fullmatch(line)]
    names = [name for name, _ in fields]
    if "Contact" not in names:
        found.append("no contact")
    found += [
        f"{name} stands {names.count(name)} times"
        for name in ("Expires", "Preferred-Languages")
        if names.count(name) != 1
    ]
    for name, value in fields:
        if name == "Expires" and not now < datetime.fromisoformat(value) <= now + MADE_TO_LAST:
            found.append(f"expires on {value}")
        if name == "Contact" and not value.startswith(("mailto:", "https://", "tel:")):
            found.append(f"contact without a scheme: {value}")
        if name in {"Canonical", "Policy"} and not value.startswith("https://"):
            found.append(f"{name} without https: {value}")
    return found if text.endswith("\n") else [*found, "the last line has no end"]


@pytest.fixture
def told(app, monkeypatch):
    """A school that says whom to write to."""
    settings = app.config["SETTINGS"].model_copy(
        update={
            "base_url": "https://school.example",
            "security_contact": "security@school.example",
            "security_policy": "https://school.example/security",
        }
    )
    monkeypatch.setitem(app.config, "SETTINGS", settings)


def test_whoever_found_a_weakness_is_told_whom_to_write_to(app, database, told):
    answer = app.test_client().get(ADDRESS)

    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert faults(answer.text, NOW) == []
    for line in (
        "Contact: mailto:security@school.example",
        "Preferred-Languages: fr, ar, en",
        f"Canonical: https://school.example{ADDRESS}",
        "Policy: https://school.example/security",
    ):
        assert line in answer.text.splitlines()


def test_it_is_kept_for_an_hour_and_carries_no_cookie(app, database, told):
    answer = app.test_client().get(ADDRESS)

    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers


def test_without_a_contact_there_is_no_such_file(app, database):
    answer = app.test_client().get(ADDRESS)

    assert answer.status_code == 404
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "now", [NOW, datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)]
)
def test_it_has_not_expired_on_whatever_day_it_is_read(now):
    assert (
        faults(security_txt(Settings(security_contact="https://school.example/tell"), now), now)
        == []
    )


def test_a_school_without_https_names_no_address_of_its_own():
    text = security_txt(Settings(security_contact="a@b.example"), NOW)

    assert "Canonical" not in text
    assert "Policy" not in text


@pytest.mark.parametrize(
    "contact",
    [
        "security",
        "http://school.example",
        "a@b",
        "a@b.example\nPolicy: x",
        "https://a b",
        "mailto:a@b.example",
    ],
)
def test_a_contact_that_nobody_could_use_stops_the_start(contact):
    with pytest.raises(ValidationError, match="ECOPTER_SECURITY_CONTACT"):
        Settings(security_contact=contact)


def test_a_policy_that_is_no_address_stops_the_start():
    with pytest.raises(ValidationError, match="ECOPTER_SECURITY_POLICY"):
        Settings(security_policy="SECURITY.md")


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("Contact: mailto:", "Contact: ", "contact without a scheme"),
        ("Contact: ", "Write to: ", "no contact"),
        ("Expires: 20", "Expires: 19", "expires on"),
        ("Expires: 20", "Expires: 21", "expires on"),
        ("Canonical: https", "Canonical: http", "Canonical without https"),
        (
            "Preferred-Languages: ",
            "Expires: 2027-01-01T00:00:00Z\nPreferred-Languages: ",
            "2 times",
        ),
    ],
)
def test_a_faulty_file_is_found_out(before, after, fault):
    settings = Settings(security_contact="a@b.example", base_url="https://school.example")
    text = security_txt(settings, NOW)

    assert faults(text, NOW) == []
    assert fault in "; ".join(faults(text.replace(before, after), NOW))
