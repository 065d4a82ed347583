"""Settings: every choice that whoever runs TexTuneS can make, in one place.

A value is looked for in this order: environment variables (`TEXTUNES_` and the name, sections joined by two
underscores: `TEXTUNES_DISCORD__TOKEN`), files named by such a variable with `_FILE` after it
(`TEXTUNES_DISCORD__TOKEN_FILE`, as container secrets are handed over), `.env`, and `textunes.toml` in the working
folder. An empty variable or file counts as none.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Literal

import platformdirs
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as NotReadable

from bot.settings_errors import SettingsError, source_refused, values_refused
from core.piece import AudioFormat
from core.text.full.models import FullModels, ModelSet

PREFIX = "TEXTUNES_"
DELIMITER = "__"
_FILE_SUFFIX = "_file"
_LONGEST_SECRET_FILE = 65_536


def _split(value: object) -> object:
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""Several names, in an environment variable with commas between them."""
Count = Annotated[int, Field(ge=0)]
PositiveCount = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0.0)]
Days = Annotated[float, Field(ge=0.0)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EngineSettings(Section):
    """What makes the music."""

    default: str = Field("auto", description="Engine for wishes that name none; `auto` takes the best at hand.")
    allowed: Names = Field((), description="Engines that people may ask for; empty allows all.")
    commercial_only: Names = Field(
        (),
        description="Communities (`discord:1234`, `slack:T1`) that get only engines whose output may be used"
        " commercially; `*` means all.",
    )
    composer_preview: Names = Field(
        (),
        description="Communities (`discord:1234`, `web:web`) that hear a short sketch by the composer while"
        " another engine makes their piece, in the playground and on Discord; `*` means all.",
    )
    workers: PositiveCount | None = Field(
        None, description="Pieces that are made at the same time; when not said, half as many as there are cores."
    )
    idle_seconds: Seconds = Field(300.0, description="After this long without work an engine gives back its memory.")
    format: AudioFormat = Field("mp3", description="Format of delivered audio: mp3, opus, ogg, flac or wav.")
    musicgen: Path | None = Field(
        None, description="Folder with a MusicGen checkpoint, if it is not one of those that were downloaded."
    )
    musicgen_precision: Literal["auto", "fp32", "bf16", "int8"] = Field(
        "auto",
        description="Precision of MusicGen: `auto` is bf16 where the device computes it natively, fp32 elsewhere.",
    )
    audiocraft: str | None = Field(
        None,
        description="Model for the original audiocraft library (MusicGen, MAGNeT, AudioGen or JASCO), by its name or"
        " folder: `facebook/magnet-small-10secs`; docs/audiocraft.md says how to install that.",
    )
    learn_method: Literal["pivotal", "lora", "tokens"] = Field(
        "pivotal", description="What is trained for a concept learned in chat: pivotal, lora or tokens."
    )
    learn_steps: Annotated[int, Field(ge=1, le=10_000)] = Field(
        300, description="Most steps of training for a concept learned in chat."
    )
    soundfont: Path | None = Field(None, description="SoundFont file to play with instead of the one that is found.")
    fluidsynth_library: Path | None = Field(
        None, description="FluidSynth's shared library, if it is not found by itself."
    )


class TextSettings(Section):
    """How texts are read."""

    model_set: ModelSet = Field(
        "embedded",
        description="`embedded` reads with the models that ship with the package; `full` with those below, which"
        " `textunes download text` fetches and which need the extra `musicgen`.",
    )
    models: FullModels = FullModels()
    help_line: str = Field(
        "", description="Where somebody in distress finds help in your country; shown when a text calls for it."
    )


class Limits(Section):
    """What one person or one community may ask for; 0 means no limit."""

    queued: Count = Field(0, description="Jobs at once, waiting or running.")
    per_day: Count = Field(0, description="Jobs in 24 hours.")
    seconds_per_day: Count = Field(0, description="Seconds of music in 24 hours.")


class CommunityRule(Section):
    """What holds for one community instead of the general rule."""

    limits: Limits | None = Field(None, description="Limits of this community as a whole.")
    person: Limits | None = Field(None, description="Limits of each of its people.")
    priority: Count = Field(1, description="Lower numbers are served first.")


class QuotaSettings(Section):
    """Who may ask for how much."""

    person: Limits = Field(
        Limits(queued=5, per_day=100, seconds_per_day=6000),
        description="each person, over all communities; 0 for no limit.",
    )
    community: Limits = Field(Limits(queued=50, per_day=2000), description="each community as a whole; 0 for no limit.")
    communities: dict[str, CommunityRule] = Field(
        {}, description="Rules for single communities by platform and id (`discord:1234`); set in `textunes.toml`."
    )


class KeepSettings(Section):
    """How long things are kept."""

    tracks_days: Days = Field(0, description="Tracks neither liked nor shared are deleted after this; 0 keeps them.")
    texts_days: Days = Field(30, description="Texts that were scored are forgotten after this; 0 keeps them.")
    jobs_days: Days = Field(30, description="Records of finished jobs are deleted after this; at least 1 is kept.")


class DiscordSettings(Section):
    """Discord is started when it has a token."""

    token: SecretStr | None = Field(None, description="Token of the bot, from the developer portal.")
    api_url: HttpUrl | None = Field(None, description="Base of the REST API, ending in `/api/v10`; for proxies.")


class SlackSettings(Section):
    """Slack is started with a bot token and an app token (Socket Mode), or with a signing secret (HTTP)."""

    bot_token: SecretStr | None = Field(None, description="Bot token, `xoxb-…`.")
    app_token: SecretStr | None = Field(None, description="App-level token for Socket Mode, `xapp-…`.")
    signing_secret: SecretStr | None = Field(None, description="Signing secret, for requests over HTTP.")
    client_id: str | None = Field(None, description="Client id, for installing into several workspaces by OAuth.")
    client_secret: SecretStr | None = Field(None, description="Client secret, for OAuth.")
    api_url: HttpUrl | None = Field(None, description="Base of the Web API, ending in `/api/`; for proxies.")
    host: str = Field("127.0.0.1", description="Address to listen on in HTTP mode.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(3000, description="Port to listen on in HTTP mode.")


class WebSettings(Section):
    """The playground in the browser."""

    enabled: bool | None = Field(
        None, description="Start the playground; when not said, it starts if no other platform has a token."
    )
    host: str = Field("127.0.0.1", description="Address to listen on; only this machine can reach the default.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8080, description="Port to listen on.")
    public_url: HttpUrl | None = Field(
        None, description="Where others reach the web server, for links to shared tracks."
    )


class LogSettings(Section):
    """What is logged: never a token, a text or a file."""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")
    format: Literal["auto", "console", "json"] = Field(
        "auto", description="`auto` writes for people on a terminal and JSON elsewhere."
    )


class Settings(BaseSettings):
    """All settings. Where none is needed, the defaults run everything on one machine."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
        env_ignore_empty=True,
        env_file=".env",
        toml_file="textunes.toml",
        nested_model_default_partial_update=True,
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("textunes"),
        description="Folder for the database and the audio files.",
    )
    database_url: SecretStr | None = Field(
        None, description="`postgresql://…` to share the queue between processes; otherwise SQLite in the data folder."
    )
    blob_url: str | None = Field(
        None, description="`s3://bucket/prefix` or a folder for audio files; otherwise a folder in the data folder."
    )
    engine: EngineSettings = EngineSettings()
    text: TextSettings = TextSettings()
    quotas: QuotaSettings = QuotaSettings()
    keep: KeepSettings = KeepSettings()
    discord: DiscordSettings = DiscordSettings()
    slack: SlackSettings = SlackSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del env_settings, file_secret_settings
        return (
            init_settings,
            Environment(settings_cls),
            dotenv_settings,
            TomlConfigSettingsSource(settings_cls),
        )

    @property
    def database(self) -> str | Path:
        """The database's address, or the file of an SQLite database."""
        return self.data_dir / "textunes.db" if self.database_url is None else self.database_url.get_secret_value()

    @property
    def models_dir(self) -> Path:
        """Folder of all downloaded models."""
        return self.data_dir / "models"

    @property
    def concepts_dir(self) -> Path:
        """Folder of the concepts that everybody may use."""
        return self.data_dir / "concepts"

    @property
    def blobs(self) -> str:
        """Address of an object store, or a folder."""
        return self.blob_url or str(self.data_dir.absolute() / "blobs")

    @property
    def share_url(self) -> str:
        """The beginning of the address of a shared track."""
        if self.web.public_url is not None:
            return str(self.web.public_url).rstrip("/")
        return f"http://{self.web.host}:{self.web.port}"


class Environment(EnvSettingsSource):
    """Environment variables, and the content of the files that such variables name with `_FILE` after them."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        variables = dict(super()._load_env_vars())
        for name, value in list(variables.items()):
            if name.startswith(PREFIX.lower()) and name.endswith(_FILE_SUFFIX) and value:
                del variables[name]
                content = _content(Path(value))
                if content:
                    variables.setdefault(name.removesuffix(_FILE_SUFFIX), content)
        return variables


def load_settings() -> Settings:
    """The settings from everywhere that they may stand.

    Raises:
        SettingsError: a value is missing or wrong; the sentence names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(values_refused(error, variable)) from error
    except (NotReadable, TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(source_refused(error)) from error


def variable(path: tuple[int | str, ...]) -> str:
    """The environment variable of a setting: `("discord", "token")` is `TEXTUNES_DISCORD__TOKEN`."""
    return PREFIX + DELIMITER.join(str(step) for step in path).upper()


def _content(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(_LONGEST_SECRET_FILE).strip()
