"""Settings that would be unsafe stop the start."""

import stat

import pytest
from pydantic import ValidationError

from ecopter.settings import Settings, kept_secret


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"secret_key": "short"}, "at least 32"),
        ({"base_url": "http://school.example"}, "https"),
        ({"base_url": "school.example"}, "look like"),
        ({"base_url": "https://school.example/path"}, "look like"),
        ({"demo_password": "something else entirely"}, "demo"),
    ],
)
def test_an_unsafe_setting_is_refused_with_a_sentence(values, word):
    with pytest.raises(ValidationError, match=word):
        Settings(**values)


def test_the_signing_key_is_made_once_and_kept_from_others(tmp_path):
    path = tmp_path / "keys" / "signing.key"

    first, second = kept_secret(path), kept_secret(path)

    assert first == second
    assert len(first) >= 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_under_https_the_cookie_is_bound_to_the_host():
    settings = Settings(base_url="https://school.example")

    assert settings.is_https
    assert settings.hosts == ["school.example"]
