from __future__ import annotations

from bot.store.conversations import LONGEST
from bot.store.store import Store


async def test_messages_come_in_the_order_in_which_they_were_first_said(store: Store) -> None:
    for message in ("first", "second", "third"):
        await store.conversations.add("mina", message, {"text": message})
    await store.conversations.put("mina", "first", {"text": "changed"})
    said = await store.conversations.since("mina", 0)
    assert [message.body["text"] for message in said] == ["changed", "second", "third"]


async def test_only_what_changed_comes_after_a_version(store: Store) -> None:
    await store.conversations.add("mina", "first", {"text": "first"})
    [seen] = await store.conversations.since("mina", 0)
    await store.conversations.put("mina", "first", {"text": "changed"})
    await store.conversations.add("mina", "second", {"text": "second"})
    assert [message.id for message in await store.conversations.since("mina", seen.version)] == ["first", "second"]


async def test_adding_again_changes_nothing(store: Store) -> None:
    await store.conversations.put("mina", "job", {"kind": "track"})
    await store.conversations.add("mina", "job", {"kind": "progress"})
    message = await store.conversations.get("mina", "job")
    assert message is not None
    assert message.body == {"kind": "track"}


async def test_people_have_conversations_of_their_own(store: Store) -> None:
    await store.conversations.add("mina", "first", {})
    assert await store.conversations.since("kari", 0) == []
    assert await store.conversations.get("kari", "first") is None


async def test_the_oldest_messages_are_forgotten(store: Store) -> None:
    for number in range(LONGEST + 3):
        await store.conversations.add("mina", str(number), {})
    kept = await store.conversations.since("mina", 0)
    assert [message.id for message in (kept[0], kept[-1])] == ["3", str(LONGEST + 2)]
