"""Marks on 0-20, and the one place where they are rounded."""

from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


def round_grade(value: Decimal) -> Decimal:
    """A mark on 0-20 rounded half up to a tenth; called once, on the final figure."""
    return value.quantize(TENTH, rounding=ROUND_HALF_UP)


def share(part: int, whole: int) -> Decimal | None:
    """Percentage of `part` in `whole`, rounded half up to a tenth; None when nothing counts."""
    if whole <= 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(TENTH, rounding=ROUND_HALF_UP)
