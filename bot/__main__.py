"""`python -m bot` is `textunes`."""

from __future__ import annotations


def main() -> None:
    from adapters.terminal.main import textunes  # noqa: PLC0415 - the composition root is the one room above this floor

    textunes()


if __name__ == "__main__":
    main()
