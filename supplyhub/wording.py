"""Text that is translated when it is shown: `lazy_gettext`, typed as the text that it stands for."""

from typing import TYPE_CHECKING, cast

import flask_babel

if TYPE_CHECKING:
    from collections.abc import Callable

lazy_gettext = cast("Callable[..., str]", flask_babel.lazy_gettext)
"""Return text in English that becomes the reader's language when it is shown; values go in by keyword."""
