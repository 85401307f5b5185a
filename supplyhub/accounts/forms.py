"""Forms of accounts. Shape only; choices come through the constructor."""

from collections.abc import Sequence

from wtforms import HiddenField, PasswordField, SelectField, StringField, TelField
from wtforms.validators import InputRequired, Length

from supplyhub.accounts import passwords
from supplyhub.webkit.forms import Form
from supplyhub.wording import lazy_gettext

_NEEDED_PHONE = lazy_gettext("Enter your phone number.")
_NEEDED_PASSWORD = lazy_gettext("Enter your password.")
_NEEDED_NAME = lazy_gettext("Enter your name.")
_LENGTH_PASSWORD = lazy_gettext("Choose a password of 8 to 128 characters.")


class LogIn(Form):
    """Phone number and password."""

    phone = TelField(lazy_gettext("Phone number"), validators=[InputRequired(_NEEDED_PHONE), Length(max=40)])
    password = PasswordField(
        lazy_gettext("Password"), validators=[InputRequired(_NEEDED_PASSWORD), Length(max=passwords.LONGEST)]
    )
    next = HiddenField()


class SecondFactor(Form):
    """The code of an authenticator."""

    code = StringField(
        lazy_gettext("Six-digit code"), validators=[InputRequired(lazy_gettext("Enter the code.")), Length(max=12)]
    )


class AcceptInvitation(Form):
    """What somebody who was invited enters."""

    name = StringField(lazy_gettext("Name"), validators=[InputRequired(_NEEDED_NAME), Length(max=60)])
    phone = TelField(lazy_gettext("Phone number"), validators=[InputRequired(_NEEDED_PHONE), Length(max=40)])
    password = PasswordField(
        lazy_gettext("Password"),
        validators=[
            InputRequired(_NEEDED_PASSWORD),
            Length(min=passwords.SHORTEST, max=passwords.LONGEST, message=_LENGTH_PASSWORD),
        ],
    )


class ChangePassword(Form):
    """The current password and the one wanted."""

    current = PasswordField(lazy_gettext("Current password"), validators=[InputRequired(_NEEDED_PASSWORD)])
    wanted = PasswordField(
        lazy_gettext("New password"),
        validators=[
            InputRequired(_NEEDED_PASSWORD),
            Length(min=passwords.SHORTEST, max=passwords.LONGEST, message=_LENGTH_PASSWORD),
        ],
    )


class ConfirmPassword(Form):
    """The current password, before something that weakens the account."""

    password = PasswordField(lazy_gettext("Current password"), validators=[InputRequired(_NEEDED_PASSWORD)])


class InvitePerson(Form):
    """A role and the place where it holds."""

    role = SelectField(lazy_gettext("Role"))
    scope = StringField(
        lazy_gettext("Where"),
        validators=[InputRequired(lazy_gettext("Choose where the role holds.")), Length(max=200)],
    )
    note = StringField(lazy_gettext("For whom"), validators=[Length(max=80)])

    def __init__(self, *, roles: Sequence[tuple[str, object]]) -> None:
        super().__init__()
        self.role.choices = [(code, str(label)) for code, label in roles]
