"""Settings: defaults that work, and errors that name the variable."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings import Open311Settings, Settings, read_settings
from channels import channel_states

SMS = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "secret", "TWILIO_PHONE_NUMBER": "+15550100"}


def read(tmp_path: Path, **env: str) -> Settings:
    return read_settings({"TOWNCLERK_VAR": str(tmp_path / "var"), **env})


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/townclerk.db"
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert settings.redis_url is None
    assert settings.sms is None


def test_a_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first, second = read(tmp_path).secret_key, read(tmp_path).secret_key
    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_two_towns_get_different_keys(tmp_path: Path) -> None:
    assert read(tmp_path / "one").secret_key != read(tmp_path / "two").secret_key


def test_a_public_url_loses_its_trailing_slash(tmp_path: Path) -> None:
    assert read(tmp_path, TOWNCLERK_PUBLIC_URL="https://town.example/").public_url == "https://town.example"


def test_blank_counts_as_not_set(tmp_path: Path) -> None:
    settings = read(tmp_path, TOWNCLERK_PORT=" ", TWILIO_ACCOUNT_SID="", TWILIO_AUTH_TOKEN=" ")
    assert settings.port == 8000
    assert settings.sms is None


def test_sms_is_on_when_all_is_there(tmp_path: Path) -> None:
    sms = read(tmp_path, **SMS).sms
    assert sms is not None
    assert (sms.account_sid, sms.phone_number, sms.api_url) == ("AC1", "+15550100", None)


def test_a_messaging_service_can_stand_for_the_number(tmp_path: Path) -> None:
    env = {**SMS, "TWILIO_PHONE_NUMBER": "", "TWILIO_MESSAGING_SERVICE_SID": "MG1"}
    sms = read(tmp_path, **env).sms
    assert sms is not None
    assert sms.messaging_service_sid == "MG1"


@pytest.mark.parametrize("secret", [None, "a-secret-of-the-town"])
def test_telegram_is_on_with_a_token_and_comes_by_webhook_with_a_secret(tmp_path: Path, secret: str | None) -> None:
    env = {"TELEGRAM_BOT_TOKEN": "123456:ABC-def_1", "TELEGRAM_WEBHOOK_SECRET": secret or ""}
    settings = read(tmp_path, **env)
    assert settings.telegram is not None
    assert settings.telegram.webhook_secret == secret
    assert channel_states(settings)["telegram"] == ("on, by webhook" if secret else "on, polling")


def test_an_endpoint_needs_its_address_alone(tmp_path: Path) -> None:
    settings = read(tmp_path, OPEN311_URL="https://311.town.example/v2/", OPEN311_API_KEY="k")
    assert settings.open311 == Open311Settings(
        url="https://311.town.example/v2", api_key="k", jurisdiction_id=None, email=None
    )
    assert read(tmp_path).open311 is None


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"TOWNCLERK_PORT": "eighty"}, "TOWNCLERK_PORT"),
        ({"TOWNCLERK_PORT": "0"}, "TOWNCLERK_PORT"),
        ({"TOWNCLERK_PORT": "65536"}, "TOWNCLERK_PORT"),
        ({"TOWNCLERK_PORT": "-1"}, "TOWNCLERK_PORT"),
        ({"TOWNCLERK_MAX_ATTEMPTS": "0"}, "TOWNCLERK_MAX_ATTEMPTS"),
        ({"TOWNCLERK_TIMEZONE": "Springdale/Center"}, "TOWNCLERK_TIMEZONE"),
        ({"TOWNCLERK_TIMEZONE": "../etc/passwd"}, "TOWNCLERK_TIMEZONE"),
        ({"TOWNCLERK_DATABASE_URL": "mysql://town"}, "TOWNCLERK_DATABASE_URL"),
        ({"TOWNCLERK_SECRET_KEY": "short"}, "TOWNCLERK_SECRET_KEY"),
        ({**SMS, "TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID"),
        ({**SMS, "TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN"),
        ({**SMS, "TWILIO_PHONE_NUMBER": ""}, "TWILIO_PHONE_NUMBER"),
        ({"TELEGRAM_BOT_TOKEN": "mine"}, "TELEGRAM_BOT_TOKEN"),
        ({"TELEGRAM_WEBHOOK_SECRET": "a-secret-of-the-town"}, "TELEGRAM_BOT_TOKEN"),
        ({"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_WEBHOOK_SECRET": "short"}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"OPEN311_URL": "311.town.example"}, "OPEN311_URL"),
        ({"OPEN311_API_KEY": "k"}, "OPEN311_URL"),
        ({"HSDS_URL": "ftp://town.example"}, "HSDS_URL"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, env: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        read(tmp_path, **env)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises((ConfigurationError, NotADirectoryError)):
        read(tmp_path)
