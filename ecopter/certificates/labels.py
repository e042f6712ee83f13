"""Words for papers, what they are worth, and what is missing for one."""

from collections.abc import Sequence

from flask_babel import ngettext

from ecopter.certificates.queries.issuing import ReadinessState
from ecopter.certificates.queries.papers import CredentialState, PaperState
from ecopter.certificates.rules.eligibility import (
    Ask,
    HalfDayOn,
    Obstacle,
    ObstacleKind,
    Shared,
)
from ecopter.certificates.rules.words import (
    ActionNature,
    Bilingual,
    CredentialKind,
)
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.people.rules import Civility
from ecopter.platform.i18n import day, hours, page_language, percent, say
from ecopter.platform.i18n import lazy as _
from ecopter.school.labels import PAPER_FACT
from ecopter.shared.grade import round_grade
from ecopter.shared.text import N_
from ecopter.timetable.labels import HALF_DAY

KIND = {
    CredentialKind.COMPLETION: _("Certificate of completion"),
    CredentialKind.ATTESTATION: _("End-of-training certificate"),
    CredentialKind.LEADERSHIP: _("Certificate of training for association leaders"),
    CredentialKind.TRANSCRIPT: _("Transcript of marks"),
}
KIND_HINT = {
    CredentialKind.COMPLETION: _(
        "States the hours really done between two dates. It is refused for no mark and no "
        "attendance rate, and given to those who left too."
    ),
    CredentialKind.ATTESTATION: _(
        "States what was learnt: every competence acquired or being acquired, the product file "
        "defended, enough presence and enough hours."
    ),
    CredentialKind.LEADERSHIP: _(
        "States what association leaders have learnt: every competence acquired or being acquired, "
        "enough presence and enough hours."
    ),
    CredentialKind.TRANSCRIPT: _(
        "States the hours and the mark of each module beside its competence. It is refused for no "
        "low mark, and given to those who left too."
    ),
}
STATE = {
    CredentialState.LIVE: _("valid"),
    CredentialState.REVOKED: _("revoked"),
    CredentialState.SUPERSEDED: _("replaced"),
    CredentialState.DAMAGED: _("record damaged"),
}
STATE_TONE = {
    CredentialState.LIVE: "done",
    CredentialState.REVOKED: "absent",
    CredentialState.SUPERSEDED: "late",
    CredentialState.DAMAGED: "absent",
}
PAPER = {
    PaperState.MAKING: _("the PDF is being made"),
    PaperState.READY: _("the PDF is ready"),
    PaperState.FAILED: _("the PDF could not be made"),
}
PAPER_TONE = {
    PaperState.MAKING: "info",
    PaperState.READY: "done",
    PaperState.FAILED: "absent",
}
RESULT = {
    CompetenceOutcome.ACQUIRED: _("acquired"),
    CompetenceOutcome.IN_PROGRESS: _("being acquired"),
    CompetenceOutcome.NOT_ACQUIRED: _("not acquired"),
    CompetenceOutcome.NOT_ASSESSED: _("not assessed"),
}
RESULT_TONE = {
    CompetenceOutcome.ACQUIRED: "done",
    CompetenceOutcome.IN_PROGRESS: "late",
    CompetenceOutcome.NOT_ACQUIRED: "absent",
    CompetenceOutcome.NOT_ASSESSED: "neutral",
}
NATURE = {
    ActionNature.TRAINING: _("training course"),
    ActionNature.SKILLS_REVIEW: _("skills review"),
    ActionNature.PRIOR_LEARNING: _("recognition of prior learning"),
    ActionNature.APPRENTICESHIP: _("training by apprenticeship"),
}
CIVILITY = {
    Civility.MADAME: ("Madame", "السيدة"),
    Civility.MONSIEUR: ("Monsieur", "السيد"),
    Civility.NEUTRAL: ("", ""),
}
SCHOOL_FACT = PAPER_FACT
ASK = {
    Ask.NOBODY: "",
    Ask.INSTRUCTORS: _("Ask the cohort's instructors."),
    Ask.OFFICE: _("Ask the head of studies."),
}

READINESS = {
    ReadinessState.READY: _("ready"),
    ReadinessState.MISSING: _("something is missing"),
    ReadinessState.ISSUED: _("issued"),
}
READINESS_TONE = {
    ReadinessState.READY: "present",
    ReadinessState.MISSING: "late",
    ReadinessState.ISSUED: "done",
}

_PLAIN = {
    ObstacleKind.NO_ATTENDANCE: N_("Not one minute of presence is on a closed register."),
    ObstacleKind.NOTHING_ASSESSED: N_("No competence has been assessed."),
    ObstacleKind.CAPSTONE_NOT_DEFENDED: N_("The product file has not been defended."),
}
_SHARES = {
    ObstacleKind.RATE_TOO_LOW: N_(
        "Presence: %(reached)s of the expected hours, at least %(asked)s is asked; "
        "%(missing)s missing."
    ),
    ObstacleKind.HOURS_TOO_FEW: N_(
        "Hours of the whole course: %(reached)s done, at least %(asked)s is asked; "
        "%(missing)s missing."
    ),
}


_BRIEF = {
    ObstacleKind.NOT_ENDED: N_("end of the course"),
    ObstacleKind.REGISTER_MISSING: N_("registers to close"),
    ObstacleKind.LINE_MISSING: N_("lines on registers"),
    ObstacleKind.NO_ATTENDANCE: N_("presence"),
    ObstacleKind.RATE_TOO_LOW: N_("presence"),
    ObstacleKind.HOURS_TOO_FEW: N_("hours"),
    ObstacleKind.NOTHING_ASSESSED: N_("competences"),
    ObstacleKind.CAPSTONE_NOT_DEFENDED: N_("product file"),
}


def brief(found: Sequence[Obstacle]) -> str:
    """All that is missing in a few words: `Missing: hours (at 40.3 %), C8`."""
    return say(N_("Missing: %(words)s"), words=comma().join(_briefly(one) for one in found))


def _briefly(found: Obstacle) -> str:
    words = found.competence or say(_BRIEF[found.kind])
    if found.reached is None:
        return words
    return say(N_("%(what)s (at %(rate)s)"), what=words, rate=percent(round_grade(found.reached)))


def obstacle(found: Obstacle) -> str:
    """What is missing, with its amount, in the language of the page."""
    if found.kind in _PLAIN:
        return say(_PLAIN[found.kind])
    if found.competence:
        return _competences(found.kind, [found.competence])
    if found.kind in _SHARES and found.reached is not None:
        return say(
            _SHARES[found.kind],
            reached=percent(round_grade(found.reached)),
            asked=percent(found.asked.normalize() if found.asked is not None else None),
            missing=hours(found.minutes),
        )
    if found.kind is ObstacleKind.REGISTER_MISSING:
        return ngettext(
            "%(num)s half-day without a closed register: %(days)s.",
            "%(num)s half-days without a closed register: %(days)s.",
            found.count,
            days=half_days(found.half_days),
        )
    if found.kind is ObstacleKind.LINE_MISSING:
        return ngettext(
            "%(num)s closed register has no line for this person.",
            "%(num)s closed registers have no line for this person.",
            found.count,
        )
    return say(N_("The course runs until %(day)s."), day=day(found.on) if found.on else "–")


def sentences(found: Sequence[Obstacle]) -> list[tuple[str, Ask]]:
    """All that is missing, each with whom to ask; competences in the same case share a line."""
    lines: list[tuple[str, Ask]] = []
    told: set[ObstacleKind] = set()
    for one in found:
        if not one.competence:
            lines.append((obstacle(one), one.ask))
        elif one.kind not in told:
            told.add(one.kind)
            codes = [other.competence for other in found if other.kind is one.kind]
            lines.append((_competences(one.kind, codes), one.ask))
    return lines


def common_sentences(of_papers: Sequence[Sequence[Obstacle]]) -> list[tuple[str, Ask]]:
    """What keeps someone from each of several papers, word for word; nothing for a single one."""
    if len(of_papers) < 2:
        return []
    first, *others = [sentences(found) for found in of_papers]
    return [line for line in first if all(line in lines for lines in others)]


def shared_sentences(shared: Sequence[Shared]) -> list[tuple[str, Ask, int]]:
    """What many lack: the sentence, whom to ask, how many people.

    Registers are left out: the page lists the half-days with links to them.
    """
    by_people: dict[frozenset[int], list[Obstacle]] = {}
    for one in shared:
        if one.obstacle.kind is not ObstacleKind.REGISTER_MISSING:
            by_people.setdefault(one.people, []).append(one.obstacle)
    return [
        (sentence, ask, len(people))
        for people, found in by_people.items()
        for sentence, ask in sentences(found)
    ]


def _competences(kind: ObstacleKind, codes: Sequence[str]) -> str:
    listed = comma().join(codes)
    if kind is ObstacleKind.COMPETENCE_NOT_ASSESSED:
        return ngettext(
            "Competence %(codes)s is not assessed.",
            "Competences %(codes)s are not assessed.",
            len(codes),
            codes=listed,
        )
    return ngettext(
        "Competence %(codes)s is not acquired.",
        "Competences %(codes)s are not acquired.",
        len(codes),
        codes=listed,
    )


def comma() -> str:
    return "، " if page_language().tag == "ar" else ", "


def half_days(found: tuple[HalfDayOn, ...]) -> str:
    """`12/10/2026 (morning), 13/10/2026 (afternoon)`."""
    return comma().join(f"{day(one.day, 'short')} ({HALF_DAY[one.half_day]})" for one in found)


def wording(text: Bilingual) -> tuple[str, str]:
    """(language, words) of a frozen wording as the reader of this page is shown it."""
    if page_language().tag == "ar" and text.ar:
        return "ar", text.ar
    return "fr", text.fr
