"""The house stays readable: modules say what they are for, rooms have their names."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from ecopter.platform.paths import PACKAGE

ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HIDING = {"utils", "helpers", "common", "misc", "manager", "base"}
FOUNDATION = {"shared", "platform", "authorization", "ui", "translations", "content"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_name_hides_what_is_inside():
    assert [path for path in MODULES if path.stem in HIDING] == []


def features():
    return {
        path.name
        for path in PACKAGE.iterdir()
        if path.is_dir() and (path / "__init__.py").exists() and path.name not in FOUNDATION
    }


def test_every_feature_is_in_the_import_contracts():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    rooms = next(c for c in contracts if "containers" in c)["containers"]
    stack = re.findall(r"ecopter\.(\w+)", " ".join(contracts[2]["layers"]))

    assert {name.removeprefix("ecopter.") for name in rooms} == features()
    assert features() <= set(stack)


def test_public_use_cases_say_what_they_take_and_raise():
    silent = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in MODULES
        if {"services", "services.py"} & set(path.parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and len(node.body) > 6
    ]

    assert silent == []


def test_no_address_of_another_host_is_in_what_we_serve():
    served = [
        *ROOT.glob("static/**/*.css"),
        *ROOT.glob("static/**/*.js"),
        *ROOT.glob("templates/**/*.html"),
    ]
    known = {"www.w3.org"}
    foreign = {
        (path.name, host)
        for path in served
        for host in re.findall(r"https?://([\w.-]+)", path.read_text(encoding="utf-8"))
        if host not in known
    }

    assert foreign == set()


def test_secrets_are_made_not_shipped():
    text = "\n".join(Path(path).read_text(encoding="utf-8") for path in MODULES)

    assert not re.search(r"SECRET_KEY\s*=\s*[\"']", text)
