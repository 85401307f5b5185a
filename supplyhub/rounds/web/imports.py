"""Pages of imports: choose a file, look at the preview, confirm."""

from flask import Blueprint

blueprint = Blueprint("imports", __name__)
