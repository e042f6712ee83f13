"""The yardstick: the least a Flask application can do, on the school's own server settings."""

from flask import Flask, render_template_string

from ecopter.people.services.passwords import hash_password, verify

app = Flask(__name__)
stored = hash_password("yardstick")
rows = [{"id": number, "name": f"Ijja Tazart {number}"} for number in range(500)]
TABLE = "<table>{% for row in rows %}<tr><td>{{ row.id }}<td>{{ row.name }}{% endfor %}</table>"

app.get("/hello", endpoint="hello")(lambda: "hello")
app.get("/jinja500", endpoint="jinja500")(lambda: render_template_string(TABLE, rows=rows))
app.get("/hash", endpoint="hash")(lambda: str(verify(stored, "yardstick")))
