"""Pages of the catalogue of products."""

from flask import Blueprint

bp = Blueprint("products", __name__, url_prefix="/products")
