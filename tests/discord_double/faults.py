"""Faults to come: what the double does wrong on purpose."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.discord_double.routing import Request


@dataclass(slots=True, eq=False)
class Fault:
    """What happens to a request instead of being served, or to its answer where `after` is set.

    `hits` counts the requests that went wrong so far.
    """

    route: str
    status: int | None
    code: int
    retry_after_s: float
    via: bool
    delay_s: float
    reset: bool
    after: bool
    times: int
    when: Callable[[Request], bool] | None
    hits: int = 0


class Faults:
    """A queue of faults for each route; their names stand at the routes."""

    def __init__(self, routes: frozenset[str]) -> None:
        self._routes = routes
        self._coming: list[Fault] = []

    def next(
        self,
        route: str,
        *,
        status: int | None = None,
        code: int = 0,
        retry_after_s: float = 0.1,
        via: bool = True,
        delay_s: float = 0.0,
        reset: bool = False,
        after: bool = False,
        times: int = 1,
        when: Callable[[Request], bool] | None = None,
    ) -> Fault:
        """The next `times` requests to `route` ("*": to any) go wrong.

        `status`: answered so, with Discord's error `code`. 429 tells to retry after `retry_after_s`, and
        names a `Via` only where `via` is set (without it, clients take it for a ban).
        `reset`: the connection is reset.
        `delay_s`: real seconds to wait first; alone, the request is then served.
        `after`: the request is served, only its answer is lost.
        `when`: those requests only for which it is true.
        """
        if route != "*" and route not in self._routes:
            raise ValueError(f"There is no route {route!r}, only {', '.join(sorted(self._routes))}.")
        fault = Fault(route, status, code, retry_after_s, via, delay_s, reset, after, times, when)
        self._coming.append(fault)
        return fault

    def cancel(self, fault: Fault) -> None:
        """Let what is left of a fault not happen any more."""
        if fault in self._coming:
            self._coming.remove(fault)

    def take(self, request: Request) -> Fault | None:
        for fault in self._coming:
            if fault.route in ("*", request.route) and (fault.when is None or fault.when(request)):
                fault.hits += 1
                if fault.hits >= fault.times:
                    self._coming.remove(fault)
                return fault
        return None
