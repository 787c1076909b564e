"""Misspellings as fans make them: letters swapped, dropped, doubled. Pure."""

import random

MISSPELT_QUESTIONS = 0.15
_LEAST_LETTERS = 5


def misspelt(question: str, chance: random.Random) -> str:
    """The question, with one of its longer words misspelt about one time in seven."""
    words = question.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= _LEAST_LETTERS and word.isalpha()]
    if not long or chance.random() >= MISSPELT_QUESTIONS:
        return question
    i = chance.choice(long)
    words[i] = _misspelt_word(words[i], chance)
    return " ".join(words)


def _misspelt_word(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    match chance.randrange(3):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case _:
            return word[:at] + word[at] + word[at:]
