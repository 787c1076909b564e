import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import Config, ConfigError, Section, load_config

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(directory: Path, toml: str) -> str:
    file = directory / "rumourmill.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(file, environ={})
    return str(caught.value)


def test_without_a_file_every_option_has_its_default(here: Path) -> None:
    assert load_config(environ={}) == Config()


def test_config_toml_in_the_current_directory_is_read_unasked(here: Path) -> None:
    (here / "config.toml").write_text("[answers]\nquotes = 5\n")
    assert load_config(environ={}).answers.quotes == 5


def test_a_named_file_is_read_instead_of_the_one_in_the_current_directory(here: Path) -> None:
    (here / "config.toml").write_text("[answers]\nquotes = 5\n")
    (here / "other.toml").write_text("[answers]\nquotes = 1\n")
    assert load_config(here / "other.toml", environ={}).answers.quotes == 1


def test_a_byte_order_mark_does_no_harm(here: Path) -> None:
    (here / "config.toml").write_bytes(b"\xef\xbb\xbf[answers]\nquotes = 4\n")
    assert load_config(environ={}).answers.quotes == 4


def test_the_data_option_of_the_command_line_stands_above_the_file(here: Path) -> None:
    (here / "config.toml").write_text('[data]\ndirectory = "from-file"\n')
    config = load_config(directory=Path("from-option"), environ={})
    assert config.data.directory == Path("from-option")
    assert config.database == Path("from-option/rumourmill.db")


def test_the_home_directory_may_be_written_as_a_tilde(here: Path) -> None:
    (here / "config.toml").write_text('[data]\ndirectory = "~/rumours"\n')
    assert load_config(environ={}).data.directory == Path.home() / "rumours"


def test_the_token_comes_from_the_environment_and_is_never_printed(here: Path) -> None:
    config = load_config(environ={"DISCORD_TOKEN": " canary \n"})
    assert config.token == SecretStr("canary")
    assert "canary" not in f"{config!r} {config} {config.model_dump_json()}"


@pytest.mark.parametrize(
    "toml", ['token = "canary"', '[discord]\nbot_token = "canary"', '[token]\nvalue = "canary"']
)
def test_a_token_in_the_file_is_refused_without_repeating_it(here: Path, toml: str) -> None:
    message = refused(here, toml)
    assert "DISCORD_TOKEN" in message
    assert "canary" not in message


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[answers]\nquotez = 3", "answers.quotez: there is no such option. Did you mean 'quotes'?"),
        ("[ansers]\nquotes = 3", "ansers: there is no such option. Did you mean 'answers'?"),
        ("quotes = 3", "quotes: there is no such option. It belongs under [answers]."),
        ("[data]\nshape = 1", "data.shape: there is no such option. Known here: directory."),
        ("answers = 3", "answers is a section: write [answers] on a line of its own"),
        ("[answers]\nquotes = 9", "answers.quotes is 9. It should be less than or equal to 5."),
        ('[answers]\nquotes = "3"', "answers.quotes is '3'. It should be a valid integer."),
        ("[answers]\nquotes = true", "answers.quotes is True. It should be a valid integer."),
        ("[answers]\nrefuse_below = nan", "answers.refuse_below is nan."),
        ("[data]\ndirectory = 3", "data.directory is 3. It should be a path in quotes."),
        ('[model]\nname = ""', "model.name is ''. It should not be empty."),
        ('[web]\ncontact = "Málaga"', "web.contact is 'Málaga'. It should hold plain English letters"),
        ('[log]\nlevel = "loud"', "log.level is 'loud'. It should be 'debug', 'info', 'warning' or 'error'."),
    ],
)
def test_what_is_wrong_is_named_with_its_path_and_what_it_should_be(
    here: Path, toml: str, message: str
) -> None:
    assert f"rumourmill.toml: {message}" in refused(here, toml)


def test_all_faults_are_named_at_once(here: Path) -> None:
    message = refused(here, "[answers]\nquotes = 0\n[log]\nlevel = 1\n")
    assert "answers.quotes" in message
    assert "log.level" in message


def test_a_syntax_error_is_named_with_its_line(here: Path) -> None:
    assert "line 2" in refused(here, "[answers]\nquotes = = 3\n")


def test_a_file_that_is_not_utf8_is_refused_in_words(here: Path) -> None:
    (here / "config.toml").write_bytes('[data]\ndirectory = "Málaga"'.encode("latin-1"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_config(environ={})


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_read_is_named(here: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        load_config(here / name, environ={})


def test_the_example_holds_every_option_with_its_default() -> None:
    assert load_config(EXAMPLE, environ={}) == Config()
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    defaults = Config()
    sections = {
        name: section
        for name in Config.model_fields
        if isinstance(section := getattr(defaults, name), Section)
    }
    assert {name: set(options) for name, options in example.items()} == {
        name: set(type(section).model_fields) for name, section in sections.items()
    }
