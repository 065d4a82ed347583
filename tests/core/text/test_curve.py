"""The picture of how a text feels."""

import io
from itertools import pairwise

from PIL import Image

from core.text.curve import BAND, GROUND, MARGIN, WIDTH, curve_png


def picture(reading, catalog, language="en"):
    return Image.open(io.BytesIO(curve_png(reading, catalog, language)))


def test_each_scene_has_a_band_as_wide_as_its_share_and_a_line_of_its_own(read, text, catalog):
    reading = read(text("story_en"))
    shown = picture(reading, catalog)
    middle = (BAND[2] + GROUND[2]) / 2
    lit = [shown.getpixel((x, MARGIN + 4))[2] > middle for x in range(MARGIN + 2, WIDTH - MARGIN - 2)]
    first = lit.index(False) / len(lit)
    assert abs(first - reading.scenes[0].share) < 0.01
    assert sum(before is not after for before, after in pairwise(lit)) == len(reading.scenes) - 1
    one = reading.model_copy(update={"scenes": reading.scenes[:1]})
    assert shown.height - picture(one, catalog).height == (len(reading.scenes) - 1) * 34


def test_titles_are_drawn_in_english_and_in_hangul(read, text, catalog):
    for name, language in (("story_en", "en"), ("story_ko", "ko")):
        reading = read(text(name), language)
        nameless = reading.model_copy(
            update={"scenes": tuple(scene.model_copy(update={"title": " "}) for scene in reading.scenes)}
        )
        assert curve_png(reading, catalog, language) != curve_png(nameless, catalog, language)


def test_titles_that_cannot_be_drawn_give_way_to_a_number(read, text, catalog):
    reading = read(text("story_en"))
    titles = {title: reading.scenes[0].model_copy(update={"title": title}) for title in ("أنا سعيد", "🎉", "Scene 1")}
    drawn = {curve_png(reading.model_copy(update={"scenes": (scene,)}), catalog, "en") for scene in titles.values()}
    assert len(drawn) == 1


def test_there_is_no_picture_without_scenes(read, catalog):
    assert curve_png(read("lol ok"), catalog, "en") is None
