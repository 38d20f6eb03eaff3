"""Logging for every process: one JSON line per event on standard error, ids and never citizens' words."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

#: Rasa logs citizens' words at DEBUG and INFO, and the locals of a failing frame at ERROR.
QUIET = ("rasa", "rasa_sdk", "matplotlib", "httpx", "httpcore", "alembic", "apscheduler", "uvicorn")


def _only_kinds(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Keep where an error arose and what kind it is; its message and locals may hold a citizen's words."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0] is not None:
        event["error"] = info[0].__name__
        event["where"] = _where(info[2])
    return event


def _where(traceback: Any) -> list[str]:
    lines = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return lines[-8:]


def configure_logging(process: str) -> None:
    """Set up logging for one process; call before anything of Rasa's is imported."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _only_kinds,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _named(process),
                structlog.processors.JSONRenderer(sort_keys=False),
            ],
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    # Deprecations inside Rasa are not the town's to mend; some modules switch their warnings on again as they load.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)


def _named(process: str) -> Any:
    def add(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
        return {"process": process, **event}

    return add
