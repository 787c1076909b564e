"""The way of a REST request (v10): logged, judged, and only then served."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from aiohttp import web

# The modules of routes fill the table when they are imported.
from tests.discord_double import (  # noqa: F401
    account,
    command_routes,
    interaction_routes,
    message_routes,
    rules,
)
from tests.discord_double.breaking import reset_connection
from tests.discord_double.faults import Fault
from tests.discord_double.routing import INVALID_JSON, ROUTES, TOO_LARGE, RefusedError, Request, Route
from tests.discord_double.rules import Problem

if TYPE_CHECKING:
    from tests.discord_double.server import DiscordDouble

API = "/api/v10"
FILES = "file"
NAMES = frozenset({route.name for route in ROUTES} | {FILES})


class Rest:
    def __init__(self, double: "DiscordDouble") -> None:
        self._double = double

    def add_routes(self, app: web.Application) -> None:
        for route in sorted(ROUTES, key=lambda route: route.template.count("{")):
            app.router.add_route(route.method, API + route.template, self._serving(route))
        app.router.add_route("GET", "/files/{path:.*}", self._serve_file)
        app.router.add_route("*", "/{path:.*}", self._serve_nothing)

    def _serving(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(incoming: web.Request) -> web.StreamResponse:
            return await self._serve(route, incoming)

        return serve

    async def _serve(self, route: Route, incoming: web.Request) -> web.StreamResponse:
        request = self._noted(route.name, route.template, incoming)
        fault = self._double.faults.take(request)
        if fault and fault.after:
            await self._answer(route, request, incoming)
        if fault:
            await asyncio.sleep(fault.delay_s)
            if fault.reset or fault.status is not None:
                return _failed(request, fault, incoming)
        return await self._answer(route, request, incoming)

    def _noted(self, name: str, template: str, incoming: web.Request) -> Request:
        request = Request(
            route=name,
            method=incoming.method,
            template=template,
            path=incoming.path,
            query=incoming.query,
            parameters=incoming.match_info,
            at_s=self._double.clock.monotonic(),
        )
        self._double.requests.append(request)
        return request

    async def _answer(self, route: Route, request: Request, incoming: web.Request) -> web.StreamResponse:
        try:
            self._authorize(route, incoming)
            await self._read_body(request, incoming)
            self._judge(route, request)
            request.status, body = await route.handler(self._double, request)
        except RefusedError as refusal:
            request.status, request.code, body = refusal.status, refusal.body["code"], refusal.body
        return _json(request.status, body)

    def _authorize(self, route: Route, incoming: web.Request) -> None:
        by_its_own_token = route.template.startswith(("/interactions/", "/webhooks/"))
        if not by_its_own_token and incoming.headers.get("Authorization") != f"Bot {self._double.token}":
            raise RefusedError(401, 0, "401: Unauthorized")

    async def _read_body(self, request: Request, incoming: web.Request) -> None:
        """JSON as it is; of a form, `payload_json` and the files."""
        try:
            if incoming.content_type.startswith("multipart/"):
                for name, value in (await incoming.post()).items():
                    if isinstance(value, web.FileField):
                        request.files[value.filename] = value.file.read()
                    elif name == "payload_json":
                        request.body = json.loads(cast(str, value))
            elif incoming.can_read_body:
                request.body = json.loads(await incoming.read())
        except ValueError:
            self._double.breach(request, "the body is not JSON")
            message = "The request body contains invalid JSON."
            raise RefusedError(400, INVALID_JSON, message) from None

    def _judge(self, route: Route, request: Request) -> None:
        """Hold the body to the rules, then to the specification; what breaks one is refused."""
        if route.rules is None and request.body is None:
            return
        if any(len(content) > rules.MAX_FILE_BYTES for content in request.files.values()):
            self._double.breach(request, "a file is larger than 10 MiB")
            raise RefusedError(413, TOO_LARGE, "Request entity too large")
        problems = self._problems(route, request)
        if problems:
            raise self._double.refusal(request, *problems)

    def _problems(self, route: Route, request: Request) -> list[Problem]:
        try:
            problems = list(route.rules(request)) if route.rules else []
        except (AttributeError, LookupError, TypeError) as error:
            problems = [Problem("body", f"Malformed: {error}")]
        if not problems and self._double.specification:
            broken = self._double.specification.problem(request.method, route.template, request.body)
            problems = [broken] if broken else []
        return problems

    async def _serve_nothing(self, incoming: web.Request) -> web.StreamResponse:
        request = self._noted("unknown", incoming.path, incoming)
        self._double.breach(request, f"{incoming.path}: the double has no such route")
        request.status = 404
        return _json(404, {"code": 0, "message": "404: Not Found"})

    async def _serve_file(self, incoming: web.Request) -> web.StreamResponse:
        request = self._noted(FILES, incoming.path, incoming)
        fault = self._double.faults.take(request)
        if fault:
            await asyncio.sleep(fault.delay_s)
            if fault.reset or fault.status is not None:
                return _failed(request, fault, incoming)
        content, content_type = self._double.files.get(incoming.match_info["path"], (None, ""))
        request.status = 404 if content is None else 200
        return web.Response(status=request.status, body=content, headers={"Content-Type": content_type})


def _json(status: int, body: object) -> web.Response:
    if status == 204:
        return web.Response(status=204)
    # Clients compare the type as a whole: no charset.
    headers = {"Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=headers)


def _failed(request: Request, fault: Fault, incoming: web.Request) -> web.Response:
    """The answer of a request that goes wrong on purpose."""
    if fault.status is None:
        reset_connection(incoming)
        return web.Response(status=500)
    request.status, request.code = fault.status, fault.code
    if fault.status != 429:
        return _json(fault.status, {"code": fault.code, "message": "On purpose"})
    limited = {"message": "You are being rate limited.", "retry_after": fault.retry_after_s, "global": False}
    response = _json(429, limited)
    response.headers["Retry-After"] = str(fault.retry_after_s)
    if fault.via:
        response.headers["Via"] = "1.1 double"
    return response
