"""French and Arabic are complete, and Arabic counts as Arabic does."""

import threading
from gettext import c2py

import pytest
from babel import Locale
from babel.messages import Message

from ecopter.platform.translations import (
    ARABIC_PLURAL,
    catalogue_path,
    compile_all,
    faults,
    message_faults,
    read,
)


def test_every_sentence_exists_in_every_language():
    assert faults() == []


def test_the_arabic_header_is_the_rule_of_cldr():
    rule, cldr = c2py(ARABIC_PLURAL), Locale("ar").plural_form
    names = ("zero", "one", "two", "few", "many", "other")

    assert [names[rule(n)] for n in range(301)] == [cldr(n) for n in range(301)]
    assert read("ar").num_plurals == 6


@pytest.mark.parametrize(
    ("message", "language", "word"),
    [
        (Message("Save", ""), "fr", "not translated"),
        (Message("%(num)s rows", "%(nun)s lignes"), "fr", "placeholders"),
        (Message("Really?", "Vraiment ?"), "fr", "no-break"),
        (Message("Really?", "Vraiment?"), "fr", "no-break"),
        (Message(("%(n)s day", "%(n)s days"), ("يوم", "يومان")), "ar", "plural forms"),
        (Message("Save", "Garder", flags=["fuzzy"]), "fr", "fuzzy"),
    ],
    ids=["empty", "placeholder", "French space", "no space", "Arabic forms", "fuzzy"],
)
def test_the_gate_catches_what_it_is_there_for(message, language, word):
    forms = {"fr": 2, "ar": 6}[language]

    assert any(word in fault for fault in message_faults(message, language, forms))


def test_several_starts_at_once_compile_one_whole_catalogue():
    problems = []

    def start() -> None:
        try:
            compile_all()
        except OSError as problem:
            problems.append(problem)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    folder = catalogue_path("fr").parent
    assert problems == []
    assert {path.name for path in folder.iterdir()} == {"messages.po", "messages.mo"}
