"""MusicGen-Style: a recording as a condition (Rouard et al., "Audio Conditioning for Music Generation via Discrete
Bottleneck Features", arXiv:2407.12563).
"""
