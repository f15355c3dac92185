"""Words without their endings, in English and Bangla."""

from functools import lru_cache

import snowballstemmer

# Case endings, articles and plurals of Bangla nouns, the longest first; what is left keeps at least BANGLA_STEM.
BANGLA_ENDINGS = tuple(
    sorted("গুলোর গুলোকে গুলো গুলি দেরকে দের টিকে টির টার টি টা রা েরা ের কে তে য়ে র ে".split(), key=len, reverse=True)
)
BANGLA_STEM = 3

english = snowballstemmer.stemmer("english")
# Whoever stems many words keeps them; the stemmer's own cache takes six times as long as its stemming.
english.maxCacheSize = 0


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """A case-folded word without its endings; unchanged in languages that no rules are known for.

    English by Snowball's English stemmer (Porter: Snowball, 2001); Bangla, for which there is none, by its endings.
    """
    if language == "en":
        return english.stemWord(word) if word.isascii() else word
    if language == "bn":
        for ending in BANGLA_ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= BANGLA_STEM:
                return word[: -len(ending)]
    return word
