"""Pages of orders: the resident's compound and orders, the district's orders."""

from flask import Blueprint

blueprint = Blueprint("orders", __name__)
