from corpus.store import Store
from corpus.types import GuildSettings

OURS, THEIRS = 5, 6
CHOSEN = GuildSettings(
    moderator_role=2**62, log_channel=3, ask_channels=(4, 5), private=True, keep_questions=True
)


async def test_what_a_server_chose_is_kept_and_changed(store: Store) -> None:
    assert await store.settings.every() == {}
    await store.settings.save(OURS, CHOSEN)
    await store.settings.save(THEIRS, GuildSettings())
    assert await store.settings.every() == {OURS: CHOSEN, THEIRS: GuildSettings()}
    await store.settings.save(OURS, GuildSettings(private=True))
    assert (await store.settings.every())[OURS] == GuildSettings(private=True)


async def test_what_a_server_chose_goes_with_it(store: Store) -> None:
    await store.settings.save(OURS, CHOSEN)
    await store.guilds.purge(OURS)
    assert await store.settings.every() == {}
