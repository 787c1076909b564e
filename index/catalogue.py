"""What is known of every indexed passage without reading the store: whose it is, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from index.types import Scope

SHARED = 0
"""Stands for "no guild" in the columns; Discord gives no guild this id."""
UNDATED = np.iinfo(np.int64).min

Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """Equally long columns, one row a passage, sorted by passage id."""

    ids: Ids
    articles: Ids
    guilds: Ids
    published: Ids
    """Seconds since 1970, or UNDATED."""
    checksums: Ids

    @staticmethod
    def empty() -> "Columns":
        return Columns(*(np.empty(0, np.int64) for _ in range(5)))

    def __len__(self) -> int:
        return len(self.ids)

    def with_rows(self, others: "Iterable[Columns]") -> "Columns":
        parts = [self, *others]
        merged = Columns(
            np.concatenate([part.ids for part in parts]),
            np.concatenate([part.articles for part in parts]),
            np.concatenate([part.guilds for part in parts]),
            np.concatenate([part.published for part in parts]),
            np.concatenate([part.checksums for part in parts]),
        )
        if np.all(merged.ids[1:] > merged.ids[:-1]):
            return merged
        return merged.rows(np.argsort(merged.ids, kind="stable"))

    def without(self, passage_ids: Ids) -> "Columns":
        return self.rows(~np.isin(self.ids, passage_ids))

    def rows(self, which: Ids | Mask) -> "Columns":
        return Columns(
            self.ids[which],
            self.articles[which],
            self.guilds[which],
            self.published[which],
            self.checksums[which],
        )

    def times(self, passage_ids: Ids) -> dict[int, datetime]:
        """When the articles of these passages were published; without those that are undated or unknown."""
        at = np.searchsorted(self.ids, passage_ids)
        at = at[at < len(self)]
        rows = self.rows(at[np.isin(self.ids[at], passage_ids) & (self.published[at] != UNDATED)])
        return {
            passage_id: datetime.fromtimestamp(seconds, UTC)
            for passage_id, seconds in zip(rows.ids.tolist(), rows.published.tolist(), strict=True)
        }

    def visible(self, scope: Scope) -> Mask:
        mask: Mask = self.guilds == SHARED
        if scope.guild_id is not None:
            mask |= self.guilds == scope.guild_id
        if scope.as_of is not None or scope.since is not None:
            mask &= self.published != UNDATED
        if scope.as_of is not None:
            mask &= self.published <= int(scope.as_of.timestamp())
        if scope.since is not None:
            mask &= self.published >= int(scope.since.timestamp())
        if scope.articles is not None:
            mask &= np.isin(self.articles, np.fromiter(scope.articles, np.int64, len(scope.articles)))
        return mask
