"""The stylesheet keeps its rules: logical sides, layers, contrast, no leftovers, small."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecopter.platform.paths import STATIC, TEMPLATES
from ecopter.ui.assets import STYLES

CSS = STATIC / "css"
FILES = [file for pattern in STYLES for file in sorted(CSS.glob(pattern))]
LAYERS = {"base": {"reset", "base"}, "layout": {"layout"}, "components": {"components"}}
LAYERS |= {"features": {"features"}, "css": {"utilities"}}
OLD_BROWSERS = "@supports not (container-type: inline-size)"

PHYSICAL_NAME = re.compile(
    r"(?:^|[\s;{])((?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-)?"
    r"(?:left|right|top|bottom)(?:-\w+)*)\s*:"
)
PHYSICAL_VALUE = re.compile(r"(?:text-align|float|clear|caption-side)\s*:\s*(?:left|right)\b")
FOUR_SIDES = re.compile(r"(?:margin|padding|inset)\s*:\s*(\S+) (\S+) (\S+) (\S+)\s*;")
CLASS = re.compile(r"\.([a-z][a-z0-9]*(?:[-_]+[a-z0-9]+)*)")
# block, block__part, block--state, block__part--state
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:__[a-z0-9]+(?:-[a-z0-9]+)*)?(?:--[a-z0-9]+)?")

# Text on ground, and the least contrast: 7 for what is read at length, 4.5 elsewhere.
BODY = [("ink", ground) for ground in ("paper", "card", "sunk")]
BODY += [("ink-soft", ground) for ground in ("paper", "card", "sunk")]
TONES = ("clay", "olive", "rose", "indigo")
TEXT = [(tone, ground) for tone in TONES for ground in ("paper", "card", f"{tone}-soft")]
TEXT += [(f"on-{tone}", tone) for tone in (*TONES, "saffron")]
TEXT += [("saffron-ink", "saffron-soft"), ("ink", "saffron-soft")]
TEXT += [("ink", f"{tone}-soft") for tone in TONES]
TEXT += [(text, end) for text in ("on-hero", "on-hero-soft") for end in ("hero", "hero-light")]
SHAPES = [("line", ground) for ground in ("paper", "card", "sunk")]
SHAPES += [("ring", "hero"), ("ink", "paper"), ("ink", "card")]
PAIRS = [(*pair, 7.0) for pair in BODY] + [(*pair, 4.5) for pair in TEXT]
PAIRS += [(*pair, 3.0) for pair in SHAPES]


def bare(file: Path) -> str:
    """The text of a stylesheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)


def top_level(text: str) -> Iterator[str]:
    """The heads of the rules that stand in no other rule."""
    depth, head = 0, ""
    for character in text:
        if character == "{":
            if depth == 0:
                yield " ".join(head.split())
            depth, head = depth + 1, ""
        elif character == "}":
            depth, head = depth - 1, ""
        else:
            head += character
    assert depth == 0, "braces do not match"


def selectors(text: str) -> str:
    return "\n".join(re.findall(r"[^{};]+(?=\{)", text))


def joined(files: list[Path]) -> bytes:
    return re.sub(r"\s+", " ", "\n".join(bare(file) for file in files)).encode()


@pytest.fixture(scope="module", params=FILES, ids=lambda file: str(file.relative_to(CSS)))
def sheet(request: pytest.FixtureRequest) -> Path:
    file: Path = request.param
    return file


def test_sides_are_logical(sheet):
    text = bare(sheet)

    uneven = [m[0] for m in FOUR_SIDES.finditer(text) if m[2] != m[4]]

    assert PHYSICAL_NAME.findall(text) + PHYSICAL_VALUE.findall(text) + uneven == []


def test_no_id_selects_and_nothing_is_important(sheet):
    text = bare(sheet)

    assert "#" not in selectors(text).replace("(#000, #fff)", "")
    assert "!important" not in text


def test_colours_are_named_in_one_place():
    others = [file for file in FILES if file.name != "tokens.css"]

    assert [file for file in others if re.search(r"#[0-9a-fA-F]{3,8}\b", bare(file))] == []


def test_every_file_stands_in_its_layer(sheet):
    if sheet.name == "tokens.css":
        assert bare(sheet).lstrip().startswith("@layer reset, base, layout, components, features,")
        return

    allowed = {f"@layer {name}" for name in LAYERS[sheet.parent.name]}
    heads = [head for head in top_level(bare(sheet)) if head != OLD_BROWSERS]

    assert heads
    assert set(heads) <= allowed


def test_class_names_have_one_shape(sheet):
    names = set(CLASS.findall(selectors(bare(sheet))))

    assert [name for name in sorted(names) if not NAME.fullmatch(name)] == []


def written_words() -> tuple[set[str], set[str]]:
    """Words of all templates, scripts and Python files, and the stems of composed classes."""
    templates = [re.sub(r"\{#.*?#\}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
                 for file in TEMPLATES.rglob("*.html")]  # fmt: skip
    code = [
        file.read_text(encoding="utf-8")
        for folder, ending in ((TEMPLATES.parent / "ecopter", "*.py"), (STATIC / "js", "*.js"))
        for file in folder.rglob(ending)
    ]
    text = "\n".join(templates + code)
    stems = set(re.findall(r"([a-z][a-z0-9_-]*--)(?=\{\{|\"|\{)", text))
    return set(re.findall(r"[a-z][a-z0-9]*(?:[-_]+[a-z0-9]+)*", text)), stems


def test_every_class_is_used():
    words, stems = written_words()

    def is_used(name: str) -> bool:
        block, dashes, state = name.rpartition("--")
        return name in words or (block + dashes in stems and state in words)

    names = {name for file in FILES for name in CLASS.findall(selectors(bare(file)))}
    drawings = {name for name in names if name.startswith("icon--")}

    assert sorted(name for name in names - drawings if not is_used(name)) == []


def test_the_icon_component_lists_every_drawing():
    listed = re.search(r"Names: ([a-z\s]+)\.", (TEMPLATES / "components/icon.html").read_text())
    assert listed
    names = listed[1].split()
    styled = set(re.findall(r"\.icon--([a-z]+)", bare(CSS / "components/icon.css")))
    sprite = (STATIC / "icons/icons.svg").read_text(encoding="utf-8")

    # The first drawing is where every mask starts; it needs no rule of its own.
    assert styled == set(names[1:]) | {"flip"}
    assert sprite.count("<path") == len(names)


def tokens() -> dict[str, tuple[str, str]]:
    """Each colour token with its light and its dark value."""
    text = bare(CSS / "tokens.css")
    plain = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", text))
    both = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{3,6}), (#[0-9a-f]{3,6})\);", text)
    for name, light, _dark in both:
        assert plain[name] == light, f"--{name} differs where light-dark() is unknown"
    return {name: (value, value) for name, value in plain.items()} | {
        name: (light, dark) for name, light, dark in both
    }


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, from 0 to 1."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_borders_stand_out_from_their_ground(theme):
    at = ["light", "dark"].index(theme)
    colours = tokens()

    weak = [
        f"{text} on {ground}: {contrast(colours[text][at], colours[ground][at]):.2f} < {least}"
        for text, ground, least in PAIRS
        if contrast(colours[text][at], colours[ground][at]) < least
    ]

    assert weak == []


def test_the_stylesheet_is_small():
    shared = [file for file in FILES if file.parent.name != "features"]

    # Level 9, the measure other style sheets are compared by.
    assert len(gzip.compress(joined(shared), 9)) <= 9_000
    assert len(gzip.compress(joined(FILES), 9)) <= 12_000


def test_the_two_fonts_are_small():
    fonts = [STATIC / "fonts" / name for name in ("readex-latin.woff2", "readex-arabic.woff2")]

    assert sum(font.stat().st_size for font in fonts) <= 36_000


def test_every_file_named_in_the_styles_exists():
    named = {path for file in FILES for path in re.findall(r'url\("/static/([^"]+)"\)', bare(file))}

    assert named
    assert [path for path in sorted(named) if not (STATIC / path).is_file()] == []
