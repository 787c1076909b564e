"""Configuration: a TOML file for the options, the environment for the secret. Nothing else reads either."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

CONFIG_FILE = Path("config.toml")
TOKEN_VARIABLE = "DISCORD_TOKEN"  # noqa: S105 - the variable's name

_WANTED = {
    "path_type": "It should be a path in quotes",
    "string_too_short": "It should not be empty",
    "string_pattern_mismatch": "It should hold plain English letters, digits and signs only",
}


class ConfigError(Exception):
    """The configuration can't be used; `str()` of the error names file, option and remedy."""


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DataSection(Section):
    directory: Annotated[Path, Field(strict=False), AfterValidator(Path.expanduser)] = Path("data")


class ModelSection(Section):
    name: Annotated[str, Field(min_length=1)] = "tuned"


class AnswersSection(Section):
    quotes: Annotated[int, Field(ge=1, le=5)] = 3
    refuse_below: Annotated[float, Field(ge=0, le=1)] = 0.38
    keep_days: Annotated[int, Field(ge=1, le=365)] = 30


class LimitsSection(Section):
    member_questions: Annotated[int, Field(ge=1, le=1000)] = 3
    server_questions: Annotated[int, Field(ge=1, le=1000)] = 20
    server_questions_a_day: Annotated[int, Field(ge=1, le=1_000_000)] = 2000


class WebSection(Section):
    contact: Annotated[str, Field(max_length=200, pattern=r"^[!-~ ]*$")] = ""


class LogSection(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"


class Config(Section):
    data: DataSection = DataSection()
    model: ModelSection = ModelSection()
    answers: AnswersSection = AnswersSection()
    limits: LimitsSection = LimitsSection()
    web: WebSection = WebSection()
    log: LogSection = LogSection()
    token: Annotated[SecretStr | None, Field(exclude=True)] = None

    @property
    def database(self) -> Path:
        return self.data.directory / "rumourmill.db"


def load_config(
    file: Path | None = None, *, directory: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Config:
    """Read `file`, else ./config.toml where there is one, else take the defaults.

    `directory` stands above the file's `data.directory`. Raises ConfigError.
    """
    if file is None and CONFIG_FILE.exists():
        file = CONFIG_FILE
    options = _read(file) if file else {}
    config = _validate(options, file or CONFIG_FILE)
    token = environ.get(TOKEN_VARIABLE, "").strip()
    return config.model_copy(
        update={
            "data": DataSection(directory=directory) if directory else config.data,
            "token": SecretStr(token) if token else None,
        }
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 text. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from error


def _validate(options: dict[str, Any], file: Path) -> Config:
    _refuse_token(options, file)
    try:
        return Config.model_validate(options)
    except ValidationError as error:
        lines = [f"{file}: {_explain(problem)}" for problem in error.errors()]
        raise ConfigError("\n".join(lines)) from error


def _refuse_token(options: Mapping[str, Any], file: Path) -> None:
    for key, value in options.items():
        if "token" in key.lower():
            raise ConfigError(
                f"{file} holds a token ({key!r}). Secrets come from the environment only: "
                f"remove the line, and set {TOKEN_VARIABLE} instead."
            )
        if isinstance(value, dict):
            _refuse_token(value, file)


def _explain(problem: Mapping[str, Any]) -> str:
    path = [str(part) for part in problem["loc"]]
    name = ".".join(path)
    if problem["type"] == "extra_forbidden":
        return f"{name}: there is no such option.{_suggestion(path)}"
    if problem["type"] == "model_type":
        return f"{name} is a section: write [{name}] on a line of its own, and its options below."
    wanted = _WANTED.get(problem["type"], problem["msg"].replace("Input should", "It should"))
    return f"{name} is {problem['input']!r}. {wanted}."


def _suggestion(path: list[str]) -> str:
    """`path` is at most [section, option]: name the most similar key that exists there."""
    known = _options(Config)
    section, key = (path[0], path[-1]) if len(path) > 1 else (None, path[0])
    here = known[section] if section else list(known)
    if close := difflib.get_close_matches(key, here, n=1):
        return f" Did you mean {close[0]!r}?"
    if homes := [name for name, options in known.items() if key in options]:
        return f" It belongs under [{homes[0]}]."
    return f" Known here: {', '.join(here)}."


def _options(config: type[Config]) -> dict[str, list[str]]:
    """The options of each section, by name."""
    return {
        name: list(field.annotation.model_fields)
        for name, field in config.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
    }
