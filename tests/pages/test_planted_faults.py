"""Pages broken on purpose: the walk has to say so, and has nothing to say of a good one."""

import pytest

from tests.pages.conftest import PHONE
from tests.pages.looking import Eye, Setting, eye, look
from tests.pages.places import Place, not_pages
from tests.pages.serving import OWN

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("pages"),
    pytest.mark.timeout(900),
]

GOOD = """
<header><nav aria-label="Menu"><ul><li><a class="large" href="/">Home</a></li></ul></nav></header>
<main><h1>Register</h1>
<p>Every name of the half-day, and <a href="/help">what each answer means</a>.</p>
<form method="post" action="/"><label class="large">Hours <input class="large" name="hours"></label>
<button class="large">Save</button></form></main>
"""
GOOD_CSS = """
body { font: 16px/1.5 sans-serif; margin: 0; color: #111; background: #fff; }
ul { list-style: none; padding: 0; margin: 0; }
.large { display: inline-block; min-width: 44px; min-height: 44px; }
:focus-visible { outline: 3px solid #111; }
@media print { nav, .large { display: none; } }
"""
HEAD = (
    '<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>Register</title>'
)
VIEW = '<meta name="viewport" content="width=device-width">'

# What is wrong, what sees it, what is put at the end of the good page, and what must be said.
FAULTS = {
    "a field without a name": (Eye.accessible, "", "<input class='large'>", "label: <input"),
    "grey on grey": (Eye.accessible, ".g { color: #999 }", "<p class=g>Few</p>", "color-contrast"),
    "a wide box": (Eye.fits, ".w { width: 400px }", "<div class=w>Hours</div>", "40 px too wide"),
    "a box of 340 px": (Eye.fits, ".w { width: 340px }", "<p class=w>Hours</p>", "(320 px)"),
    "a box that grows with the text": (
        Eye.fits,
        ".w { width: 15rem }",
        "<p class=w>Hours</p>",
        "(text 200 %)",
    ),
    "a word cut off": (
        Eye.fits,
        ".c { width: 4em; overflow: hidden; white-space: nowrap }",
        "<p class=c>All hours of this year</p>",
        "<p.c> All hours of this year is cut by <p.c>",
    ),
    "lines cut off": (
        Eye.narrow,
        ".c { height: 1em; overflow: hidden }",
        "<p class=c>One<br>Two</p>",
        "<p.c> One Two is cut by",
    ),
    "a small button": (
        Eye.big_enough,
        "",
        "<form><button>x</button></form>",
        "<button> x is",
    ),
    "a small link by itself": (Eye.big_enough, "", "<p><a href='/'>More</a></p>", "<a> More is"),
    "a heading on the left": (
        Eye.mirrors,
        "h2 { text-align: left }",
        "<h2>Hours</h2>",
        "<h2> Hours stays on its side",
    ),
    "a margin on one side": (
        Eye.mirrors,
        "fieldset { margin-left: 40px }",
        "<fieldset><legend>Hours</legend></fieldset>",
        "<fieldset> Hours stays on its side",
    ),
    "a menu on paper": (Eye.prints, "nav { display: block }", "", "<nav> Menu is printed"),
    "a table cut by the paper": (
        Eye.prints,
        "div { overflow: auto } b { display: block; width: 900px; text-align: right }",
        "<div><b>Sunday</b></div>",
        "<b> Sunday is cut by <div>",
    ),
    "a style in the page": (Eye.quiet, "", "<p style='color: red'>Red</p>", "the console says"),
    "a script in the page": (Eye.quiet, "", "<script>1</script>", "the console says"),
    "a missing picture": (Eye.quiet, "", "<img alt='' src='/nowhere.png'>", "answers 404"),
    "a picture from elsewhere": (
        Eye.quiet,
        "",
        "<img alt='' src='http://elsewhere.invalid/a.png'>",
        "elsewhere.invalid",
    ),
    "no sign of focus": (
        Eye.keyboard,
        "i button { outline: 0 !important }",
        "<i><button>Mute</button></i>",
        "<button> Mute shows no focus",
    ),
    "focus under a bar": (
        Eye.keyboard,
        "b { position: fixed; inset: 0; background: #fff }",
        "<b></b>",
        "is covered or out of sight",
    ),
    "focus out of the order of the page": (
        Eye.keyboard,
        "",
        "<button tabindex='1'>First</button>",
        "comes before <button> First in the page",
    ),
    "focus against the order of reading": (
        Eye.keyboard,
        "i { display: flex; flex-direction: row-reverse }",
        "<i><button>One</button><button>Two</button></i>",
        "<button> Two is read before <button> One",
    ),
    "a button that only a script moves": (
        Eye.alone,
        "",
        "<button type=button>Add</button>",
        "<button> Add does nothing",
    ),
    "a form without a button": (
        Eye.alone,
        "",
        "<form action='/lost'><input name=a></form>",
        "cannot be sent",
    ),
}


def planted(house, css="", more=""):
    """Serve the good page with something put at its end."""
    style = f'<link rel="stylesheet" href="{OWN}pages/page.css">'
    house.planted["page.css"] = GOOD_CSS + css
    house.planted["page"] = f"{HEAD}{style}</head><body>{GOOD}{more}</body></html>"
    return Place("planted", f"{OWN}pages/page", "stranger", 200)


@pytest.fixture(scope="module")
def reader(chromium, house):
    with eye(chromium, house, Setting("en", "light", PHONE.width)) as reader:
        yield reader


@pytest.fixture(autouse=True)
def nothing_found_yet(reader):
    reader.findings.found.clear()
    reader.findings.looked.clear()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_that_breaks_one_rule_is_reported(house, reader, fault):
    check, css, more, said = FAULTS[fault]

    look(reader, [planted(house, css, more)], check)

    found = [sentence for check in reader.findings.found.values() for sentence in check]
    assert any(said in sentence for sentence in found), found


def test_of_a_good_page_there_is_nothing_to_say(house, reader):
    look(reader, [planted(house)], *{check for check, *_rest in FAULTS.values()})

    assert {check: found for check, found in reader.findings.found.items() if found} == {}
    assert set(reader.findings.looked) == {
        "answer", "axe", "fits", "narrow", "targets", "mirror", "paper", "quiet", "focus", "alone",
    }  # fmt: skip


def test_an_answer_of_another_kind_is_reported(reader):
    look(reader, [Place("lost", "/nowhere", "stranger", 200)], Eye.accessible)

    assert "answers 404 instead of 200" in reader.findings.found["answer"][0]
    assert "axe" not in reader.findings.found


def test_a_check_that_looked_at_nothing_does_not_pass(reader):
    with pytest.raises(AssertionError, match="nothing was looked at"):
        reader.findings.of("axe")


def test_a_page_without_scripts_that_lacks_a_link_differs_in_outline(house, reader):
    look(reader, [planted(house, more="<p>x <a href='/added'>y</a></p>")])
    with_link = reader.outline()
    look(reader, [planted(house)])
    without = reader.outline()

    assert set(with_link["links"]) - set(without["links"]) == {"/added"}
    assert with_link["fields"] == without["fields"] == ["hours"]


def test_an_address_that_nobody_gets_a_page_from_is_noticed(house, places):
    without = [place for place in places.pages if place.rule != "/agenda"]

    assert "/agenda" in not_pages(house, without)
