"""The settings of the running application."""

from typing import cast

from flask import current_app

from supplyhub.config import Settings


def settings() -> Settings:
    """Return the settings that the application was made with."""
    return cast("Settings", current_app.config["SETTINGS"])
