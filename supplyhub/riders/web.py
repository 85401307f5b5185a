"""Pages of riders."""

from flask import Blueprint

blueprint = Blueprint("riders", __name__)
