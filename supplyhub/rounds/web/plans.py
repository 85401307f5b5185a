"""Pages of plans: the list of a day's plans, one plan, starting, stopping and publishing."""

from flask import Blueprint

blueprint = Blueprint("plans", __name__)
