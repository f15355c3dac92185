"""Reading the demo newsroom's content files (TOML beside this module)."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"


def read(name: str) -> dict[str, Any]:
    """One content file, such as "site"."""
    with open(FOLDER / f"{name}.toml", "rb") as file:
        return tomllib.load(file)


def stories() -> list[dict[str, Any]]:
    """Every story of both editions, each with its `language`."""
    found = []
    for language in ("en", "bn"):
        for path in sorted((FOLDER / language).glob("*.toml")):
            found += [{**story, "language": language} for story in read(f"{language}/{path.stem}")["story"]]
    return found
