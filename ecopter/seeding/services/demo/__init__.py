"""The demonstration school: loading all of it, keeping it alive, taking all of it away."""

from ecopter.seeding.queries.demo import counts, has_demo
from ecopter.seeding.services.demo.loading import DemoReport, load_demo
from ecopter.seeding.services.demo.removing import remove_demo

__all__ = ["DemoReport", "counts", "has_demo", "load_demo", "remove_demo"]
