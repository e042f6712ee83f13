"""Words for papers, what they are worth, and what is missing for one."""

from flask_babel import ngettext

from ecopter.certificates.queries.issuing import SchoolFact
from ecopter.certificates.queries.papers import CredentialState, PaperState
from ecopter.certificates.rules.eligibility import Ask, HalfDayOn, Obstacle, ObstacleKind
from ecopter.certificates.rules.words import (
    ActionNature,
    Bilingual,
    CredentialKind,
)
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.people.rules import Civility
from ecopter.platform.i18n import day, hours, page_language, percent, say
from ecopter.platform.i18n import lazy as _
from ecopter.shared.grade import round_grade
from ecopter.shared.text import N_
from ecopter.timetable.labels import HALF_DAY

KIND = {
    CredentialKind.COMPLETION: _("Certificate of completion"),
    CredentialKind.ATTESTATION: _("End-of-training certificate"),
    CredentialKind.LEADERSHIP: _("Certificate of training for association leaders"),
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
SCHOOL_FACT = {
    SchoolFact.LEGAL_NAME: _("its legal name"),
    SchoolFact.ADDRESS: _("its address"),
    SchoolFact.DECLARATION_NUMBER: _("its declaration number as a training organisation"),
    SchoolFact.SIGNATORY_NAME: _("the name of the person who signs"),
    SchoolFact.SIGNATORY_TITLE: _("the function of the person who signs"),
    SchoolFact.PLACE: _("the place of signing"),
}
ASK = {
    Ask.NOBODY: "",
    Ask.INSTRUCTORS: _("Ask the cohort's instructors."),
    Ask.OFFICE: _("Ask the head of studies."),
}

_PLAIN = {
    ObstacleKind.NO_ATTENDANCE: N_("Not one minute of presence is on a closed register."),
    ObstacleKind.NOTHING_ASSESSED: N_("No competence has been assessed."),
    ObstacleKind.CAPSTONE_NOT_DEFENDED: N_("The product file has not been defended."),
}
_COMPETENCE = {
    ObstacleKind.COMPETENCE_NOT_ASSESSED: N_("Competence %(code)s is not assessed."),
    ObstacleKind.COMPETENCE_NOT_ACQUIRED: N_("Competence %(code)s is not acquired."),
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


def obstacle(found: Obstacle) -> str:
    """What is missing, with its amount, in the language of the page."""
    if found.kind in _PLAIN:
        return say(_PLAIN[found.kind])
    if found.kind in _COMPETENCE:
        return say(_COMPETENCE[found.kind], code=found.competence)
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


def half_days(found: tuple[HalfDayOn, ...]) -> str:
    """`12/10/2026 (morning), 13/10/2026 (afternoon)`."""
    comma = "، " if page_language().tag == "ar" else ", "
    return comma.join(f"{day(one.day, 'short')} ({HALF_DAY[one.half_day]})" for one in found)


def wording(text: Bilingual) -> tuple[str, str]:
    """(language, words) of a frozen wording as the reader of this page is shown it."""
    if page_language().tag == "ar" and text.ar:
        return "ar", text.ar
    return "fr", text.fr
