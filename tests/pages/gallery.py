"""The pictures of a walk on one page, for a person to look through."""

from collections import defaultdict
from html import escape
from pathlib import Path

HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Every page</title>
<style>
  body { font: 1rem/1.4 sans-serif; margin: 1rem; background: #eee; }
  section { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; }
  figure { margin: 0; max-width: 30rem; }
  img { max-width: 100%; max-height: 60rem; border: 1px solid #888; }
</style>
<h1>Every page</h1>
"""


def hang(folder: Path, pictures: list[tuple[str, str, str]]) -> Path:
    """`pictures` are (page, setting, name of the file); the settings of a page stand together."""
    by_page: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for page, setting, name in pictures:
        by_page[page].append((setting, name))
    parts = [HEAD]
    for page, shots in sorted(by_page.items()):
        figures = "".join(
            f'<figure><a href="{escape(name)}"><img loading="lazy" src="{escape(name)}" alt="">'
            f"</a><figcaption>{escape(setting)}</figcaption></figure>"
            for setting, name in sorted(shots)
        )
        parts.append(f"<h2>{escape(page)}</h2>\n<section>{figures}</section>\n")
    index = folder / "index.html"
    index.write_text("".join(parts), encoding="utf-8")
    return index
