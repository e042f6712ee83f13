"""Less is looked up for each call of a page, and everything comes out as Flask and Jinja say."""

import pytest
from flask import render_template_string, request, url_for
from flask.app import Flask
from jinja2 import pass_context
from markupsafe import Markup, escape

from ecopter.platform.i18n import lazy

HOSTILE = "<i>&"


@pytest.fixture
def page(app):
    with app.test_request_context():
        yield app


def plainly(app, endpoint, **values):
    return Flask.url_for(app, endpoint, **values)


class TestAddresses:
    def test_one_of_ids_is_flasks_own_the_second_time_too(self, page):
        wanted = plainly(page, "attendance.register.edit", training_session_id=7)

        asked = [url_for("attendance.register.edit", training_session_id=7) for _ in range(2)]

        assert asked == [wanted, wanted] == ["/sessions/7/register"] * 2

    def test_each_id_has_its_own(self, page):
        addresses = {
            url_for("attendance.register.edit", training_session_id=one) for one in (1, 2, 1)
        }

        assert addresses == {"/sessions/1/register", "/sessions/2/register"}

    def test_where_the_school_stands_below_another_address_it_says_so(self, app):
        found = []
        for root in ("", "/school", ""):
            with app.test_request_context(base_url=f"http://localhost{root}"):
                found.append(url_for("home.show"))

        assert found == ["/", "/school/", "/"]

    def test_true_is_not_taken_for_one(self, page):
        assert url_for("home.show", page=1).endswith("page=1")
        assert url_for("home.show", page=True).endswith("page=True")

    def test_a_dot_leads_from_the_page_that_asks(self, app):
        found = []
        for path in ("/account", "/account/second-factor", "/account"):
            with app.test_request_context(path):
                found.append(url_for(".show"))

        assert found == ["/account", "/account/second-factor", "/account"]

    def test_words_that_people_typed_are_not_kept(self, page):
        before = dict(page._addresses)

        assert url_for("people.person.index", q="Ijja").endswith("q=Ijja")
        assert page._addresses == before

    def test_a_whole_address_stays_whole(self, page):
        url_for("home.show")

        assert url_for("home.show", _external=True) == "http://localhost/"
        assert url_for("home.show", _anchor="main") == "/#main"

    def test_the_store_does_not_grow_for_ever(self, page, monkeypatch):
        monkeypatch.setattr("ecopter.ui.rendering.MOST_ADDRESSES", 3)
        for one in range(10):
            url_for("attendance.register.edit", training_session_id=one)

        assert len(page._addresses) <= 3


class TestCalls:
    def test_what_a_macro_is_given_is_escaped_once(self, page):
        source = "{% macro say(what) %}<b>{{ what }}</b>{% endmacro %}{{ say(what) }}"

        assert render_template_string(source, what=HOSTILE) == "<b>&lt;i&gt;&amp;</b>"

    def test_what_a_function_gives_is_escaped(self, page):
        assert render_template_string("{{ f() }}", f=lambda: HOSTILE) == "&lt;i&gt;&amp;"

    def test_a_function_that_wants_the_context_gets_it(self, page):
        @pass_context
        def whose(context, greeting):
            return f"{greeting} {context['name']}"

        assert (
            render_template_string("{{ whose('I am') }}", whose=whose, name="Ijja") == "I am Ijja"
        )

    def test_it_sees_the_names_of_a_loop(self, page):
        @pass_context
        def this(context):
            return context["one"]

        source = "{% for n in [1, 2] %}{% set one = n %}{{ this() }}{% endfor %}"
        assert render_template_string(source, this=this) == "12"

    def test_an_object_that_can_be_called_is_called(self, page):
        class Greeting:
            def __call__(self, name, mark="!"):
                return f"Azul {name}{mark}"

        source = "{% for _one in [1] %}{{ greet('Ijja', mark='?') }}{% endfor %}"
        assert render_template_string(source, greet=Greeting()) == "Azul Ijja?"

    def test_a_call_block_reaches_its_macro(self, page):
        source = (
            "{% macro box() %}[{{ caller() }}]{% endmacro %}{% call box() %}{{ what }}{% endcall %}"
        )
        assert render_template_string(source, what="<") == "[&lt;]"

    def test_a_drawing_is_drawn_once(self, page):
        source = '{% from "components/icon.html" import icon %}{{ icon("go", flip=true) }}'

        first, second = (render_template_string(source) for _ in range(2))

        assert first == second
        assert "icon--go icon--flip" in first


class TestSentences:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("{{ _('%(name)s.', name=name) }}", "&lt;i&gt;&amp;."),
            ("{{ _('100%% of it') }}", "100% of it"),
            ("{{ _('100%% of %(name)s', name='it') }}", "100% of it"),
            ("{{ ngettext('%(num)s leaf', '%(num)s leaves', 1) }}", "1 leaf"),
            (
                "{{ ngettext('%(num)s leaf of %(name)s', '%(num)s', 1, name=name) }}",
                "1 leaf of &lt;i&gt;&amp;",
            ),
        ],
    )
    def test_values_are_escaped_and_a_percent_sign_is_one(self, page, source, expected):
        assert render_template_string(source, name=HOSTILE) == expected

    def test_a_mail_is_no_markup(self, page):
        text = "{{ _('%(name)s & co.', name=name) }} {{ ngettext('%(num)s', '', 1) }}"
        template = page.jinja_env.overlay(autoescape=False).from_string(text)

        said = template.render(name="O'Brien <o@b.ma>")

        assert said == "O'Brien <o@b.ma> & co. 1"
        assert not isinstance(said, Markup)

    def test_the_words_of_one_page_are_not_kept_for_the_next(self, app):
        found = {}
        for tag in ("fr", "en", "ar"):
            with app.test_request_context(headers={"Cookie": f"language={tag}"}):
                assert request.cookies["language"] == tag
                found[tag] = render_template_string("{{ _('Save') }} {{ _('Save') }}")

        assert found == {"fr": "Enregistrer Enregistrer", "en": "Save Save", "ar": "حفظ حفظ"}


class Drawn:
    """What draws itself."""

    def __html__(self):
        return "<b>drawn</b>"


class Word(str):
    """Text by another name."""

    __slots__ = ()


class TestEscaping:
    @pytest.mark.parametrize(
        "value",
        [
            HOSTILE,
            Word(HOSTILE),
            Markup(HOSTILE),
            lazy("Sign in"),
            7,
            2.5,
            None,
            Drawn(),
            [HOSTILE],
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_every_piece_of_a_page_is_escaped_as_it_always_was(self, page, value):
        assert render_template_string("{{ value }}", value=value) == str(escape(value))
