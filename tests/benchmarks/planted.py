"""A small application whose second page does the same as the first, only slower."""

import time

from flask import Flask

app = Flask(__name__)
BURNT_SECONDS = 0.03

app.get("/hello", endpoint="hello")(lambda: "hello")
app.get("/quick", endpoint="quick")(lambda: "done")


@app.get("/slow")
def slow() -> str:
    end = time.thread_time() + BURNT_SECONDS
    while time.thread_time() < end:
        pass
    return "done"
