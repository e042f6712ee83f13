"""Ways of writing code that let a text become an act: none is in the house.

There is no XML parser of ours to attack: an uploaded document is read as an archive of names and
sizes, a logo as pixels. These rules keep it so.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from ecopter.platform.paths import PACKAGE, TEMPLATES

# Modules that turn bytes of others into objects, run them, or draw numbers one can guess.
UNWANTED = {
    "dill": "objects out of bytes",
    "lxml": "XML of others",
    "marshal": "objects out of bytes",
    "pickle": "objects out of bytes",
    "random": "numbers that can be guessed",
    "shelve": "objects out of bytes",
    "telnetlib": "a connection in the clear",
    "xml": "XML of others",
    "xmlrpc": "XML of others",
    "yaml": "objects out of text",
}
# Calls, by the last part of their name.
ACTS = {
    "eval": "runs a text",
    "exec": "runs a text",
    "loads_pickle": "objects out of bytes",
    "mktemp": "a name that another may take first",
    "popen": "runs a command line",
    "render_template_string": "a template out of a text",
    "from_string": "a template out of a text",
    "system": "runs a command line",
}
SWITCHES = {
    ("autoescape", False): "a template that trusts its words",
    ("huge_tree", True): "XML without a limit",
    ("resolve_entities", True): "XML that reads files",
    ("shell", True): "runs a command line",
    ("verify", False): "a connection to anybody",
}
WEAK = {"md5", "sha1"}
# Statements of SQL, by the function that takes them.
STATEMENTS = {"text", "exec_driver_sql", "executescript"}
# What stands all the same, file by file, and why it harms nobody.
KNOWN = {
    ("attendance/views/rows.py", "words that are trusted"): "our own markup and escaped words",
    ("backup/services.py", "a statement made of texts"): "the name of a table of ours",
    ("gradebook/views/cells.py", "words that are trusted"): "our own markup and escaped words",
    ("platform/i18n.py", "words that are trusted"): "our own catalogues; values are escaped",
    ("platform/pdf/thrift.py", "XML of others"): "our own page without entities, words escaped",
}


def faults_of(name: str, source: str) -> Iterator[str]:
    """Every unwanted way of one module; `name` is its path in the package."""
    tree = ast.parse(source)
    of_pages = bool({"views", "forms", "views.py", "forms.py"} & set(name.split("/")))
    from_readers = of_pages or "request" in _names(tree)
    for node in ast.walk(tree):
        yield from _imports(node)
        if isinstance(node, ast.Call):
            yield from _calls(node, from_readers=from_readers)


def _names(tree: ast.AST) -> set[str]:
    """What the module takes from elsewhere."""
    found = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {alias.name for node in found for alias in node.names}


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        modules = [node.module or ""]
    else:
        return
    for module in modules:
        if (root := module.partition(".")[0]) in UNWANTED:
            yield UNWANTED[root]


def _calls(node: ast.Call, *, from_readers: bool) -> Iterator[str]:
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if called in ACTS:
        yield ACTS[called]
    if called in WEAK:
        yield "a hash that can be forged"
    if called == "Markup" and node.args and not isinstance(node.args[0], ast.Constant):
        yield "words that are trusted"
    if called in STATEMENTS and node.args and _is_made_of_texts(node.args[0]):
        yield "a statement made of texts"
    if called == "setattr" and from_readers:
        yield "a field that the sender names"
    for keyword in node.keywords:
        value = getattr(keyword.value, "value", None)
        if (keyword.arg, value) in SWITCHES and isinstance(value, bool):
            yield SWITCHES[keyword.arg, value]


def _is_made_of_texts(node: ast.AST) -> bool:
    """Joined, formatted or filled in, instead of handed over as a parameter."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", "") in {"format", "join", "replace"}
    is_formatted = isinstance(node, ast.JoinedStr) and any(
        isinstance(part, ast.FormattedValue) for part in node.values
    )
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)
    return is_formatted or is_sum


def template_faults(source: str) -> list[str]:
    """What lets a text of a template be more than a text."""
    trusting = r"\|\s*safe\b|{%-?\s*autoescape\s+false|\|\s*attr\(|Markup\(|<script(?![^>]*\bsrc=)"
    return re.findall(trusting, source)


def test_no_way_of_writing_lets_a_text_act(proof):
    found = {
        (path.relative_to(PACKAGE).as_posix(), fault)
        for path in PACKAGE.rglob("*.py")
        for fault in faults_of(path.relative_to(PACKAGE).as_posix(), path.read_text("utf-8"))
    }
    templates = sorted(TEMPLATES.rglob("*.*"))
    trusting = {path.name: template_faults(path.read_text("utf-8")) for path in templates}

    assert found == set(KNOWN)
    assert [name for name, faults in trusting.items() if faults] == []
    rules = len(UNWANTED) + len(ACTS) + len(SWITCHES) + len(WEAK) + 4
    proof(
        "attack",
        "No module and no template lets a text become code, markup, SQL or an object",
        bar="0 apart from those named with a reason",
        figure=f"{rules} rules, {len(list(PACKAGE.rglob('*.py')))} modules, {len(templates)} "
        f"templates: 0, {len(KNOWN)} named",
    )


# Planted faults: what the rules have to find.


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from xml.etree import ElementTree",
        "from xml.dom.minidom import parseString",
        "import lxml.etree",
        "import random",
        "import yaml\nyaml.load(x)",
        "parser(resolve_entities=True)",
        "parser(huge_tree=True)",
        "session.execute(text(f'SELECT {x}'))",
        "session.execute(text('SELECT ' + x))",
        "session.execute(text('SELECT %s' % x))",
        "session.execute(text('SELECT {}'.format(x)))",
        "connection.exec_driver_sql(f'DROP {x}')",
        "render_template_string(x)",
        "environment.from_string(x)",
        "Environment(autoescape=False)",
        "Markup(f'<b>{x}</b>')",
        "Markup(x)",
        "eval(x)",
        "os.system(x)",
        "subprocess.run(x, shell=True)",
        "hashlib.md5(x)",
        "get(x, verify=False)",
    ],
)
def test_a_fault_of_a_module_is_found(source):
    assert list(faults_of("x/services.py", source))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("x/views/y.py", "setattr(row, name, value)"),
        ("x/forms.py", "setattr(row, name, value)"),
        ("x/other.py", "from flask import request\nsetattr(row, name, request.form[name])"),
    ],
)
def test_a_field_that_the_sender_names_is_found(name, source):
    assert list(faults_of(name, source)) == ["a field that the sender names"]


@pytest.mark.parametrize(
    "source",
    [
        "{{ x | safe }}",
        "{{ x|safe }}",
        "{% autoescape false %}",
        "<script>x</script>",
        "{{ x|attr(y) }}",
    ],
)
def test_a_fault_of_a_template_is_found(source):
    assert template_faults(source)


@pytest.mark.parametrize(
    "source",
    [
        "session.execute(text('SELECT 1'))",
        "Markup('<b>{}</b>').format(x)",
        "Environment(autoescape=True)",
        "subprocess.run(['true'])",
        "hashlib.sha256(x)",
    ],
)
def test_a_good_way_is_left_alone(source):
    assert list(faults_of("x/services.py", source)) == []
