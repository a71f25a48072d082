"""Settings: what the environment says, read once and loudly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from finops_dash.settings import Settings, SettingsError

MANY = 8


def test_processes_that_start_at_once_agree_on_one_session_key(tmp_path: Path) -> None:
    together = Barrier(MANY)

    def ask(_: int) -> str:
        together.wait()
        return Settings(data_dir=tmp_path / "new").session_key()

    with ThreadPoolExecutor(MANY) as pool:
        keys = set(pool.map(ask, range(MANY)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 64


def test_the_kept_session_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    key = Settings(data_dir=tmp_path).session_key()
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert Settings(data_dir=tmp_path).session_key() == key


def test_a_session_key_that_is_set_is_used_and_never_written(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key="sixteen letters and more")  # noqa: S106 - not a secret
    assert settings.session_key() == "sixteen letters and more"
    assert not list(tmp_path.iterdir())


def test_a_session_key_that_is_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="shorter than 16"):
        Settings(data_dir=tmp_path, secret_key="short").session_key()  # noqa: S106 - not a secret


def test_without_variables_the_defaults_hold() -> None:
    settings = Settings.from_env({})
    assert settings.data_dir == Path(".data").absolute()
    assert settings.database_url is None
    assert (settings.host, settings.port, settings.log_level) == ("127.0.0.1", 8050, "INFO")
    assert settings.scheduler
    assert not settings.demo


def test_every_variable_reaches_its_setting() -> None:
    settings = Settings.from_env(
        {
            "FINOPS_DATA_DIR": "/somewhere",
            "FINOPS_DATABASE_URL": "postgresql://server/finops",
            "FINOPS_SECRET_KEY": "the key of the sessions",
            "FINOPS_DEMO": "yes",
            "FINOPS_HOST": "0.0.0.0",  # noqa: S104 - read, not bound
            "FINOPS_PORT": "9000",
            "FINOPS_SCHEDULER": "off",
            "FINOPS_INBOX": "/inbox",
            "FINOPS_LOG_LEVEL": "debug",
        }
    )
    assert settings == Settings(
        data_dir=Path("/somewhere"),
        database_url="postgresql://server/finops",
        secret_key="the key of the sessions",  # noqa: S106 - not a secret
        demo=True,
        host="0.0.0.0",  # noqa: S104 - read, not bound
        port=9000,
        scheduler=False,
        inbox=Path("/inbox"),
        log_level="DEBUG",
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FINOPS_PORT", "0"),
        ("FINOPS_PORT", "65536"),
        ("FINOPS_PORT", "http"),
        ("FINOPS_PORT", "²"),
        ("FINOPS_DEMO", "perhaps"),
        ("FINOPS_SCHEDULER", "2"),
        ("FINOPS_LOG_LEVEL", "loud"),
        ("FINOPS_SECRET_KEY_FILE", "/there/is/no/such/file"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}.*{text}"):
        Settings.from_env({name: text})


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://server/finops\n")
    settings = Settings.from_env({"FINOPS_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert settings.database_url == "postgresql://server/finops"


@pytest.mark.parametrize(
    ("content", "reason"), [(b" \n", "is empty"), (b"\xff\xfe", "is not text")]
)
def test_a_secret_file_without_a_secret_is_refused(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=f"FINOPS_SECRET_KEY_FILE.*{reason}"):
        Settings.from_env({"FINOPS_SECRET_KEY_FILE": str(path)})


@pytest.mark.parametrize("url", ["postgres://u@h/db", "postgresql+psycopg://u:p@h:5432/db?a=b"])
def test_a_database_url_is_one_of_postgres(url: str) -> None:
    assert Settings.from_env({"FINOPS_DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize("url", ["mysql://u:secret@h/db", "secret", "postgresql://"])
def test_another_database_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError, match="FINOPS_DATABASE_URL") as refused:
        Settings.from_env({"FINOPS_DATABASE_URL": url})
    assert "secret" not in str(refused.value)


def test_an_empty_variable_is_as_if_it_were_not_set() -> None:
    names = ("DATA_DIR", "DATABASE_URL", "SECRET_KEY", "DEMO", "HOST", "PORT", "SCHEDULER", "INBOX")
    assert Settings.from_env({f"FINOPS_{name}": "" for name in names}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("host", "demo", "may"),
    [
        ("127.0.0.1", True, True),
        ("::1", True, True),
        ("localhost", True, True),
        ("0.0.0.0", True, False),  # noqa: S104 - read, not bound
        ("127.0.0.1", False, False),
        ("finops.example", True, False),
    ],
)
def test_demo_people_sign_in_on_loopback_only(host: str, demo: bool, may: bool) -> None:
    assert Settings(data_dir=Path(), host=host, demo=demo).demo_sign_in is may


def test_providers_are_told_by_their_names_and_the_known_ones_have_their_issuers() -> None:
    found = Settings.from_env(
        {
            "FINOPS_OIDC_GOOGLE_CLIENT_ID": "g",
            "FINOPS_OIDC_ACME_CLIENT_ID": "a",
            "FINOPS_OIDC_ACME_CLIENT_SECRET": "secret",
            "FINOPS_OIDC_ACME_ISSUER": "https://login.acme.example/",
            "FINOPS_OIDC_NEAR_CLIENT_ID": "n",
            "FINOPS_OIDC_NEAR_ISSUER": "http://127.0.0.1:9400",
        }
    ).providers
    assert [(one.name, one.label, one.issuer) for one in found] == [
        ("acme", "Acme", "https://login.acme.example"),
        ("google", "Google", "https://accounts.google.com"),
        ("near", "Near", "http://127.0.0.1:9400"),
    ]
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "issuer", ["", "login.acme.example", "http://login.acme.example", "ftp://127.0.0.1", "https://"]
)
def test_a_provider_without_a_safe_issuer_is_refused(issuer: str) -> None:
    variables = {"FINOPS_OIDC_ACME_CLIENT_ID": "a", "FINOPS_OIDC_ACME_ISSUER": issuer}
    with pytest.raises(SettingsError, match="FINOPS_OIDC_ACME_ISSUER must be"):
        Settings.from_env(variables)


@pytest.mark.parametrize(
    ("text", "found", "is_public"),
    [
        ("https://costs.example.com", "https://costs.example.com", True),
        ("https://costs.example.com/", "https://costs.example.com", True),
        ("http://127.0.0.1:8050", "http://127.0.0.1:8050", False),
        ("", "", False),
    ],
)
def test_the_public_address_says_whether_people_come_over_tls(
    text: str, found: str, is_public: bool
) -> None:
    settings = Settings.from_env({"FINOPS_PUBLIC_URL": text})
    assert (settings.public_url, settings.is_public) == (found, is_public)


@pytest.mark.parametrize(
    "text",
    [
        "costs.example.com",
        "http://costs.example.com",
        "https://costs.example.com/app",
        "https://x?y",
    ],
)
def test_a_public_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="is not an address"):
        Settings.from_env({"FINOPS_PUBLIC_URL": text})
