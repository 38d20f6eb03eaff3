"""The town's settings: the only reader of the environment, read once, typed, failing with the variable's name."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings:
    """What the SMS channel needs; all or nothing."""

    account_sid: str
    auth_token: str
    phone_number: str | None
    messaging_service_sid: str | None
    #: Another base URL for the provider's API, for simulators; None is the real one.
    api_url: str | None
    #: Id and secret of a shared key that signs webhooks with SHA-256; None has them signed with the token, by SHA-1.
    webhook_key: tuple[str, str] | None = None
    #: Segments that may be sent in a day (the town's); what is above waits for the next. None is no limit.
    segments_a_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """What the Telegram channel needs."""

    bot_token: str
    #: Comes with every update by webhook; None has updates polled, for a desk without a public address.
    webhook_secret: str | None
    #: Another base URL for the Bot API, for simulators and local servers; None is the real one.
    api_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Open311Settings:
    """A town's own GeoReport v2 endpoint."""

    #: Base URL, without a trailing slash: what stands before "/services.json".
    url: str
    api_key: str | None
    jurisdiction_id: str | None
    #: Sent with every report, for endpoints that insist on an address; None sends none.
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set from outside."""

    database_url: str
    redis_url: str | None
    #: Where the world reaches the edge, without a trailing slash; signatures are checked against it.
    public_url: str
    host: str
    port: int
    #: Signs web-chat session tokens; made up and kept in `var/secret_key` when not given.
    secret_key: str
    #: Folder for what is made at run time: the database, models, logs.
    var: Path
    #: A message that failed this often is parked for staff.
    max_attempts: int
    #: Where citizens' "5 pm" is meant; None is the machine's own zone.
    timezone: ZoneInfo | None
    sms: SmsSettings | None
    telegram: TelegramSettings | None = None
    #: Where reports go; None is the embedded register.
    open311: Open311Settings | None = None
    #: Keys with which other programs may write to the embedded register, and read what only they may see.
    register_keys: tuple[str, ...] = ()
    #: Base URL of a directory in HSDS 3.0; None is the embedded one.
    hsds_url: str | None = None
    #: Whose holidays close offices: a country, or a country and a part of it ("US-IL"); None is nobody's.
    holidays: str | None = None
    #: Messages that are answered of one citizen; what is above is left to staff.
    messages_a_minute: int = 30
    messages_a_day: int = 300
    #: Whether to play a town without any account: SMS and Telegram go through stand-ins on the page itself.
    demo: bool = False


def _text(env: Mapping[str, str], name: str) -> str | None:
    return env.get(name, "").strip() or None


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    raw = _text(env, name)
    if raw is None:
        return default
    if not raw.isdigit() or not low <= int(raw) <= high:
        raise ConfigurationError(f"{name} is {raw!r}; set it to a whole number from {low} to {high}.")
    return int(raw)


def _timezone(env: Mapping[str, str]) -> ZoneInfo | None:
    name = _text(env, "TOWNCLERK_TIMEZONE")
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError) as error:
        raise ConfigurationError(
            f"TOWNCLERK_TIMEZONE is {name!r}; set it to a name such as America/Chicago."
        ) from error


def _sms(env: Mapping[str, str]) -> SmsSettings | None:
    sid, token = _text(env, "TWILIO_ACCOUNT_SID"), _text(env, "TWILIO_AUTH_TOKEN")
    number, service = _text(env, "TWILIO_PHONE_NUMBER"), _text(env, "TWILIO_MESSAGING_SERVICE_SID")
    if not (sid or token or number or service):
        return None
    if not sid:
        raise ConfigurationError(
            "TWILIO_ACCOUNT_SID is missing; set it, or unset the other TWILIO_ variables to turn SMS off."
        )
    if not token:
        raise ConfigurationError(
            "TWILIO_AUTH_TOKEN is missing; set it, or unset the other TWILIO_ variables to turn SMS off."
        )
    if not (number or service):
        raise ConfigurationError(
            "TWILIO_PHONE_NUMBER is missing; set it, or TWILIO_MESSAGING_SERVICE_SID, to say who sends the SMS."
        )
    return SmsSettings(
        account_sid=sid,
        auth_token=token,
        phone_number=number,
        messaging_service_sid=service,
        api_url=_url(env, "TWILIO_API_URL"),
        webhook_key=_webhook_key(env),
        segments_a_day=_number(env, "TOWNCLERK_SMS_SEGMENTS_A_DAY", 5000, 0, 10_000_000) or None,
    )


def _webhook_key(env: Mapping[str, str]) -> tuple[str, str] | None:
    id, secret = _text(env, "TWILIO_WEBHOOK_KEY_ID"), _text(env, "TWILIO_WEBHOOK_KEY_SECRET")
    if bool(id) != bool(secret):
        missing = "TWILIO_WEBHOOK_KEY_SECRET" if id else "TWILIO_WEBHOOK_KEY_ID"
        raise ConfigurationError(f"{missing} is missing; set it, or unset the other half of the key.")
    return (id, secret) if id and secret else None


def _telegram(env: Mapping[str, str]) -> TelegramSettings | None:
    token, secret = _text(env, "TELEGRAM_BOT_TOKEN"), _text(env, "TELEGRAM_WEBHOOK_SECRET")
    if not token:
        if secret:
            raise ConfigurationError("TELEGRAM_BOT_TOKEN is missing; set it, or unset TELEGRAM_WEBHOOK_SECRET.")
        return None
    if not re.fullmatch(r"\d{1,20}:[A-Za-z0-9_-]{1,100}", token):
        raise ConfigurationError("TELEGRAM_BOT_TOKEN is no bot token; set it to what BotFather gave: 123456:ABC-...")
    # Bot API, setWebhook: 1 to 256 characters of these; ours must also be hard to guess.
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
        raise ConfigurationError(
            "TELEGRAM_WEBHOOK_SECRET must have 16 to 256 of the characters A-Z, a-z, 0-9, _ and -; set another one."
        )
    return TelegramSettings(bot_token=token, webhook_secret=secret, api_url=_url(env, "TELEGRAM_API_URL"))


def _url(env: Mapping[str, str], name: str) -> str | None:
    url = _text(env, name)
    if url and not url.startswith(("http://", "https://")):
        raise ConfigurationError(f"{name} is {url!r}; set it to an address that begins with https://.")
    return url.rstrip("/") if url else None


def _open311(env: Mapping[str, str]) -> Open311Settings | None:
    url = _url(env, "OPEN311_URL")
    more = {name: _text(env, f"OPEN311_{name.upper()}") for name in ("api_key", "jurisdiction_id", "email")}
    if url:
        return Open311Settings(url=url, **more)
    for name, value in more.items():
        if value:
            raise ConfigurationError(f"OPEN311_URL is missing; set it, or unset OPEN311_{name.upper()}.")
    return None


def _secret_key(env: Mapping[str, str], var: Path) -> str:
    """Return the given key, or one made once and kept in a file that only its owner reads."""
    given = _text(env, "TOWNCLERK_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise ConfigurationError("TOWNCLERK_SECRET_KEY is shorter than 32 characters; set a longer random one.")
        return given
    path = var / "secret_key"
    try:
        var.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(os.urandom(32).hex())
    except FileExistsError:
        pass
    except OSError as error:
        raise ConfigurationError(
            f"{var} cannot be written ({error.strerror}); make it writable, or set TOWNCLERK_VAR."
        ) from error
    return path.read_text()


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `env` (the process's environment by default).

    Raises ConfigurationError, naming the variable, when one is missing or wrong.
    """
    env = os.environ if env is None else env
    port = _number(env, "TOWNCLERK_PORT", 8000, 1, 65535)
    var = Path(_text(env, "TOWNCLERK_VAR") or "var")
    database_url = _text(env, "TOWNCLERK_DATABASE_URL") or f"sqlite:///{var}/townclerk.db"
    if not database_url.startswith(("sqlite:///", "postgresql")):
        raise ConfigurationError("TOWNCLERK_DATABASE_URL must start with sqlite:/// or postgresql://.")
    settings = Settings(
        database_url=database_url,
        redis_url=_text(env, "TOWNCLERK_REDIS_URL"),
        public_url=(_text(env, "TOWNCLERK_PUBLIC_URL") or f"http://localhost:{port}").rstrip("/"),
        host=_text(env, "TOWNCLERK_HOST") or "127.0.0.1",
        port=port,
        secret_key=_secret_key(env, var),
        var=var,
        max_attempts=_number(env, "TOWNCLERK_MAX_ATTEMPTS", 5, 1, 100),
        timezone=_timezone(env),
        sms=_sms(env),
        telegram=_telegram(env),
        open311=_open311(env),
        register_keys=tuple((_text(env, "TOWNCLERK_REGISTER_KEYS") or "").replace(",", " ").split()),
        hsds_url=_url(env, "HSDS_URL"),
        holidays=_text(env, "TOWNCLERK_HOLIDAYS"),
        messages_a_minute=_number(env, "TOWNCLERK_MESSAGES_A_MINUTE", 30, 1, 100_000),
        messages_a_day=_number(env, "TOWNCLERK_MESSAGES_A_DAY", 300, 1, 1_000_000),
        demo=_text(env, "TOWNCLERK_DEMO") == "1",
    )
    return _with_stand_ins(settings) if settings.demo else settings


def _with_stand_ins(settings: Settings) -> Settings:
    """Return the settings of a demo: accounts at stand-ins of the providers, which the edge itself serves."""
    if settings.sms or settings.telegram:
        raise ConfigurationError(
            "TOWNCLERK_DEMO plays SMS and Telegram itself; unset it, or the TWILIO_ and TELEGRAM_ variables."
        )
    secret = hashlib.sha256(f"demo:{settings.secret_key}".encode()).hexdigest()
    stand_ins = f"http://{settings.host}:{settings.port}/demo"
    sms = SmsSettings(
        account_sid=f"AC{secret[:32]}",
        auth_token=secret[32:],
        phone_number="+15555550100",
        messaging_service_sid=None,
        api_url=f"{stand_ins}/sms",
    )
    telegram = TelegramSettings(
        bot_token=f"5550100:{secret[:32]}", webhook_secret=secret[32:], api_url=f"{stand_ins}/telegram"
    )
    return replace(settings, sms=sms, telegram=telegram)
