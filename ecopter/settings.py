"""Settings from the environment, typed, and refused at start when they are wrong."""

import re
import secrets
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_LENGTH = 32
DEMO_PASSWORD = "saffron-terroir-2026"  # noqa: S105 (shown on the sign-in page of the demo)
WEB_ADDRESS = re.compile(r"https://[!-~]+")
# Only letters that need no encoding in a mailto: address (RFC 6068).
CONTACT = re.compile(rf"{WEB_ADDRESS.pattern}|[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Settings(BaseSettings):
    """Every setting is `ECOPTER_<NAME>`; without any, a demo on loopback."""

    model_config = SettingsConfigDict(env_prefix="ECOPTER_", extra="ignore")

    data: Path = Path("var")
    demo: bool = False
    demo_password: SecretStr = SecretStr(DEMO_PASSWORD)
    secret_key: SecretStr | None = None
    database_url: str | None = None
    base_url: str = ""
    trusted_proxies: int = Field(default=0, ge=0)
    smtp_url: str = ""
    mail_from: str = "ECOPTER <no-reply@localhost>"
    upload_limit: int = Field(default=24 * 1024 * 1024, gt=0)
    # Bytes of the disk that uploads leave to the database.
    keep_free: int = Field(default=500 * 1024 * 1024, ge=0)
    zone: str = "Europe/Paris"
    # Who is told of a weakness, an e-mail or https address, and where the rules for that stand.
    security_contact: str = ""
    security_policy: str = ""
    testing: bool = False

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        if self.secret_key and len(self.secret_key.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"ECOPTER_SECRET_KEY must have at least {SECRET_LENGTH} characters.")
        if self.base_url:
            parts = urlsplit(self.base_url)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
                raise ValueError("ECOPTER_BASE_URL must look like https://school.example")
            if parts.scheme == "http" and parts.hostname not in LOOPBACK:
                raise ValueError("ECOPTER_BASE_URL must be https outside this machine.")
        if self.security_contact and not CONTACT.fullmatch(self.security_contact):
            raise ValueError("ECOPTER_SECURITY_CONTACT must be an e-mail address or https://…")
        if self.security_policy and not WEB_ADDRESS.fullmatch(self.security_policy):
            raise ValueError("ECOPTER_SECURITY_POLICY must look like https://school.example/…")
        if not self.demo and self.demo_password.get_secret_value() != DEMO_PASSWORD:
            raise ValueError("ECOPTER_DEMO_PASSWORD is only for a demo (ECOPTER_DEMO=1).")
        return self

    @property
    def folder(self) -> Path:
        return self.data.expanduser().resolve()

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database; SQLite in the data folder by default."""
        return self.database_url or f"sqlite:///{self.folder / 'ecopter.sqlite3'}"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> list[str] | None:
        """Hosts a request may name; anything else is refused before the application runs."""
        if not self.base_url:
            return [*sorted(LOOPBACK - {"::1"}), "[::1]"]
        host = urlsplit(self.base_url).hostname or ""
        return [host, *([] if self.is_https else sorted(LOOPBACK - {"::1"}))]

    def secret(self) -> str:
        """The signing key: given, or made at first start and kept readable by us alone."""
        if self.secret_key:
            return self.secret_key.get_secret_value()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return kept_secret(self.folder / "keys" / "signing.key")


def kept_secret(path: Path) -> str:
    """Read a key file of mode 600, making it the first time; two starts agree on one key."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            path.hardlink_to(fresh)  # fails when another process was first
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
