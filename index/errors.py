"""What can go wrong with finding and answering (`IndexError` is taken by Python).

RetrievalError
├── QuestionRefusedError     the question is empty, too long, or holds no words
├── ModelError               the model's files are missing, changed or unusable
├── NotReadyError            the model is still loading
├── WordIndexError           the word index can't be read or written; it can be rebuilt from the store
└── NotVerbatimError         a quote that the stored article does not hold: never shown
"""


class RetrievalError(Exception):
    """Base of every error of this package."""


class QuestionRefusedError(RetrievalError):
    """`reason` says why, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ModelError(RetrievalError):
    """`str()` of the error says what is wrong and what to do."""


class NotReadyError(RetrievalError):
    pass


class WordIndexError(RetrievalError):
    pass


class NotVerbatimError(RetrievalError):
    pass
