"""Forms of live changes: one short form for each kind of thing that can happen. Shape only.

Riders, compounds and gates are typed or chosen from a list as "R012 易师傅": the code comes first, and a name alone
will do where only one has it. Whether there is such a one is looked up in the choices that the form is given.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import Any

from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from supplyhub.core import text
from supplyhub.rounds.models import LiveChangeKind
from supplyhub.webkit.forms import Form
from supplyhub.wording import lazy_gettext

MOST_CODES = 200
"""Orders that one form takes."""
NOTE_LENGTH = 120
Choices = Sequence[tuple[str, str]]
"""Codes with what people call them."""


class OneOf:
    """Check that the text names one of the choices: by code, by code and name, or by a name that only one has."""

    def __init__(self, unknown: str, several: str) -> None:
        self._unknown = unknown
        self._several = several

    def __call__(self, form: "LiveForm", field: Field) -> None:
        """Refuse a text that names none of the choices, or several.

        Raises
        ------
        ValidationError
            It names none, or several.
        """
        found = find_codes(str(field.data or ""), form.choices)
        if not found:
            raise ValidationError(self._unknown)
        if len(found) > 1:
            raise ValidationError(self._several)


def find_codes(wanted: str, choices: Choices) -> list[str]:
    """Return the codes of the choices that a text names: one by its code, else those whose name it is or is part of."""
    sought = text.tidy(wanted)
    first = sought.split(" ")[0].casefold()
    by_code = [code for code, _ in choices if code.casefold() == first]
    if by_code or not sought:
        return by_code
    exact = [code for code, name in choices if name == sought]
    return exact or [code for code, name in choices if sought.casefold() in name.casefold()]


class LiveForm(Form):
    """A form for one kind of change. `choices` are what a typed name is looked up in."""

    note = StringField(
        lazy_gettext("Note for the log"),
        validators=[Optional(), Length(max=NOTE_LENGTH, message=lazy_gettext("Write at most 120 characters."))],
    )

    def __init__(self, *, choices: Choices = (), blank: bool = False, data: Mapping[str, Any] | None = None) -> None:
        self.choices = choices
        super().__init__(blank=blank, data=data)


class NewOrders(LiveForm):
    """Orders of the day that no round has yet."""

    orders = SelectMultipleField(
        lazy_gettext("Orders to take in"),
        validators=[InputRequired(lazy_gettext("Choose at least one order."))],
    )

    def __init__(self, *, choices: Choices = (), blank: bool = False, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(choices=choices, blank=blank, data=data)
        self.orders.choices = [SelectChoice(code, name) for code, name in choices]


class CancelledOrders(LiveForm):
    """Orders that nobody wants any more, by their codes."""

    codes = TextAreaField(
        lazy_gettext("Numbers of the orders"),
        validators=[InputRequired(lazy_gettext("Enter the number of at least one order."))],
    )

    @property
    def wanted_codes(self) -> list[str]:
        """The codes entered, each once, once the form is valid."""
        parted = text.half_width(str(self.codes.data)).replace(",", " ").replace("、", " ").replace(";", " ")
        return list(dict.fromkeys(code.upper() for code in parted.split()))

    def validate_codes(self, field: Field) -> None:
        """Refuse white space, and more orders than one form takes.

        Raises
        ------
        ValidationError
            There is no order, or there are too many.
        """
        del field
        if not self.wanted_codes:
            raise ValidationError(lazy_gettext("Enter the number of at least one order."))
        if len(self.wanted_codes) > MOST_CODES:
            raise ValidationError(lazy_gettext("Enter at most 200 orders at a time."))


_A_RIDER = OneOf(
    lazy_gettext("No rider of this plan has this code or name. Choose one from the list."),
    lazy_gettext("Several riders have this name. Choose one from the list, with the code."),
)


class StoppedRider(LiveForm):
    """A rider who does not go on today."""

    who = StringField(
        lazy_gettext("Rider"), validators=[InputRequired(lazy_gettext("Enter the rider's code or name.")), _A_RIDER]
    )
    why = RadioField(
        lazy_gettext("What happened?"),
        choices=[
            SelectChoice("dropped_out", lazy_gettext("The rider cannot go on: ill, an accident, the vehicle")),
            SelectChoice("pass_revoked", lazy_gettext("The pass is revoked")),
        ],
        validators=[InputRequired(lazy_gettext("Choose what happened."))],
    )


class LateRider(LiveForm):
    """A rider who is held up."""

    who = StringField(
        lazy_gettext("Rider"), validators=[InputRequired(lazy_gettext("Enter the rider's code or name.")), _A_RIDER]
    )
    until = TimeField(
        lazy_gettext("Goes on at"),
        validators=[InputRequired(lazy_gettext("Enter the time at which the rider goes on, such as 10:40."))],
    )

    @property
    def wanted_s(self) -> int:
        """The time, in seconds after midnight, once the form is valid."""
        return seconds_of(self.until.data)


class HighRiskCompound(LiveForm):
    """A compound that has become high-risk."""

    where = StringField(
        lazy_gettext("Compound"),
        validators=[
            InputRequired(lazy_gettext("Enter the compound's code or name.")),
            OneOf(
                lazy_gettext("No compound has this code or name. Choose one from the list."),
                lazy_gettext("Several compounds have this name. Choose one from the list, with the code."),
            ),
        ],
    )


class ClosedGate(LiveForm):
    """A gate that is closed for the rest of the day."""

    where = StringField(
        lazy_gettext("Gate"),
        validators=[
            InputRequired(lazy_gettext("Enter the gate's code, or its compound and name.")),
            OneOf(
                lazy_gettext("No gate has this code or name. Choose one from the list."),
                lazy_gettext("Several gates have this name. Choose one from the list, with the code."),
            ),
        ],
    )
    since = TimeField(
        lazy_gettext("Closed from"),
        validators=[InputRequired(lazy_gettext("Enter the time from which it is closed, such as 10:40."))],
    )

    @property
    def wanted_s(self) -> int:
        """The time, in seconds after midnight, once the form is valid."""
        return seconds_of(self.since.data)


class OutOfStock(LiveForm):
    """Goods that a supplier has no more of. `choices` are the goods, with the number of orders that hold them."""

    goods = SelectField(
        lazy_gettext("What is out of stock?"),
        validators=[InputRequired(lazy_gettext("Choose what is out of stock."))],
    )

    def __init__(self, *, choices: Choices = (), blank: bool = False, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(choices=choices, blank=blank, data=data)
        self.goods.choices = [SelectChoice(value, label) for value, label in choices]


class WorkOut(Form):
    """From which time the plan is to be changed; empty means now."""

    at = TimeField(lazy_gettext("Since when"), validators=[Optional()])

    @property
    def wanted_s(self) -> int | None:
        """The time, in seconds after midnight; None for now."""
        return None if self.at.data is None else seconds_of(self.at.data)


FORMS: Mapping[LiveChangeKind, Callable[..., LiveForm]] = {
    LiveChangeKind.NEW_ORDER: NewOrders,
    LiveChangeKind.CANCELLED_ORDER: CancelledOrders,
    LiveChangeKind.STOPPED_RIDER: StoppedRider,
    LiveChangeKind.LATE_RIDER: LateRider,
    LiveChangeKind.HIGH_RISK_COMPOUND: HighRiskCompound,
    LiveChangeKind.CLOSED_GATE: ClosedGate,
    LiveChangeKind.OUT_OF_STOCK: OutOfStock,
}
"""The form of each kind."""


def seconds_of(at: time | None) -> int:
    """Return a time of day as seconds after midnight."""
    return 0 if at is None else at.hour * 3600 + at.minute * 60 + at.second
