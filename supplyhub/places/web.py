"""Pages of places: signing up with a compound's code, compounds."""

from flask import Blueprint

blueprint = Blueprint("places", __name__)
