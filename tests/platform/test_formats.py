"""Dates, hours and marks as French, Moroccan and English readers write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask_babel import force_locale

from ecopter.platform import i18n
from ecopter.shared.dates import instant, local, minutes_between


@pytest.fixture
def in_language(app):
    def enter(tag):
        context = app.test_request_context(headers={"Cookie": f"language={tag}"})
        context.push()
        return context

    return enter


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("fr", "23 novembre 2026"), ("ar", "23 نونبر 2026"), ("en", "23 November 2026")],
)
def test_a_date_has_the_months_of_the_country(in_language, tag, expected):
    context = in_language(tag)
    try:
        assert i18n.day(date(2026, 11, 23)) == expected
    finally:
        context.pop()


@pytest.mark.parametrize(
    ("tag", "minutes", "expected"),
    [
        ("fr", 210, "3\u00a0h\u00a030"),
        ("fr", 14_700, "245\u00a0h"),
        ("fr", 65, "1\u00a0h\u00a005"),
        ("en", 210, "3 h 30"),
        ("ar", 210, "3 س 30 د"),
    ],
)
def test_hours_are_exact_to_the_minute(in_language, tag, minutes, expected):
    context = in_language(tag)
    try:
        assert i18n.hours(minutes) == expected
    finally:
        context.pop()


def test_marks_use_the_decimal_comma_and_western_digits(in_language):
    for tag in ("fr", "ar"):
        context = in_language(tag)
        try:
            assert i18n.grade(Decimal("15.7")) == "15,7"
            assert i18n.grade(None) == "–"
        finally:
            context.pop()


def test_casablanca_left_utc_plus_one(app):
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)

    assert local(noon, "Africa/Casablanca").hour == 12
    assert local(noon, "Europe/Paris").hour == 13


def test_a_night_with_a_clock_change_lasts_its_real_time(app):
    from datetime import time

    start = instant(date(2026, 10, 24), time(22), "Europe/Paris")
    end = instant(date(2026, 10, 25), time(6), "Europe/Paris")

    assert minutes_between(start, end) == 9 * 60


@pytest.mark.parametrize(
    ("language", "style", "written"),
    [
        ("fr", "long", "1er novembre 2026"),
        ("fr", "full", "dimanche 1er novembre 2026"),
        ("fr", "short", "01/11/2026"),
        ("en", "long", "1 November 2026"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(app, language, style, written):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert i18n.day(date(2026, 11, 1), style) == written


def test_another_language_can_be_spoken_within_a_page(in_language):
    context = in_language("fr")
    try:
        here = i18n.say("Save"), i18n.day(date(2026, 11, 23)), i18n.hours(60)
        with force_locale("en_GB"):
            there = i18n.say("Save"), i18n.day(date(2026, 11, 23)), i18n.hours(60)
        back = i18n.say("Save"), i18n.day(date(2026, 11, 23)), i18n.hours(60)
    finally:
        context.pop()

    assert here == back == ("Enregistrer", "23 novembre 2026", "1\u00a0h")
    assert there == ("Save", "23 November 2026", "1 h")


def test_a_number_is_written_by_its_value_and_not_by_its_kind(in_language):
    context = in_language("fr")
    try:
        assert i18n.number(1) == i18n.number(1.0) == i18n.number(Decimal("1.00")) == "1"
        assert i18n.grade(Decimal(1)) == "1,0"
    finally:
        context.pop()


def test_without_a_page_sentences_are_as_written():
    assert i18n.say("Save") == "Save"
    assert i18n.day(date(2026, 11, 1)) == "1er novembre 2026"
