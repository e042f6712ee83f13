"""`docs/permissions.md`: the policy and the doors of an application, written out as one page."""

from collections.abc import Iterable

from flask import Flask

from ecopter.authorization.policy import POLICY, SEEN_BY, Permission, Rule

HEAD = """# Who may do what

Written by `./dev permissions` from `ecopter/authorization/policy.py` and from the addresses of the
application; a test compares. An address without a permission here is open to everybody. Whoever
may see a thing and not act on it is told so (403); for everyone else it does not exist (404).
"""


def permissions_page(app: Flask) -> str:
    """The page as Markdown: what lets in for each permission, then the permission of each door."""
    doors = _doors(app)
    return "\n".join(
        [
            HEAD,
            "## Permissions",
            "",
            *_table(
                ("Permission", "Who", "Seen by", "Doors"),
                [_permission_row(permission, doors) for permission in POLICY],
            ),
            "",
            "## Doors",
            "",
            *_table(("Address", "Methods", "Permission"), doors),
            "",
        ]
    )


Door = tuple[str, str, str]


def _doors(app: Flask) -> list[Door]:
    """Address, methods and permission of every rule, in the order of addresses."""
    found = []
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        found.append((f"`{rule.rule}`", methods, f"`{permission}`" if permission else "everybody"))
    return sorted(found)


def _permission_row(permission: Permission, doors: list[Door]) -> tuple[str, ...]:
    seen_by = SEEN_BY.get(permission)
    who = "; ".join(_sentence(rule) for rule in POLICY[permission])
    count = sum(door[2] == f"`{permission}`" for door in doors)
    return f"`{permission}`", who, f"`{seen_by}`" if seen_by else "–", str(count)


def _sentence(rule: Rule) -> str:
    """The first line of a rule's docstring, as part of a sentence."""
    first = (rule.__doc__ or rule.__name__).strip().splitlines()[0].rstrip(".")
    return first[:1].lower() + first[1:]


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    names = list(heads)
    lines = [names, ["---"] * len(names), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
