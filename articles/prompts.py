"""Prompts of story templates: what is still to be written, in double brackets, such as `[[score]]`."""

import regex

_PROMPT = regex.compile(r"\[\[\s*([^\[\]<>]{1,200}?)\s*\]\]")


def prompts_in(*texts: str) -> list[str]:
    """The prompts that are left in texts, each once, in order, without their brackets."""
    return list(dict.fromkeys(found[1] for text in texts for found in _PROMPT.finditer(text)))
