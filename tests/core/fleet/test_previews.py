from core.audio.clip import Clip
from core.engines.engine import Partial
from core.fleet.previews import Previews
from tests.core.conftest import decode


def test_previews_come_at_two_seconds_and_whenever_there_is_twice_as_much(music):
    clip = music(9.0)
    previews = Previews()
    found = []
    for start in range(0, clip.frames, 22_050):
        part = Clip(clip.samples[:, start : start + 22_050], clip.sample_rate)
        preview = previews.add(Partial("r", part, start))
        if preview:
            found.append(preview)
    assert [preview.seconds for preview in found] == [2.0, 4.0, 8.0]
    assert [decode(preview.data).seconds for preview in found] == [2.0, 4.0, 8.0]


def test_parts_may_come_in_any_order(music):
    clip = music(4.0)
    half = clip.frames // 2
    parts = [Partial("r", Clip(clip.samples[:, start : start + half], clip.sample_rate), start) for start in (half, 0)]
    previews = Previews()
    assert previews.add(parts[0]) is None
    assert previews.add(parts[1]).seconds == 4.0
