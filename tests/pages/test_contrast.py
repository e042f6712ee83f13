"""Colours that meet in a rule of the stylesheet are among those whose contrast is computed."""

import re

from tests.architecture.test_styles import CSS, FILES, PAIRS, bare, contrast, tokens

RULE = re.compile(r"\{([^{}]*)\}")
COLOUR = re.compile(r"(?<![\w-])color:\s*var\(--([a-z-]+)\)")
GROUND = re.compile(r"(?<![\w-])background(?:-color)?:\s*var\(--([a-z-]+)\)")
TEXT = 4.5


def meetings(text: str) -> set[tuple[str, str]]:
    """Each token of text with the token of the ground that the same rule gives it."""
    return {
        (colour, ground)
        for body in RULE.findall(text)
        for colour in COLOUR.findall(body)
        for ground in GROUND.findall(body)
    }


def weak(found: set[tuple[str, str]]) -> list[str]:
    """Pairs below 4.5 to 1, by day or at night; a tone takes its colours from its own list."""
    colours = tokens()
    return [
        f"{text} on {ground}: {contrast(one, other):.2f}"
        for text, ground in sorted(found)
        if {text, ground} <= set(colours)
        for one, other in zip(colours[text], colours[ground], strict=True)
        if contrast(one, other) < TEXT
    ]


def test_words_stand_out_from_the_ground_that_their_rule_gives_them(proof):
    found = {pair for file in FILES for pair in meetings(bare(file))}

    assert len(found) > 10
    assert weak(found) == []
    proof(
        "pages",
        "Colours of words and grounds keep their contrast by day and at night",
        bar="7:1 for what is read at length, 4.5:1 for other words, 3:1 for shapes",
        figure=f"{len(PAIRS)} pairs of tokens and {len(found)} pairs of rules, both themes",
    )


def test_a_tone_of_text_has_contrast_on_its_own_ground():
    """`.tone--…` names four tokens that components use in two pairs."""
    tones = re.findall(r"\.tone--[^{]+\{([^}]+)\}", bare(CSS / "components/tone.css"))
    named = [dict(re.findall(r"--([a-z-]+): var\(--([a-z-]+)\)", body)) for body in tones]
    pairs = {(tone["tone"], tone["tone-soft"]) for tone in named}
    pairs |= {(tone["on-tone"], tone["tone-fill"]) for tone in named}

    assert len(pairs) >= 8
    assert weak(pairs) == []


def test_a_weak_pair_is_found():
    assert meetings(".a { color: var(--line); background: var(--sunk) }") == {("line", "sunk")}
    assert len(weak({("line", "sunk")})) == 2
