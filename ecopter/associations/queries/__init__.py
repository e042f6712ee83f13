"""Reading associations, mandates, and what they give a right to."""

from ecopter.associations.queries.directory import (
    SORTS,
    AssociationLine,
    AssociationPlace,
    AssociationSheet,
    MandateLine,
    get_association,
    get_association_sheet,
    list_associations,
    list_registered,
    page_of,
)
from ecopter.associations.queries.mandates import (
    Candidate,
    Candidates,
    MandatePlace,
    find_candidate,
    get_mandate,
    list_candidates,
    list_mandates_for_update,
)
from ecopter.associations.queries.standing import (
    HeldMandate,
    Represented,
    association_on,
    associations_on,
    list_of_person,
    roles_of,
    runs_on,
)

__all__ = [
    "SORTS",
    "AssociationLine",
    "AssociationPlace",
    "AssociationSheet",
    "Candidate",
    "Candidates",
    "HeldMandate",
    "MandateLine",
    "MandatePlace",
    "Represented",
    "association_on",
    "associations_on",
    "find_candidate",
    "get_association",
    "get_association_sheet",
    "get_mandate",
    "list_associations",
    "list_candidates",
    "list_mandates_for_update",
    "list_of_person",
    "list_registered",
    "page_of",
    "roles_of",
    "runs_on",
]
