"""Korean sentiment: a linear head on jamo n-grams, trained on reviews that their writers rated.

It knows opinions well and stories badly: that a grandmother dies says nothing about a film. Texts that read like plain
prose are therefore judged mostly by what their words mean, see `is_plain`.
"""

from __future__ import annotations

import math
import re
from typing import Self

import numpy as np
import numpy.typing as npt

from core.text.jamo import weigh
from core.text.tables import read_model

SKIP = 255
"""Widest gap that the file writes as one number; a wider one is written as several, with weights of 0."""

Bytes = npt.NDArray[np.uint8]
SignedBytes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_OF_WORKS = (
    "영화 연기 배우 감독 스토리 작품 드라마 코미디 멜로 액션 스릴 공포 애니 만화 다큐 예능 프로그램 방송 원작 더빙 "
    "주인공 주연 조연 연출 소재 영상 화면 음악 상영 극장 관객 개봉 시리즈 시즌 제작 장면 결말 엔딩 마지막 캐릭 "
    "반전 내용 러브 씬 몰입 취향 완성 만들 표현 인상 느낌 여운 보고 봤 볼만 본다 보는 보았 보면 보지 보기 보게"
)
_OF_JUDGES = (
    "평점 점수 별점 평가 혹평 알바 추천 강추 비추 재미 재밌 재밋 잼 지루 명작 졸작 망작 수작 쓰레기 최고 최악 감동 "
    "아깝 유치 별로 실망 기대 역시 훌륭 대단 억지 어설 매력"
)
_OPINION = re.compile("|".join([*_OF_WORKS.split(), *_OF_JUDGES.split(), "[0-9십]점", "[0-9]편"]))
"""What people write when they judge something, most of all a film."""
_CHAT = re.compile(r"[ㅋㅎㅠㅜㅡ~^;]|!!|\.\.")
_PLAIN_END = re.compile(r"[다요][.!\s]*$")
_MEANING, _MEANING_CLEAR, _MEANING_PLAIN = 0.15, 1.0, 2.0
"""How much the meaning of the words counts beside the head: in general, where it is clear and nothing is judged, and
in plain prose."""
_CLEAR = 0.5
_UNMOVED = 0.2
_SPREAD, _SPREAD_UNMOVED = 0.8, 0.32
"""How far a margin reaches on the scale of valence; plain prose whose words mean no feeling stays near the middle."""


class KoreanSentiment:
    """Tells how far the words of a Korean text speak for a good or a bad opinion. Holds about 5 MB."""

    def __init__(self, buckets: Ints, weights: Floats, bias: float) -> None:
        """`buckets`, ascending, are those that have a weight."""
        self._buckets = buckets
        self._weights = weights
        self._bias = bias

    @classmethod
    def load(cls) -> Self:
        """With the model that ships with the package."""
        model = read_model("sentiment_ko.safetensors")
        buckets, weights = unpack(model["gaps"], model["weights"])
        return cls(buckets, weights * model["scale"][0], float(model["bias"][0]))

    def margin(self, text: str) -> float:
        """How far from undecided a text is: above 0 good, below 0 bad, 1 about as far as a plain opinion."""
        buckets, shares = weigh(text)
        places = np.minimum(np.searchsorted(self._buckets, buckets), len(self._buckets) - 1)
        known = self._buckets[places] == buckets
        return float(shares[known] @ self._weights[places[known]]) + self._bias

    def valence(self, text: str, meant: float) -> float:
        """Valence of a text, -1..1; `meant` is what its words mean in themselves, on the same scale."""
        weight, spread = _MEANING, _SPREAD
        if is_plain(text):
            weight = _MEANING_PLAIN
            spread = _SPREAD_UNMOVED if abs(meant) < _UNMOVED else _SPREAD
        elif abs(meant) > _CLEAR and _OPINION.search(text) is None:
            weight = _MEANING_CLEAR
        return math.tanh(spread * (self.margin(text) + weight * meant))


def is_plain(text: str) -> bool:
    """Whether a text tells something in whole sentences, rather than judging a work or chatting."""
    return _PLAIN_END.search(text) is not None and _OPINION.search(text) is None and _CHAT.search(text) is None


def pack(buckets: Ints, weights: SignedBytes) -> tuple[Bytes, SignedBytes]:
    """Ascending buckets as gaps of one byte each, and their weights; wide gaps take more bytes."""
    gaps = np.diff(buckets, prepend=0)
    skips = gaps // SKIP
    places = np.cumsum(skips + 1) - 1
    packed_gaps = np.full(int(places[-1]) + 1, SKIP, np.uint8)
    packed_gaps[places] = gaps % SKIP
    packed_weights = np.zeros(len(packed_gaps), np.int8)
    packed_weights[places] = weights
    return packed_gaps, packed_weights


def unpack(gaps: Bytes, weights: SignedBytes) -> tuple[Ints, Floats]:
    """What `pack` was given; weights must not be 0."""
    buckets = np.cumsum(gaps, dtype=np.int64)
    there = np.flatnonzero(weights)
    return buckets[there], weights[there].astype(np.float32)
