import pytest

from corpus.store import Store
from corpus.store import aliases as module
from corpus.types import ServerAlias

WENGER = ServerAlias("The Professor", "Arsène Wenger")


async def test_nicknames_belong_to_one_server(store: Store) -> None:
    await store.aliases.save(WENGER, guild_id=5)
    assert await store.aliases.list(guild_id=5) == [WENGER]
    assert await store.aliases.list(guild_id=6) == []
    assert await store.aliases.remove("the professor", guild_id=6) is None
    assert await store.aliases.remove("the PROFÉSSOR", guild_id=5) == WENGER
    assert await store.aliases.list(guild_id=5) == []


async def test_one_that_is_spelt_alike_takes_the_place_of_the_first(store: Store) -> None:
    other = ServerAlias("the professor!", "Unai Emery")
    for alias in (WENGER, other, ServerAlias("boss", "Mikel Arteta")):
        assert await store.aliases.save(alias, guild_id=5)
    assert await store.aliases.list(guild_id=5) == [ServerAlias("boss", "Mikel Arteta"), other]


async def test_a_server_has_so_many_and_may_change_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    for alias in ("one", "two"):
        assert await store.aliases.save(ServerAlias(alias, "x"), guild_id=5)
    assert not await store.aliases.save(ServerAlias("three", "x"), guild_id=5)
    assert await store.aliases.save(ServerAlias("two", "y"), guild_id=5)
    assert await store.aliases.save(ServerAlias("three", "x"), guild_id=6)
    assert [one.name for one in await store.aliases.list(guild_id=5)] == ["x", "y"]
