"""`python -m service` is the command `chophien`."""

from service.cli import app

app()
