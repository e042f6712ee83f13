"""Pages of the catalogue of products."""

from flask import Blueprint

from ecopter.products.views import product

bp = Blueprint("products", __name__, url_prefix="/products")
bp.register_blueprint(product.bp)
