"""Editing recordings by instruction: Instruct-MusicGen (Zhang et al. 2024, arXiv:2405.18386) on the shared decoder.

The weights of MusicGen stay as they are. Two adapters are added: audio fusion, which lets every layer hear the
recording that is edited, and text fusion, which teaches cross-attention to read instructions.
"""
