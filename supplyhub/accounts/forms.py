"""Forms of accounts. Shape only; choices come through the constructor."""

from collections.abc import Mapping, Sequence

from wtforms import HiddenField, PasswordField, SelectField, StringField, TelField
from wtforms.validators import DataRequired, Length

from supplyhub.accounts import passwords
from supplyhub.webkit.forms import Form
from supplyhub.wording import lazy_gettext

_NEEDED_PHONE = lazy_gettext("Enter your phone number.")
_NEEDED_PASSWORD = lazy_gettext("Enter your password.")
_NEEDED_NAME = lazy_gettext("Enter your name.")
_LENGTH_PASSWORD = lazy_gettext("Choose a password of 8 to 128 characters.")


class LogIn(Form):
    """Phone number and password."""

    phone = TelField(lazy_gettext("Phone number"), validators=[DataRequired(_NEEDED_PHONE), Length(max=40)])
    password = PasswordField(
        lazy_gettext("Password"), validators=[DataRequired(_NEEDED_PASSWORD), Length(max=passwords.LONGEST)]
    )
    next = HiddenField()


class SecondFactor(Form):
    """The code of an authenticator."""

    code = StringField(
        lazy_gettext("Six-digit code"), validators=[DataRequired(lazy_gettext("Enter the code.")), Length(max=12)]
    )


class AcceptInvitation(Form):
    """What somebody who was invited enters."""

    name = StringField(lazy_gettext("Name"), validators=[DataRequired(_NEEDED_NAME), Length(max=60)])
    phone = TelField(lazy_gettext("Phone number"), validators=[DataRequired(_NEEDED_PHONE), Length(max=40)])
    password = PasswordField(
        lazy_gettext("Password"),
        validators=[
            DataRequired(_NEEDED_PASSWORD),
            Length(min=passwords.SHORTEST, max=passwords.LONGEST, message=_LENGTH_PASSWORD),
        ],
    )


class ChangePassword(Form):
    """The current password and the one wanted."""

    current = PasswordField(lazy_gettext("Current password"), validators=[DataRequired(_NEEDED_PASSWORD)])
    wanted = PasswordField(
        lazy_gettext("New password"),
        validators=[
            DataRequired(_NEEDED_PASSWORD),
            Length(min=passwords.SHORTEST, max=passwords.LONGEST, message=_LENGTH_PASSWORD),
        ],
    )


class ConfirmPassword(Form):
    """The current password, before something that weakens the account."""

    password = PasswordField(lazy_gettext("Current password"), validators=[DataRequired(_NEEDED_PASSWORD)])


class InvitePerson(Form):
    """A role and the place where it holds; `groups` parts the places under headings."""

    role = HiddenField()
    scope = SelectField(lazy_gettext("Where"), validators=[DataRequired(lazy_gettext("Choose where the role holds."))])
    note = StringField(
        lazy_gettext("For whom"),
        description=lazy_gettext("A name or a hint that only staff see."),
        validators=[Length(max=80, message=lazy_gettext("Keep this under 80 characters."))],
    )

    def __init__(self, *, role: str, groups: Mapping[str, Sequence[tuple[str, str]]], blank: bool = False) -> None:
        super().__init__(blank=blank)
        self.role.data = role
        if set(groups) <= {""}:
            self.scope.choices = list(groups.get("", ()))
        else:
            self.scope.choices = {group: list(choices) for group, choices in groups.items()}


class Plain(Form):
    """Nothing but its CSRF token."""
