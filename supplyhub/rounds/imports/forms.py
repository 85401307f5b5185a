"""The form that hands a file in, one for each kind. Shape only; what the file holds is the importer's to say."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import DateField, DecimalField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import FileInput

from supplyhub.core.coordinates import System
from supplyhub.orders.imports.drafts import ML_PER_GRAM
from supplyhub.orders.imports.waves import Wave
from supplyhub.places.coordinates import LABELS
from supplyhub.rounds.imports.kinds import DEFAULT_PIECE_WEIGHT_G, Kind
from supplyhub.webkit.forms import Form
from supplyhub.wording import lazy_gettext

_NO_DAY = lazy_gettext("Enter a day, such as 8 November 2022.")


class HandIn(Form):
    """Hand in the file of a building list."""

    kind = Kind.BUILDINGS
    files = MultipleFileField(lazy_gettext("File"), widget=FileInput())

    @property
    def uploads(self) -> list[tuple[str, bytes]]:
        """The files that were chosen, by name."""
        return [(str(chosen.filename), chosen.read()) for chosen in self.files.data or () if chosen and chosen.filename]

    @property
    def options(self) -> dict[str, Any]:
        """What was chosen besides, as it is kept with the import."""
        return {}


class HandInDay(HandIn):
    """Hand in the files of a day."""

    kind = Kind.DAY
    files = MultipleFileField(lazy_gettext("Files of the day"))
    day = DateField(lazy_gettext("Import as another day"), validators=[Optional()])
    system = SelectField(
        lazy_gettext("Coordinates of the places"),
        choices=[
            SelectChoice("", lazy_gettext("As day.toml says")),
            *(SelectChoice(system.value, LABELS[system]) for system in System),
        ],
        default="",
    )

    @property
    def options(self) -> dict[str, Any]:
        """The day, if it is moved, and the system of coordinates, if one was chosen."""
        return {**_day_option(self.day.data), **({"system": self.system.data} if self.system.data else {})}


class HandInOrders(HandIn):
    """Hand in the orders of a platform. `pickups` are the choices, as codes and names."""

    kind = Kind.PLATFORM
    pickup = SelectField(
        lazy_gettext("Pickup that supplies the orders"),
        validators=[InputRequired(lazy_gettext("Choose where the goods are loaded."))],
    )
    day = DateField(lazy_gettext("Deliver all on one day"), validators=[Optional()])
    ml_per_gram = DecimalField(
        lazy_gettext("Volume of a gram, in ml"),
        places=2,
        default=Decimal(str(ML_PER_GRAM)),
        validators=[
            InputRequired(lazy_gettext("Enter a number, such as 2.7.")),
            NumberRange(
                min=Decimal("0.1"), max=Decimal(50), message=lazy_gettext("Enter a number between 0.1 and 50.")
            ),
        ],
    )

    def __init__(
        self,
        *,
        pickups: Sequence[tuple[str, str]],
        blank: bool = False,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(blank=blank, data=data)
        self.pickup.choices = [("", lazy_gettext("Choose a pickup")), *pickups]

    @property
    def options(self) -> dict[str, Any]:
        """Pickup, day and the measure of volume."""
        return {
            "pickup": self.pickup.data,
            "ml_per_gram": float(self.ml_per_gram.data or ML_PER_GRAM),
            **_day_option(self.day.data),
        }


class HandInGroupBuy(HandInOrders):
    """Hand in the orders of a group buy."""

    kind = Kind.GROUP_BUY
    day = DateField(lazy_gettext("Day of delivery"), validators=[InputRequired(_NO_DAY)])
    wave = SelectField(
        lazy_gettext("Part of the day"),
        choices=[SelectChoice(wave.value, wave.label) for wave in (Wave.WHOLE_DAY, Wave.MORNING, Wave.AFTERNOON)],
        default=Wave.WHOLE_DAY.value,
    )
    piece_weight_kg = DecimalField(
        lazy_gettext("Weight of a piece whose name states none, in kg"),
        places=1,
        default=Decimal(DEFAULT_PIECE_WEIGHT_G) / 1000,
        validators=[
            InputRequired(lazy_gettext("Enter a weight in kg, such as 3.")),
            NumberRange(
                min=Decimal("0.1"), max=Decimal(100), message=lazy_gettext("Enter a weight between 0.1 and 100 kg.")
            ),
        ],
    )

    @property
    def options(self) -> dict[str, Any]:
        """Pickup, day, part of the day and the measures."""
        weight_kg = self.piece_weight_kg.data
        weight_g = DEFAULT_PIECE_WEIGHT_G if weight_kg is None else round(weight_kg * 1000)
        return {**super().options, "wave": self.wave.data, "piece_weight_g": weight_g}


def _day_option(day_date: date | None) -> dict[str, Any]:
    return {"day": day_date.isoformat()} if day_date else {}
