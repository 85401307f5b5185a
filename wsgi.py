"""Entry point of WSGI servers: `gunicorn wsgi:app`."""

from supplyhub.app import create_app

app = create_app()
