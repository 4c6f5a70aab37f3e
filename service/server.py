"""The web process: uvicorn around the application. Nothing here or below it knows the demo or the worker."""

from __future__ import annotations

import gc

import uvicorn

from service.core import logs
from service.core.settings import Settings
from service.web.listening import Impatient

GRACE_SECONDS = 25


def run(settings: Settings) -> None:
    """Run the web process, or as many of them as the settings say, until stopped."""
    uvicorn.run(
        "service.server:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.web_processes,
        loop="uvloop",
        http=Impatient,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        # Whoever is not named there could call himself anybody: then the address of the connection is the visitor's.
        proxy_headers=settings.trusted_proxy is not None,
        forwarded_allow_ips=settings.trusted_proxy,
    )


def application() -> object:
    """What uvicorn runs in each web process; settings come from the environment."""
    # What is loaded now stays for good: looking through it for garbage would only make the start and every later
    # collection slower.
    gc.disable()
    from service.app import create_app  # noqa: PLC0415 - the parent of several web processes needs no application.

    settings = Settings()
    logs.set_up(settings.log_format, settings.log_level)
    app = create_app(settings)
    gc.freeze()
    gc.enable()
    return app
