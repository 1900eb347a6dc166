"""The environment, read and checked once. Values come from the process environment, then from `.env`."""

from __future__ import annotations

import os
import secrets
from hashlib import blake2b
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """A setting cannot be used as it is. The message says which, and how it should look."""


class Settings(BaseSettings):
    """Everything an administrator can set. The names are those of the environment variables."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, populate_by_name=True)

    database_url: str = Field("sqlite:///moderato.db", validation_alias=AliasChoices("MODERATO_DATABASE_URL"))
    host: str = Field("127.0.0.1", validation_alias="HOST")
    port: int | None = Field(None, validation_alias="PORT", ge=0, le=65535)
    secret_key: SecretStr | None = Field(None, validation_alias="MODERATO_SECRET_KEY")
    key_file: Path = Field(Path("moderato.key"), validation_alias="MODERATO_KEY_FILE")
    prompts: Path = Field(
        Path(__file__).resolve().parent.parent / "prompts", validation_alias=AliasChoices("MODERATO_PROMPTS")
    )
    longest_stretch: int = Field(90, validation_alias="MODERATO_LONGEST_STRETCH", ge=30, le=180)
    log_level: str = Field("INFO", validation_alias="MODERATO_LOG_LEVEL")

    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_client_id: str = Field("", validation_alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(None, validation_alias="SLACK_CLIENT_SECRET")
    slack_files: bool = Field(False, validation_alias="MODERATO_SLACK_FILES")
    slack_with: str = Field("", validation_alias="MODERATO_SLACK_WITH")
    slack_api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL")

    microsoft_app_id: str = Field("", validation_alias="MicrosoftAppId")
    microsoft_app_password: SecretStr | None = Field(None, validation_alias="MicrosoftAppPassword")
    microsoft_app_tenant_id: str = Field("", validation_alias="MicrosoftAppTenantId")
    microsoft_app_type: str = Field("SingleTenant", validation_alias="MicrosoftAppType")
    microsoft_certificate: Path | None = Field(None, validation_alias="MicrosoftAppCertificate")
    microsoft_certificate_thumbprint: str = Field("", validation_alias="MicrosoftAppCertificateThumbprint")
    teams_local: bool = Field(False, validation_alias="MODERATO_TEAMS_LOCAL")
    teams_tags: bool = Field(False, validation_alias="MODERATO_TEAMS_TAGS")
    teams_targeted: bool = Field(False, validation_alias="MODERATO_TEAMS_TARGETED")

    @property
    def has_slack(self) -> bool:
        """Whether anything of Slack is set. What is missing beside it is told at the start, not guessed."""
        secrets = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, self.slack_client_secret)
        return bool(self.slack_client_id) or any(one is not None and one.get_secret_value() for one in secrets)

    @property
    def has_teams(self) -> bool:
        """Whether anything of Teams is set. What is missing beside it is told at the start, not guessed."""
        password = self.microsoft_app_password is not None and self.microsoft_app_password.get_secret_value()
        named = (self.microsoft_app_id, password, self.microsoft_app_tenant_id, self.microsoft_certificate)
        return self.teams_local or any(named)

    def keys(self) -> tuple[bytes, ...]:
        """The secrets that seal what must not be readable in the database; the first seals, all of them open.

        From `MODERATO_SECRET_KEY` (several, separated by commas, newest first), else from a key file beside
        the working directory, made at the first start and readable by its owner alone.
        """
        if self.secret_key is not None:
            return tuple(key.strip().encode() for key in self.secret_key.get_secret_value().split(",") if key.strip())
        return (_key_file(self.key_file),)


def read_settings(**given: object) -> Settings:
    """The settings, or SettingsError with one line for each value that cannot be used."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
        raise SettingsError("\n".join(lines)) from None


def derived(key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose, so that no two uses share one. BLAKE2b keyed with the secret."""
    return blake2b(purpose.encode(), key=blake2b(key).digest(), digest_size=32).digest()


def _key_file(path: Path) -> bytes:
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    return path.read_text().strip().encode()
