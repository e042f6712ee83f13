"""The words of a paper survive storage letter for letter, and their fingerprint tells."""

from dataclasses import replace

import pytest

from ecopter.certificates.rules.words import CertificateWords, Civility, fingerprint_of


def test_words_come_back_from_json_as_they_went(words: CertificateWords) -> None:
    assert CertificateWords.from_json(words.to_json()) == words


def test_the_same_words_have_the_same_fingerprint(words: CertificateWords) -> None:
    again = CertificateWords.from_json(words.to_json())

    assert again.fingerprint() == words.fingerprint()
    assert len(words.fingerprint()) == 64


def test_one_letter_changes_the_fingerprint(completion: CertificateWords) -> None:
    forged = replace(completion, minutes_done=completion.minutes_done + 1)

    assert forged.fingerprint() != completion.fingerprint()


def test_canonical_text_keeps_arabic_letters_and_sorts_its_keys(
    completion: CertificateWords,
) -> None:
    text = completion.to_json()

    assert "فاطمة" in text
    assert text.index('"code"') < text.index('"kind"') < text.index('"number"')


@pytest.mark.parametrize(
    "spoil",
    [
        lambda words: words.pop("number"),
        lambda words: words.update(mark="18/20"),
        lambda words: words.update(nature="holiday"),
        lambda words: words.update(issued_on="yesterday"),
        lambda words: words["person"].update(born_on="1999-02-03"),
        lambda words: words.update(school=None),
    ],
    ids=["missing", "unknown", "bad choice", "bad date", "unknown inside", "wrong shape"],
)
def test_other_words_are_refused(spoil: object, completion: CertificateWords) -> None:
    words = completion.to_dict()
    spoil(words)  # type: ignore[operator]

    with pytest.raises(ValueError, match=r"\w"):
        CertificateWords.from_dict(words)


def test_words_that_came_later_may_be_missing(completion: CertificateWords) -> None:
    words = completion.to_dict()
    del words["marks"], words["school"]["logo"]

    found = CertificateWords.from_dict(words)

    assert found == completion
    # Sealed as stored: what is sealed is not what is read back with today's words.
    assert fingerprint_of(words) != found.fingerprint()


def test_a_mark_keeps_its_tenth(transcript: CertificateWords) -> None:
    stored = transcript.to_dict()

    assert stored["marks"][0]["mark"] == "13.5"
    assert stored["marks"][-1]["mark"] is None
    assert CertificateWords.from_dict(stored).marks == transcript.marks


def test_a_mark_that_is_none_is_refused(transcript: CertificateWords) -> None:
    words = transcript.to_dict()
    words["marks"][0]["mark"] = "good"

    with pytest.raises(ValueError, match="words"):
        CertificateWords.from_dict(words)


def test_the_code_is_printed_in_fours(completion: CertificateWords) -> None:
    assert completion.dashed_code == "7K2M-XQ4T-BV9R-HD3N"
    assert completion.verify_address == "https://ecole.example/verify"


def test_the_qr_address_is_short_and_in_capitals(completion: CertificateWords) -> None:
    assert completion.qr_url == "HTTPS://ECOLE.EXAMPLE/V/7K2MXQ4TBV9RHD3N"


def test_a_path_before_ours_keeps_its_letters(completion: CertificateWords) -> None:
    below = replace(completion, verify_url="https://asso.example/Ecole/verify/7K2M-XQ4T-BV9R-HD3N")

    assert below.qr_url == "HTTPS://ASSO.EXAMPLE/Ecole/V/7K2MXQ4TBV9RHD3N"


def test_a_person_is_neutral_unless_they_chose(completion: CertificateWords) -> None:
    assert type(completion.person)("Tudert").civility is Civility.NEUTRAL
