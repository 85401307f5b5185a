"""Flask extensions, made here and bound to the application in `app.create_app`."""

from flask import Flask
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from supplyhub import config
from supplyhub.db.base import Base
from supplyhub.db.engine import database

babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
migrate = Migrate()


def init_app(app: Flask) -> None:
    """Bind every extension to the application."""
    database.init_app(app)
    # Alembic compares with our Base; batch mode lets SQLite alter tables by copying them.
    migrate.init_app(
        app,
        database,
        directory=str(config.resource_folder("migrations")),
        render_as_batch=True,
        compare_type=True,
        target_metadata=Base.metadata,
    )
    csrf.init_app(app)
    login_manager.init_app(app)
