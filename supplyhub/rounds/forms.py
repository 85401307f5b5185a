"""Forms of rounds: asking for a plan. Shape only; whether the day can be planned is the operation's to say."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from wtforms import BooleanField, DateTimeLocalField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, NumberRange, Optional

from supplyhub.webkit.forms import Form
from supplyhub.wording import lazy_gettext

SECONDS = {
    "15": lazy_gettext("15 seconds – to see whether the day can be served"),
    "60": lazy_gettext("1 minute – a good plan"),
    "120": lazy_gettext("2 minutes – fewer kilometres and riders"),
    "600": lazy_gettext("10 minutes – the best, when there is time"),
}
"""How long the planner may search, and what one gets for it."""


GROUPS = {
    "1": lazy_gettext("As a whole – the shortest ways"),
    **{
        number: lazy_gettext("In %(count)s groups of suppliers, side by side", count=number)
        for number in ("2", "3", "4", "6", "8")
    },
}
"""How a day may be divided for the workers."""


class _Search(Form):
    """Asks for a search of some length: a `seconds` field of the form's own choices."""

    seconds: RadioField

    @property
    def wanted_seconds(self) -> int:
        """The chosen length of the search, once the form is valid."""
        return int(self.seconds.data)


class _PlanDay(_Search):
    """Asks for plans of a day. `days` are the choices, as dates and what people call them."""

    day = SelectField(
        lazy_gettext("Day"), validators=[InputRequired(lazy_gettext("Choose the day."))], validate_choice=True
    )
    groups = SelectField(
        lazy_gettext("How is the day planned?"),
        choices=[SelectChoice(value, label) for value, label in GROUPS.items()],
        default="1",
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
    def wanted_groups(self) -> int:
        """In how many groups of suppliers the day is to be planned, once the form is valid."""
        return int(self.groups.data)


class StartPlan(_PlanDay):
    """Ask for a plan of a day."""

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

    @property
    def wanted_cutoff(self) -> datetime:
        """The chosen time on the district's clock, once the form is valid."""
        return cast("datetime", self.cutoff.data)


class PlanCity(_PlanDay):
    """Ask for plans of a day in all districts of a city."""

    seconds = RadioField(
        lazy_gettext("How long may it search in each district?"),
        choices=[SelectChoice(value, label) for value, label in SECONDS.items()],
        validators=[InputRequired(lazy_gettext("Choose how long the search may take."))],
    )


WHAT_IF_SECONDS = {
    "20": lazy_gettext("20 seconds – to see which way it goes"),
    "60": lazy_gettext("1 minute – a good answer"),
    "240": lazy_gettext("4 minutes – when it has to be exact"),
}
"""How long a what-if may search, and what one gets for it."""
MOST_RIDERS, MOST_MINUTES = 500, 240
SLOT_MINUTES = ("5", "10", "15", "20", "30")


class AskWhatIf(_Search):
    """Ask what would come of a plan's day with something changed."""

    riders = IntegerField(
        lazy_gettext("Riders, more or fewer"),
        default=0,
        validators=[
            Optional(),
            NumberRange(
                min=-MOST_RIDERS,
                max=MOST_RIDERS,
                message=lazy_gettext("Enter a whole number from -500 to 500, such as 10 or -20."),
            ),
        ],
    )
    earlier_minutes = IntegerField(
        lazy_gettext("Minutes that gates open earlier"),
        default=0,
        validators=[
            Optional(),
            NumberRange(min=0, max=MOST_MINUTES, message=lazy_gettext("Enter minutes from 0 to 240.")),
        ],
    )
    later_minutes = IntegerField(
        lazy_gettext("Minutes that gates close later"),
        default=0,
        validators=[
            Optional(),
            NumberRange(min=0, max=MOST_MINUTES, message=lazy_gettext("Enter minutes from 0 to 240.")),
        ],
    )
    riders_per_slot = SelectField(
        lazy_gettext("Riders in a slot"),
        choices=[
            SelectChoice("0", lazy_gettext("As it is")),
            SelectChoice("1", lazy_gettext("One more at every gate")),
            SelectChoice("2", lazy_gettext("Two more at every gate")),
        ],
        default="0",
    )
    slot_minutes = SelectField(
        lazy_gettext("Length of a slot"),
        choices=[
            SelectChoice("", lazy_gettext("As it is")),
            *(SelectChoice(minutes, lazy_gettext("%(minutes)s minutes", minutes=minutes)) for minutes in SLOT_MINUTES),
        ],
        default="",
    )
    all_streets = BooleanField(lazy_gettext("All passes are good for all streets"))
    seconds = RadioField(
        lazy_gettext("How long may it search?"),
        choices=[SelectChoice(value, label) for value, label in WHAT_IF_SECONDS.items()],
        default="20",
        validators=[InputRequired(lazy_gettext("Choose how long the search may take."))],
    )

    @property
    def wanted(self) -> dict[str, Any]:
        """What is to be otherwise, once the form is valid, by the names of the planner's change."""
        return {
            "riders": self.riders.data or 0,
            "earlier_minutes": self.earlier_minutes.data or 0,
            "later_minutes": self.later_minutes.data or 0,
            "riders_per_slot": int(self.riders_per_slot.data),
            "slot_minutes": int(self.slot_minutes.data) if self.slot_minutes.data else None,
            "all_streets": bool(self.all_streets.data),
        }
