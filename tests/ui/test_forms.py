"""What every form of a page does with its fields before any rule looks at them."""

import pytest
from wtforms import HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired

from ecopter.ui.forms import PageForm


class Letter(PageForm):
    to = StringField("To")
    words = TextAreaField("Words")
    secret = PasswordField("Secret")
    seen = HiddenField()
    named = HiddenField("Version")
    kept = HiddenField(default="7", validators=[InputRequired()])


@pytest.fixture
def letter(app):
    def send(**sent):
        with app.test_request_context("/", method="POST", data=sent):
            return Letter()

    return send


def test_a_hidden_field_has_only_the_label_it_was_given(letter):
    form = letter()

    assert [field.label.text for field in (form.seen, form.named, form.kept)] == ["", "Version", ""]


def test_a_hidden_field_keeps_what_it_was_made_with(letter):
    form = letter(kept="8")

    assert (form.kept.data, form.kept.default) == ("8", "7")
    assert form.kept.flags.required


def test_spaces_around_what_was_typed_go_and_those_of_a_password_stay(letter):
    form = letter(to="  Ijja \r\n Tazart ", words=" one\r\ntwo ", secret=" two words ")

    assert (form.to.data, form.words.data) == ("Ijja   Tazart", "one\r\ntwo")
    assert form.secret.data == " two words "
