"""The supplier's loading list."""

from flask import Blueprint

blueprint = Blueprint("loading", __name__)
