"""The rider's round and the gate."""

from flask import Blueprint

blueprint = Blueprint("field", __name__)
