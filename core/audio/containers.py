"""Sound inside MP4, WebM and AAC files, decoded by FFmpeg through PyAV where that is installed (the `video` extra)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from core.audio.clip import Samples
from core.errors import AudioError
from core.words import Words

DEMUXERS = {"mp4": "mov", "webm": "matroska", "aac": "aac"}


def decode_container(data: bytes, kind: str) -> Iterator[tuple[Samples, int]]:
    """Blocks of (channels, samples) and their rate: of the first audio stream in the file.

    The demuxer is named and every protocol is refused, so that no file can be taken for a playlist or point elsewhere.
    Channels beyond two are folded down by FFmpeg.

    Raises:
        AudioError: PyAV is not installed, or the file is damaged or has no sound.
    """
    try:
        import av  # noqa: PLC0415  (36 MB of FFmpeg, an extra)
    except ImportError as error:
        raise AudioError(
            Words(
                "I cannot read M4A, AAC, MP4 or WebM here. Please send WAV, FLAC, OGG or MP3. "
                "(Whoever runs this bot can add them with the `video` extra.)",
                "여기서는 M4A, AAC, MP4, WebM을 읽을 수 없습니다. WAV, FLAC, OGG, MP3로 보내 주세요. "
                "(봇 관리자는 `video` 구성 요소를 설치하면 됩니다.)",
            )
        ) from error
    try:
        with av.open(
            io.BytesIO(data),
            format=DEMUXERS[kind],
            options={"protocol_whitelist": ""},
            metadata_errors="replace",
        ) as container:
            if not container.streams.audio:
                raise AudioError(Words("There is no sound in this file.", "파일에 소리가 없습니다."))
            yield from decode_stream(av, container)
    except (av.FFmpegError, ValueError) as error:
        raise AudioError(
            Words("This audio file is damaged or cut off.", "오디오 파일이 손상되었거나 중간에 잘렸습니다.")
        ) from error


def decode_stream(av: Any, container: Any) -> Iterator[tuple[Samples, int]]:  # noqa: ANN401  (PyAV, an extra)
    resampler = None
    for frame in container.decode(audio=0):
        if resampler is None:
            layout = "mono" if frame.layout.nb_channels == 1 else "stereo"
            resampler = av.AudioResampler(format="fltp", layout=layout, rate=frame.sample_rate)
        for converted in resampler.resample(frame):
            yield np.ascontiguousarray(converted.to_ndarray(), np.float32), int(converted.sample_rate)
