"""Settings: from the environment, from files that it names, from .env and from textunes.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from bot.settings_errors import SettingsError


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("variable", "value", "path"),
    [
        ("TEXTUNES_DISCORD__TOKEN", "t", ("discord", "token")),
        ("TEXTUNES_DISCORD__API_URL", "http://127.0.0.1:1/api/v10", ("discord", "api_url")),
        ("TEXTUNES_SLACK__BOT_TOKEN", "xoxb", ("slack", "bot_token")),
        ("TEXTUNES_SLACK__APP_TOKEN", "xapp", ("slack", "app_token")),
        ("TEXTUNES_SLACK__SIGNING_SECRET", "s", ("slack", "signing_secret")),
        ("TEXTUNES_SLACK__API_URL", "http://127.0.0.1:1/api/", ("slack", "api_url")),
        ("TEXTUNES_DATA_DIR", "/srv/music", ("data_dir",)),
        ("TEXTUNES_WEB__PORT", "9000", ("web", "port")),
        ("TEXTUNES_WEB__HOST", "0.0.0.0", ("web", "host")),
    ],
)
def test_the_environment_sets_it(monkeypatch, variable: str, value: str, path: tuple[str, ...]) -> None:
    monkeypatch.setenv(variable, value)
    found = load_settings()
    for step in path:
        found = getattr(found, step)
    found = found.get_secret_value() if hasattr(found, "get_secret_value") else found
    assert str(found) == value


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.discord.token is None
    assert settings.web.host == "127.0.0.1"
    assert settings.database == settings.data_dir / "textunes.db"
    assert settings.blobs.endswith("blobs")


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("from the file\n")
    monkeypatch.setenv("TEXTUNES_DISCORD__TOKEN_FILE", str(secret))
    assert load_settings().discord.token.get_secret_value() == "from the file"
    monkeypatch.setenv("TEXTUNES_DISCORD__TOKEN", "from the environment")
    assert load_settings().discord.token.get_secret_value() == "from the environment"


def test_what_is_left_empty_is_not_set(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TEXTUNES_DISCORD__TOKEN=\n")
    (tmp_path / "slack_token").touch()
    monkeypatch.setenv("TEXTUNES_SLACK__BOT_TOKEN_FILE", "slack_token")
    monkeypatch.setenv("TEXTUNES_WEB__HOST", "")
    settings = load_settings()
    assert settings.discord.token is None
    assert settings.slack.bot_token is None
    assert settings.web.host == "127.0.0.1"


def test_the_environment_wins_over_dotenv_which_wins_over_toml(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "textunes.toml").write_text("[web]\nport = 1\nhost = '1.1.1.1'\n[engine]\nworkers = 3\n")
    (tmp_path / ".env").write_text("TEXTUNES_WEB__PORT=2\nTEXTUNES_WEB__HOST=2.2.2.2\n")
    monkeypatch.setenv("TEXTUNES_WEB__PORT", "3")
    settings = load_settings()
    assert (settings.web.port, settings.web.host, settings.engine.workers) == (3, "2.2.2.2", 3)


def test_lists_are_written_with_commas(monkeypatch) -> None:
    monkeypatch.setenv("TEXTUNES_ENGINE__ALLOWED", "composer, musicgen")
    assert load_settings().engine.allowed == ("composer", "musicgen")


def test_rules_for_single_communities_stand_in_toml(tmp_path: Path) -> None:
    (tmp_path / "textunes.toml").write_text('[quotas.communities."discord:1"]\npriority = 0\nperson.queued = 9\n')
    rule = load_settings().quotas.communities["discord:1"]
    assert (rule.priority, rule.person.queued) == (0, 9)


def test_secrets_are_not_printed(monkeypatch) -> None:
    monkeypatch.setenv("TEXTUNES_SLACK__BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("TEXTUNES_DATABASE_URL", "postgresql://me:secret@host/db")
    settings = load_settings()
    assert "secret@" not in repr(settings)
    assert "xoxb-secret" not in repr(settings)
    assert settings.database == "postgresql://me:secret@host/db"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TEXTUNES_WEB__PORT", "eighty-secret"),
        ("TEXTUNES_DISCORD__TOKN", "secret"),
        ("TEXTUNES_ENGINE__WORKERS", "0"),
        ("TEXTUNES_LOG__LEVEL", "secret"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_kept_quiet(monkeypatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert variable in caught.value.words.en
    assert variable in caught.value.words.ko
    assert "secret" not in str(caught.value)


def test_links_begin_with_the_public_address_where_there_is_one(monkeypatch) -> None:
    assert load_settings().share_url == "http://127.0.0.1:8080"
    monkeypatch.setenv("TEXTUNES_WEB__PUBLIC_URL", "https://music.example.org/")
    assert load_settings().share_url == "https://music.example.org"


def test_every_setting_says_what_it_is_for() -> None:
    def fields(model, path=()):
        for name, field in model.model_fields.items():
            if hasattr(field.annotation, "model_fields"):
                yield from fields(field.annotation, (*path, name))
            else:
                yield (*path, name), field.description

    undescribed = [path for path, description in fields(Settings) if not description]
    assert undescribed == []


@pytest.mark.parametrize(
    ("variable", "value", "english", "korean"),
    [
        ("TEXTUNES_WEB__PORT", "99999", "must be at most 65535", "65535 이하여야 합니다"),
        ("TEXTUNES_ENGINE__WORKERS", "0", "must be at least 1", "1 이상이어야 합니다"),
        ("TEXTUNES_ENGINE__IDLE_SECONDS", "0", "must be more than 0", "0.0보다 커야 합니다"),
        ("TEXTUNES_ENGINE__WORKERS", "many", "must be a whole number", "정수여야 합니다"),
        ("TEXTUNES_KEEP__TRACKS_DAYS", "long", "must be a number", "숫자여야 합니다"),
        ("TEXTUNES_WEB__ENABLED", "maybe", "must be true or false", "true 또는 false여야 합니다"),
        ("TEXTUNES_DISCORD__API_URL", "there", "must be a web address", "웹 주소여야 합니다"),
        ("TEXTUNES_SLACK__API_URL", "ftp://x", "must begin with 'http' or 'https'", "(으)로 시작해야 합니다"),
        ("TEXTUNES_LOG__LEVEL", "loud", "must be one of: 'debug'", "다음 중 하나여야 합니다: 'debug'"),
    ],
)
def test_mistakes_are_explained_in_both_languages(monkeypatch, variable, value, english, korean) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert f"{variable} {english}" in caught.value.words.en
    assert korean in caught.value.words.ko


def test_an_unknown_setting_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "textunes.toml").write_text("[web]\nprot = 3\n")
    with pytest.raises(SettingsError, match="TEXTUNES_WEB__PROT there is no such setting"):
        load_settings()


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEXTUNES_DISCORD__TOKEN_FILE", str(tmp_path / "absent"))
    with pytest.raises(SettingsError, match="absent cannot be read"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("textunes.toml", b"a = [", "not valid TOML"),
        (".env", b"\xff\xfe", "not UTF-8"),
        (".env", b"TEXTUNES_QUOTAS={x", "not valid JSON"),
    ],
)
def test_a_damaged_file_is_explained(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError, match=sentence):
        load_settings()
