"""Small files of every kind, good and bad, made when they are needed."""

import io
import zipfile

import pikepdf
from PIL import Image

from ecopter.assessment.rules.uploads import FileKind


def picture(kind: str, size: tuple[int, int] = (64, 48), colour: str = "orange") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, kind)
    return target.getvalue()


def pdf(password: str = "", open_action: str = "") -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    if open_action:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name(open_action), F="x")
    lock = pikepdf.Encryption(user=password, owner=password) if password else False
    target = io.BytesIO()
    document.save(target, encryption=lock)
    return target.getvalue()


def packed(entries: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def docx(more: dict[str, bytes] | None = None, *, macro_type: bool = False) -> bytes:
    kind = FileKind.DOCX.value + (".macroEnabled" if macro_type else ".main+xml")
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    body = {"[Content_Types].xml": types.encode(), "word/document.xml": b"<w:document/>"}
    return packed(body | (more or {}))


def odt(more: dict[str, bytes] | None = None) -> bytes:
    return packed({"mimetype": FileKind.ODT.encode(), "content.xml": b"<x/>"} | (more or {}))
