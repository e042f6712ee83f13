"""The attestation of the real course, with all its competences, is one sheet on a wall."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pypdf
import pytest

from ecopter.certificates.rules.words import (
    Bilingual,
    CertificateWords,
    CompetenceWords,
    MarkWords,
    Period,
)
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.platform.paths import CONTENT
from ecopter.seeding.rules.course_files import read_course


@pytest.mark.pdf
def test_the_whole_course_fits_one_page(
    attestation: CertificateWords, printed: Callable[[CertificateWords], bytes]
) -> None:
    course = read_course(CONTENT / "curricula" / "terroir")
    competences = tuple(
        CompetenceWords(
            module.competence.code,
            Bilingual(module.competence.titles["fr"], module.competence.titles["ar"]),
            # Two in progress, as in the first cohort: their words are the longest of all.
            CompetenceOutcome.IN_PROGRESS if position % 6 == 0 else CompetenceOutcome.ACQUIRED,
        )
        for position, module in enumerate(each for each in course.modules if each.competence)
    )
    pairs = zip(course.objectives["fr"], course.objectives["ar"], strict=True)

    pdf = printed(
        replace(
            attestation,
            objectives=tuple(Bilingual(fr, ar) for fr, ar in pairs),
            competences=competences,
        )
    )

    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    assert len(competences) == 11
    assert len(pages) == 1
    assert all(one.code in pages[0].extract_text() for one in competences)


@pytest.mark.pdf
def test_the_marks_of_the_whole_course_fit_one_page(
    transcript: CertificateWords, printed: Callable[[CertificateWords], bytes]
) -> None:
    course = read_course(CONTENT / "curricula" / "terroir")
    marks = tuple(
        MarkWords(
            module.code,
            Bilingual(module.titles["fr"], module.titles["ar"]),
            minutes_done=20 * 60 + 30,
            minutes_planned=21 * 60,
            mark=Decimal("13.5") if module.competence else None,
            result=CompetenceOutcome.IN_PROGRESS if module.competence else None,
        )
        for module in course.modules
    )
    stays = (Period(date(2026, 1, 5), date(2026, 2, 27)), *transcript.periods)

    pdf = printed(replace(transcript, marks=marks, periods=stays, is_specimen=True))

    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    assert len(marks) == 13
    assert len(pages) == 1
    assert all(one.code in pages[0].extract_text() for one in marks)
