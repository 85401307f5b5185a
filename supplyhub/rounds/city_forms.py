"""The form that plans a city's day. Shape only; what can be planned is the operation's to say."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from supplyhub.rounds.forms import SECONDS
from supplyhub.webkit.forms import Form
from supplyhub.wording import lazy_gettext


class PlanCity(Form):
    """Ask for plans of a day in all districts. `days` are the choices, as dates and what people call them."""

    day = SelectField(
        lazy_gettext("Day"), validators=[InputRequired(lazy_gettext("Choose the day."))], validate_choice=True
    )
    seconds = RadioField(
        lazy_gettext("How long may it search in each district?"),
        choices=[SelectChoice(value, label) for value, label in SECONDS.items()],
        validators=[InputRequired(lazy_gettext("Choose how long the search may take."))],
    )

    def __init__(
        self, *, days: Sequence[tuple[date, str]], blank: bool = False, data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(blank=blank, data=data)
        self.day.choices = [SelectChoice(day.isoformat(), label) for day, label in days]

    @property
    def wanted_day(self) -> date:
        """The chosen day, once the form is valid."""
        return date.fromisoformat(str(self.day.data))

    @property
    def wanted_seconds(self) -> int:
        """The chosen length of the search, once the form is valid."""
        return int(self.seconds.data)
