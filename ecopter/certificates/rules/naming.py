"""What the file of a paper is called."""

from ecopter.shared.text import fold


def file_name(number: str, latin: str) -> str:
    """`ATT-2026-0001-ijja-tazart.pdf`: sorts by number, and says whose it is."""
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in fold(latin))
    return "-".join([number, *filter(None, plain.split("-"))]) + ".pdf"
