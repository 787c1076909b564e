"""Wiring: opens what a command or the Discord client works with, and closes it in reverse order."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.config import Config
from corpus.store import Store, open_store
from corpus.web.door import Door, open_door
from index.engine import Engine, EngineSettings, open_engine
from index.errors import NotReadyError

log = logging.getLogger(__name__)

LoadEngine = Callable[[Config, Store], Awaitable[Engine]]
OpenDoor = Callable[[str], AbstractAsyncContextManager[Door]]


class AlreadyRunningError(Exception):
    """Another process runs the bot from the same data directory."""


class Services:
    """The store, which is open; the engine, once its model has loaded; and the door to the web.

    Made by `open_services`.
    """

    def __init__(self, config: Config, store: Store, load: LoadEngine, open_door: OpenDoor) -> None:
        self.config = config
        self.store = store
        self._load = load
        self._loading: asyncio.Task[Engine] | None = None
        self._open_door = open_door
        self._door: Door | None = None
        self._opening = asyncio.Lock()
        self._opened = AsyncExitStack()

    @property
    def engine(self) -> Engine:
        """Raises NotReadyError before the model has loaded, and what kept it from loading if it failed."""
        if self._loading is None or not self._loading.done():
            raise NotReadyError("The model is still loading.")
        return self._loading.result()

    @property
    def ready(self) -> bool:
        loading = self._loading
        return bool(loading and loading.done() and not loading.cancelled() and not loading.exception())

    async def load(self) -> Engine:
        """Load the engine, unless that is done or under way, and wait for it."""
        if self._loading is None:
            self._loading = asyncio.ensure_future(self._load(self.config, self.store))
        return await asyncio.shield(self._loading)

    async def door(self) -> Door:
        """The door to the web, which is opened when it is first asked for."""
        async with self._opening:
            if self._door is None:
                opening = self._open_door(self.config.web.contact)
                self._door = await self._opened.enter_async_context(opening)
            return self._door

    async def close(self) -> None:
        await self._opened.aclose()
        if self._loading is None:
            return
        self._loading.cancel()
        [engine] = await asyncio.gather(self._loading, return_exceptions=True)
        if not isinstance(engine, BaseException):
            await engine.close()


async def load_engine(config: Config, store: Store) -> Engine:
    from index.encode import load_encoder

    encoder = await load_encoder(config.model.name)
    settings = EngineSettings(refuse_below=config.answers.refuse_below)
    try:
        engine = await open_engine(store, encoder, config.data.directory, settings)
        await engine.sync()
    except BaseException:
        await encoder.close()
        raise
    if stale := await store.passages.stale(encoder.fingerprint):
        log.warning("%d articles were embedded by another model: run `rumourmill reindex`.", len(stale))
    return engine


@asynccontextmanager
async def open_services(
    config: Config, load: LoadEngine = load_engine, open_door: OpenDoor = open_door
) -> AsyncIterator[Services]:
    """The store opens at once; `await services.load()` loads the engine, in a task of its own if need be.

    Raises a StoreError that says what to do.
    """
    async with await open_store(config.database) as store:
        services = Services(config, store, load, open_door)
        try:
            yield services
        finally:
            await services.close()


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Hold the data directory for one running bot. Raises AlreadyRunningError where another one holds it."""
    directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(directory / "run.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise AlreadyRunningError(
            f"Another rumourmill already runs from {directory}. Stop it first."
        ) from error
    try:
        yield
    finally:
        lock.release()
