"""What this product uses of flask_wtf, typed on top of the stubs of wtforms."""

from flask_wtf.csrf import CSRFProtect as CSRFProtect
from flask_wtf.form import FlaskForm as FlaskForm
