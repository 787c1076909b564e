"""What can go wrong with articles and their store.

CorpusError
├── ArticleRefusedError      an article that can't be stored as it was handed in
├── ArticleNotFoundError     no such article for this server
├── ArticleChangedError      an article is no longer what it was when it was read
├── ArticleTakenError        another article has that identity
├── FetchError               a document that can't be had from the web
├── UnreadableError          a document of the web that can't be made sense of
├── FeedRefusedError         a feed that can't be followed as it was asked for
└── StoreError
    ├── StoreBusyError       another process holds the database
    ├── StoreFullError       no room left on the disk
    ├── StoreDamagedError    the file is not a database, or fails its checks
    └── StoreTooNewError     written by a newer version of this program
"""


class CorpusError(Exception):
    """Base of every error of this package."""


class ArticleRefusedError(CorpusError):
    """The article can't be stored; `reason` says why, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ArticleNotFoundError(CorpusError):
    def __init__(self, article_id: int) -> None:
        super().__init__(f"There is no article {article_id}.")
        self.article_id = article_id


class ArticleChangedError(CorpusError):
    def __init__(self, article_id: int) -> None:
        super().__init__(f"Article {article_id} was changed or removed meanwhile.")
        self.article_id = article_id


class ArticleTakenError(CorpusError):
    """`article_id` is the other one, which has the same id, address or content."""

    def __init__(self, article_id: int) -> None:
        super().__init__(f"Article {article_id} is the same article.")
        self.article_id = article_id


class FetchError(CorpusError):
    """The document can't be had; `reason` says why, in words.

    `gone` tells that it never will be (410); `retry_after_s` for how long the server wants to be left alone.
    """

    def __init__(self, reason: str, *, gone: bool = False, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.gone = gone
        self.retry_after_s = retry_after_s


class UnreadableError(CorpusError):
    """The document can't be read; `reason` says why, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FeedRefusedError(CorpusError):
    """The feed can't be followed like that; `reason` says why, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoreError(CorpusError):
    """The database can't do what was asked."""


class StoreBusyError(StoreError):
    pass


class StoreFullError(StoreError):
    pass


class StoreDamagedError(StoreError):
    pass


class StoreTooNewError(StoreError):
    pass
