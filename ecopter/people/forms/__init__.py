"""What people type to come in, about themselves, and about each other in the office."""

from ecopter.people.forms.administration import DeactivationForm, RoleEndForm, RoleForm
from ecopter.people.forms.details import AccountForm, PersonForm
from ecopter.people.forms.entering import (
    CodeRequestForm,
    ConfirmationForm,
    RedeemForm,
    SignInForm,
)
from ecopter.people.forms.searching import read_list, search_of
from ecopter.people.forms.second_factor import FirstCodeForm, StepForm
from ecopter.people.forms.slips import SlipsForm

__all__ = [
    "AccountForm",
    "CodeRequestForm",
    "ConfirmationForm",
    "DeactivationForm",
    "FirstCodeForm",
    "PersonForm",
    "RedeemForm",
    "RoleEndForm",
    "RoleForm",
    "SignInForm",
    "SlipsForm",
    "StepForm",
    "read_list",
    "search_of",
]
