"""Waveforms: a picture for the chat, and a few numbers from which a browser draws its own."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

from core.audio.clip import Clip, Samples

MOST_COLUMNS = 256

WIDTH, HEIGHT = 1000, 200
BAR, GAP = 5, 3
MARGIN = 8
SUPERSAMPLING = 4
LEFT_COLOUR = (64, 156, 255)
RIGHT_COLOUR = (167, 108, 255)
PEAK_ALPHA = 120
"""Middling colours on a transparent ground: they stand out from white and from black alike."""


def peaks(clip: Clip, columns: int = MOST_COLUMNS) -> bytes:
    """The highest level in each of at most 256 columns, 0..255, where 255 is the loudest of the piece."""
    highest, _ = envelope(clip, min(columns, MOST_COLUMNS))
    top = float(np.max(highest, initial=0.0))
    return bytes(np.rint(highest * (255.0 / top)).astype(np.uint8)) if top > 0 else bytes(highest.size)


def waveform_png(clip: Clip) -> bytes:
    """A picture of 1000 × 200 pixels: for each stretch of time its peak (pale) and its mean power (full)."""
    columns = (WIDTH - 2 * MARGIN + GAP) // (BAR + GAP)
    highest, power = envelope(clip, columns)
    top = float(np.max(highest, initial=0.0)) or 1.0
    scale = SUPERSAMPLING
    mask = Image.new("L", (WIDTH * scale, HEIGHT * scale))
    draw = ImageDraw.Draw(mask)
    for levels, alpha in ((highest, PEAK_ALPHA), (power, 255)):
        for column, level in enumerate(levels / top):
            left = (MARGIN + column * (BAR + GAP)) * scale
            half = max(float(level) * (HEIGHT / 2 - MARGIN), BAR / 2) * scale
            box = (left, HEIGHT * scale / 2 - half, left + BAR * scale - 1, HEIGHT * scale / 2 + half)
            draw.rounded_rectangle(box, radius=BAR * scale / 2, fill=alpha)
    picture = gradient()
    picture.putalpha(mask.resize((WIDTH, HEIGHT), Image.Resampling.BOX))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


def gradient() -> Image.Image:
    ramp = np.linspace(0.0, 1.0, WIDTH)[None, :, None]
    colours = (1 - ramp) * np.array(LEFT_COLOUR) + ramp * np.array(RIGHT_COLOUR)
    return Image.fromarray(np.repeat(np.rint(colours).astype(np.uint8), HEIGHT, axis=0))


def envelope(clip: Clip, columns: int) -> tuple[Samples, Samples]:
    """Peak and root mean square over all channels in each column; fewer columns where there are fewer samples."""
    columns = min(columns, clip.frames)
    borders = np.linspace(0, clip.frames, columns + 1).astype(int)
    highest, power = np.zeros(columns, np.float32), np.zeros(columns, np.float32)
    for column in range(columns):
        stretch = clip.samples[:, borders[column] : borders[column + 1]]
        highest[column] = np.max(np.abs(stretch))
        power[column] = np.sqrt(np.mean(np.square(stretch)))
    return highest, power
