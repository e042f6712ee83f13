"""Templates compile, pages have titles, and nothing is marked safe."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes

from ecopter.platform.paths import TEMPLATES

PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if path.relative_to(TEMPLATES).parts[0] != "documents"
)


def read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_template_compiles(app, name):
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fills_its_title(name):
    text = read(name)
    is_layout = name.endswith(("/layout.html", "/page.html"))
    if re.search(r'{%-? extends "layouts/(app|focus|print)\.html"', text) and not is_layout:
        assert "{% block title %}" in text


@pytest.mark.parametrize("name", PAGES)
def test_every_imported_macro_is_used(app, name):
    tree = app.jinja_env.parse(read(name))
    imported = set()
    for found in tree.find_all(nodes.FromImport):
        imported |= {one[1] if isinstance(one, tuple) else one for one in found.names}
    used = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "load"}

    assert imported - used == set()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_inline_or_marked_safe(name):
    text = read(name)

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|\|\s*safe\b|<script(?![^>]*src=)", text)


@pytest.mark.parametrize("name", PAGES)
def test_no_text_escapes_translation(name):
    """Words between tags are in `_()`; what stands in two languages at once carries its lang."""
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", " ", read(name), flags=re.DOTALL)
    text = re.sub(r"<svg.*?</svg>|\w+--\w+", " ", text, flags=re.DOTALL)
    text = re.sub(r"<(\w+)[^>]*\slang=[^>]*>.*?</\1>", " ", text, flags=re.DOTALL)
    words = re.findall(r"[^\W\d_]{3,}", re.sub(r"<[^>]*>", " ", text))

    assert [word for word in words if word not in {"ECOPTER", "doctype", "html"}] == []


def test_templates_are_named_after_their_views(app):
    views = {rule.endpoint.replace(".", "/") for rule in app.url_map.iter_rules()}
    shared = {"layouts", "components", "errors", "documents", "mail"}
    strangers = [
        name
        for name in PAGES
        if name.split("/")[0] not in shared
        and not any(view.startswith(str(Path(name).parent).replace("\\", "/")) for view in views)
    ]

    assert strangers == []
