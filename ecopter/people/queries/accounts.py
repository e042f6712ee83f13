"""Reading accounts: by sign-in name, by id, and one's own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from ecopter.authorization.policy import Scope
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.people.rules.sign_in_names import first_free, proposed_sign_in_name
from ecopter.platform.i18n import page_language
from ecopter.shared.errors import NotFound
from ecopter.shared.text import sign_in_key


def find_user(sign_in_name: str) -> User | None:
    """The account of a sign-in name, whatever its capitals, outer spaces and digit script."""
    return db.session.scalar(select(User).where(User.sign_in_key == sign_in_key(sign_in_name)))


def get_user(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def free_sign_in_name(name: PersonName) -> str:
    """A sign-in name made of a person's name that nobody has; one query."""
    proposed = proposed_sign_in_name(name)
    # Letters, digits and dots alone: nothing of it means more to LIKE than it says.
    taken = select(User.sign_in_key).where(User.sign_in_key.like(f"{proposed}%"))
    return first_free(proposed, set(db.session.scalars(taken)))


def list_taken_keys(keys: Sequence[str]) -> set[str]:
    """Those of these sign-in names, folded, that somebody has; and theirs who have a number more.

    Two queries at most: the second only for names that are taken or wanted twice, as few are.
    """
    taken = set(db.session.scalars(select(User.sign_in_key).where(User.sign_in_key.in_(keys))))
    crowded = [key for key, times in Counter(keys).items() if times > 1 or key in taken]
    if crowded:
        begins = or_(*(User.sign_in_key.startswith(key, autoescape=True) for key in crowded))
        taken.update(db.session.scalars(select(User.sign_in_key).where(begins)))
    return taken


@dataclass(frozen=True)
class OwnAccount:
    user: User

    @property
    def scope(self) -> Scope:
        return Scope(owner_id=self.user.id)


def get_own_account(actor: object) -> OwnAccount:
    user_id = getattr(actor, "user_id", None)
    if user_id is None:
        raise NotFound
    return OwnAccount(get_user(user_id))


def display_name(name: PersonName) -> str:
    """The name in the script of the page, when the person has one there."""
    if page_language().tag == "ar" and name.arabic:
        return name.arabic
    return name.latin
