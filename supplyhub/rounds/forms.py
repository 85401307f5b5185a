"""Forms of rounds: asking for a plan. Shape only; whether the day can be planned is the operation's to say."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from wtforms import DateTimeLocalField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from supplyhub.webkit.forms import Form
from supplyhub.wording import lazy_gettext

SECONDS = {
    "15": lazy_gettext("15 seconds – to see whether the day can be served"),
    "60": lazy_gettext("1 minute – a good plan"),
    "120": lazy_gettext("2 minutes – fewer kilometres and riders"),
    "600": lazy_gettext("10 minutes – the best, when there is time"),
}
"""How long the planner may search, and what one gets for it."""


class StartPlan(Form):
    """Ask for a plan of a day. `days` are the choices, as dates and what people call them."""

    day = SelectField(
        lazy_gettext("Day"), validators=[InputRequired(lazy_gettext("Choose the day."))], validate_choice=True
    )
    cutoff = DateTimeLocalField(
        lazy_gettext("Orders placed until"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[InputRequired(lazy_gettext("Enter a day and a time, such as 8 November 2022, 10:00."))],
    )
    seconds = RadioField(
        lazy_gettext("How long may it search?"),
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
    def wanted_cutoff(self) -> datetime:
        """The chosen time on the district's clock, once the form is valid."""
        return cast("datetime", self.cutoff.data)

    @property
    def wanted_seconds(self) -> int:
        """The chosen length of the search, once the form is valid."""
        return int(self.seconds.data)
