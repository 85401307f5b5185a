"""The base of every form: text is stripped, shape only is checked, choices come through the constructor."""

from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField

if TYPE_CHECKING:
    from wtforms.fields.core import Field, UnboundField


def _strip(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


class _Translations:
    """Translate the sentences of WTForms' own validators through our catalogue."""

    def gettext(self, string: str) -> str:
        return gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return gettext(singular if n == 1 else plural)


class Form(FlaskForm):
    """A form whose text fields are stripped before they are checked.

    It reads the request's form by itself when the request may write; `blank=True` gives an empty one.
    """

    class Meta(FlaskForm.Meta):
        """Strip text, and translate WTForms' own sentences."""

        def bind_field(self, form: Any, unbound_field: "UnboundField[Any]", options: MutableMapping[str, Any]) -> Any:
            """Bind a field with stripping as its first filter; passwords keep their spaces."""
            filters: list[Callable[[Any], Any]] = list(unbound_field.kwargs.get("filters", ()))
            if not issubclass(unbound_field.field_class, PasswordField):
                filters.insert(0, _strip)
            return unbound_field.bind(form=form, filters=filters, **options)

        def get_translations(self, form: Any) -> _Translations:
            """Return the translations of WTForms' own sentences."""
            del form
            return _Translations()

    def __init__(self, *, blank: bool = False, data: Mapping[str, Any] | None = None) -> None:
        if blank:
            super().__init__(formdata=None, data=data)
        else:
            super().__init__(data=data)

    def refuse(self, field: str, message: str) -> None:
        """Show why an operation refused the form, at the field at fault."""
        at_fault: Field = self[field]
        at_fault.errors = [message]
