import asyncio
from pathlib import Path
from typing import cast

import pytest

from bot.app import AlreadyRunningError, Services, load_engine, only_one, open_services
from bot.config import Config, DataSection, WebSection
from corpus.errors import StoreDamagedError
from corpus.store import Store
from index.engine import Engine
from index.errors import ModelError, NotReadyError
from tests.encoders import WordEncoder
from tests.shelf import Shelf


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(data=DataSection(directory=tmp_path / "data"))


class SlowLoad:
    """Loads when it is let, or fails with `error`."""

    def __init__(self, error: Exception | None = None) -> None:
        self.let = asyncio.Event()
        self.calls = 0
        self.closed = False
        self._error = error

    async def __call__(self, config: Config, store: Store) -> Engine:
        self.calls += 1
        await self.let.wait()
        if self._error:
            raise self._error
        return cast(Engine, self)

    async def close(self) -> None:
        self.closed = True


async def loading(services: Services) -> "asyncio.Task[Engine]":
    task = asyncio.create_task(services.load())
    await asyncio.sleep(0)
    return task


async def test_the_store_is_open_before_the_engine_is_loaded(config: Config) -> None:
    async with open_services(config, SlowLoad()) as services:
        assert await services.store.articles.count(guild_id=None) == 0
        assert not services.ready
        with pytest.raises(NotReadyError):
            _ = services.engine


async def test_the_door_is_opened_when_it_is_first_asked_for(config: Config) -> None:
    shelf = Shelf({})
    config = config.model_copy(update={"web": WebSection(contact="ann@example.com")})
    async with open_services(config, SlowLoad(), shelf.open_door) as services:
        assert shelf.contact is None
        one, other = await asyncio.gather(services.door(), services.door())
        assert shelf.contact == "ann@example.com"
        assert one is other


async def test_the_engine_is_there_once_it_has_loaded(config: Config) -> None:
    load = SlowLoad()
    async with open_services(config, load) as services:
        task = await loading(services)
        assert not services.ready
        load.let.set()
        assert await task is services.engine
        assert services.ready


async def test_whoever_asks_for_the_engine_it_is_loaded_once(config: Config) -> None:
    load = SlowLoad()
    load.let.set()
    async with open_services(config, load) as services:
        await asyncio.gather(services.load(), services.load())
        await services.load()
    assert load.calls == 1


async def test_one_who_stops_waiting_does_not_stop_the_loading(config: Config) -> None:
    load = SlowLoad()
    async with open_services(config, load) as services:
        (await loading(services)).cancel()
        load.let.set()
        assert await services.load()


async def test_what_kept_the_engine_from_loading_is_what_questions_get(config: Config) -> None:
    load = SlowLoad(ModelError("The model is not there."))
    load.let.set()
    async with open_services(config, load) as services:
        with pytest.raises(ModelError):
            await services.load()
        assert not services.ready
        with pytest.raises(ModelError, match="not there"):
            _ = services.engine


async def test_closing_closes_the_engine_before_the_store(config: Config) -> None:
    load = SlowLoad()
    load.let.set()
    async with open_services(config, load) as services:
        await services.load()
        assert not load.closed
    assert load.closed


async def test_closing_does_not_wait_for_a_model_that_loads(config: Config) -> None:
    async with asyncio.timeout(5), open_services(config, SlowLoad()) as services:
        await loading(services)
    assert not services.ready


async def test_a_damaged_store_is_told_before_anything_is_loaded(config: Config) -> None:
    config.data.directory.mkdir()
    config.database.write_bytes(b"no database" * 1000)
    load = SlowLoad()
    with pytest.raises(StoreDamagedError):
        async with open_services(config, load):
            pass
    assert load.calls == 0


async def test_the_engine_is_loaded_as_configured_and_up_to_date(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []

    async def load_encoder(name: str) -> WordEncoder:
        names.append(name)
        return WordEncoder()

    monkeypatch.setattr("index.encode.load_encoder", load_encoder)
    async with open_services(config, load_engine) as services:
        answer = await (await services.load()).ask("who replaces Ancelotti?")
        assert not answer.answered
    assert names == ["tuned"]
    assert (config.data.directory / "words").is_dir()


def test_a_data_directory_is_held_once_and_let_go_of(tmp_path: Path) -> None:
    with only_one(tmp_path / "data"):
        with pytest.raises(AlreadyRunningError), only_one(tmp_path / "data"):
            pass
        with only_one(tmp_path / "other"):
            pass
    with only_one(tmp_path / "data"):
        pass
