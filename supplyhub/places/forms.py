"""Forms of places. Shape only; choices come through the constructor."""

from collections.abc import Sequence

from wtforms import PasswordField, SelectField, StringField, TelField
from wtforms.validators import DataRequired, Length

from supplyhub.accounts import passwords
from supplyhub.webkit.forms import Form
from supplyhub.wording import lazy_gettext

NO_UNIT = "-"
"""The choice of somebody whose building has no units."""


class CompoundCode(Form):
    """The invitation code of a compound."""

    code = StringField(
        lazy_gettext("Code of your compound"),
        validators=[DataRequired(lazy_gettext("Enter the code of your compound.")), Length(max=40)],
    )


class SignUp(Form):
    """The flat, and what opens an account."""

    code = StringField(lazy_gettext("Code of your compound"), validators=[DataRequired(), Length(max=40)])
    # whether they are on the building list is for the operation to say, in words that help
    building = SelectField(
        lazy_gettext("Building"),
        validators=[DataRequired(lazy_gettext("Choose your building."))],
        validate_choice=False,
    )
    unit = SelectField(lazy_gettext("Unit"), validate_choice=False)
    room = StringField(
        lazy_gettext("Room"),
        validators=[DataRequired(lazy_gettext("Enter your room, such as 501.")), Length(max=10)],
    )
    name = StringField(
        lazy_gettext("Name"), validators=[DataRequired(lazy_gettext("Enter your name.")), Length(max=60)]
    )
    phone = TelField(
        lazy_gettext("Phone number"),
        validators=[DataRequired(lazy_gettext("Enter your phone number.")), Length(max=40)],
    )
    password = PasswordField(
        lazy_gettext("Password"),
        validators=[
            DataRequired(lazy_gettext("Choose a password.")),
            Length(
                min=passwords.SHORTEST,
                max=passwords.LONGEST,
                message=lazy_gettext("Choose a password of 8 to 128 characters."),
            ),
        ],
    )

    def __init__(
        self, *, buildings: Sequence[tuple[str, str]], units: Sequence[tuple[str, str]], blank: bool = False
    ) -> None:
        super().__init__(blank=blank)
        self.building.choices = list(buildings)
        self.unit.choices = list(units)
