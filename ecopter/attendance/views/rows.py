"""Rows of a register, joined in Python: a template loop over 500 of them is far slower."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from ecopter.attendance import labels
from ecopter.attendance.forms import Row

# What stands for a row's number in the markup of its answers.
NUMBER = "@"


class Rows:
    """The parts of a row, drawn once and filled for everyone; whatever is filled in is escaped.

    `answers`, none of them chosen yet, with `NUMBER` in them; `more`, the further fields, with
    holes for number, minutes late, minutes left early and note; `names`, the markup of a name in
    both scripts and in one, with holes for Latin and Arabic letters.
    """

    def __init__(self, answers: Markup, more: Markup, names: tuple[Markup, Markup]) -> None:
        plain = str(answers)
        chosen = {status.value: _chosen(plain, status.value) for status in labels.STATUS}
        self.answers = {"": plain, **chosen}
        self.more = str(more)
        self.in_both, self.in_latin = map(str, names)

    def draw(self, rows: Iterable[Row]) -> Markup:
        return Markup("\n".join(map(self._row, rows)))  # noqa: S704 (made of our own markup)

    def _row(self, row: Row) -> str:
        legend = (self.in_both if row.arabic else self.in_latin).format(
            escape(row.latin), escape(row.arabic)
        )
        if told := row.line.announced:
            legend += f"<small>{escape(labels.announced(told.category, told.state))}</small>"
        fields = self.answers[row.status].replace(NUMBER, row.key)
        if row.shows_more:
            fields += self._more(row)
        if not row.error:
            return f'<fieldset class="row"><legend>{legend}</legend>{fields}</fieldset>'
        where = f"e{row.key}-error"
        return (
            f'<fieldset class="row row--invalid" aria-describedby="{where}">'
            f'<legend>{legend}</legend><p class="row__error" id="{where}">{escape(row.error)}</p>'
            f"{fields}</fieldset>"
        )

    def _more(self, row: Row) -> str:
        fields = self.more
        if row.category in labels.EXCUSE:
            chosen = f'<option value="{row.category}"'
            fields = fields.replace(chosen, f"{chosen} selected")
        return fields.format(row.key, escape(row.late), escape(row.early), escape(row.note))


def _chosen(answers: str, value: str) -> str:
    option = f"value={value}>"
    return answers.replace(option, f"{option[:-1]} checked>")
