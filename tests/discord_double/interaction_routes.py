"""Routes for answering interactions."""

from typing import TYPE_CHECKING

from tests.discord_double import interactions, rules
from tests.discord_double.interactions import Interaction
from tests.discord_double.messages import COMMAND_MESSAGE, Message, new_message, write
from tests.discord_double.routing import (
    ALREADY_ACKNOWLEDGED,
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Answer,
    RefusedError,
    Request,
    route,
)
from tests.discord_double.rules import Json, Problem, Problems
from tests.discord_double.sending import check_sendable, delete, edit, message_rules

if TYPE_CHECKING:
    from tests.discord_double.server import DiscordDouble

ALLOWED_CALLBACKS = {
    interactions.COMMAND: (4, 5, 9),
    interactions.COMPONENT: (4, 5, 6, 7, 9),
    interactions.AUTOCOMPLETE: (8,),
    interactions.MODAL_SUBMIT: (4, 5, 6, 7),
}


def _callback_rules(request: Request) -> Problems:
    kind, data = request.body.get("type"), request.body.get("data") or {}
    if kind == interactions.MODAL:
        found = rules.modal_problems(data)
    elif kind == interactions.CHOICES:
        found = rules.choices_problems(data.get("choices") or [])
    else:
        found = rules.message_problems(data, attached=len(request.files))
    return (Problem(f"data.{problem.path}", problem.message) for problem in found)


@route("callback", "POST", "/interactions/{interaction_id}/{interaction_token}/callback", _callback_rules)
async def _callback(double: "DiscordDouble", request: Request) -> Answer:
    interaction = _open_interaction(double, request)
    kind = request.body["type"]
    allowed = ALLOWED_CALLBACKS[interaction.kind]
    if kind not in allowed or (kind in (6, 7) and interaction.source is None):
        raise double.refusal(request, Problem("type", f"{kind} can't answer this interaction"))
    _apply_callback(double, request, interaction, kind, request.body.get("data") or {})
    interaction.acknowledgement = kind
    interaction.acknowledged_with = request.body
    if request.query.get("with_response", "0").lower() in ("0", "false"):
        return 204, None
    return 200, _callback_response(interaction)


def _open_interaction(double: "DiscordDouble", request: Request) -> Interaction:
    """The interaction, if it still waits for its first answer."""
    interaction = double.interactions.get(request.parameters["interaction_token"])
    if interaction is None or str(interaction.id) != request.parameters["interaction_id"]:
        double.breach(request, "there is no such interaction")
        raise RefusedError(404, UNKNOWN_INTERACTION, "Unknown interaction")
    if interaction.acknowledgement is not None:
        if request.body != interaction.acknowledged_with:  # the same again: its answer may have been lost
            double.breach(request, "the interaction was already acknowledged")
        raise RefusedError(400, ALREADY_ACKNOWLEDGED, "Interaction has already been acknowledged.")
    waited_s = request.at_s - interaction.started_s
    if waited_s > double.acknowledgement_limit_s:
        double.breach(request, f"the first answer came after {waited_s:.1f} s")
        raise RefusedError(404, UNKNOWN_INTERACTION, "Unknown interaction")
    return interaction


def _apply_callback(
    double: "DiscordDouble", request: Request, interaction: Interaction, kind: int, data: Json
) -> None:
    if kind in (interactions.MESSAGE, interactions.DEFERRED_MESSAGE):
        interaction.loading = kind == interactions.DEFERRED_MESSAGE
        if not interaction.loading:
            check_sendable(double, request, data, default_pings=("users",))
        flags = (data.get("flags") or 0) & (rules.EPHEMERAL if interaction.loading else -1)
        interaction.original = _interaction_message(
            double, interaction, data | {"flags": flags}, request.files
        )
        if not interaction.loading:
            double.announce("MESSAGE_CREATE", interaction.original)
    elif kind in (interactions.DEFERRED_UPDATE, interactions.UPDATE):
        interaction.original = interaction.source
        if kind == interactions.UPDATE and interaction.source:
            edit(double, request, interaction.source, data)
    elif kind == interactions.MODAL:
        interaction.modal = data
    else:
        interaction.choices = data.get("choices") or []


def _interaction_message(
    double: "DiscordDouble", interaction: Interaction, body: Json, files: dict[str, bytes]
) -> Message:
    return new_message(
        double,
        interaction.channel,
        double.bot,
        body,
        files,
        type=COMMAND_MESSAGE if interaction.kind == interactions.COMMAND else 0,
        webhook_id=str(double.application_id),
        application_id=str(double.application_id),
        interaction_metadata=interaction.metadata(),
    )


def _acknowledged_interaction(double: "DiscordDouble", request: Request) -> Interaction:
    """The interaction of a webhook's token, if it was acknowledged and the token is still good."""
    interaction = double.interactions.get(request.parameters["webhook_token"])
    if interaction is None or interaction.acknowledgement is None:
        double.breach(request, "no interaction with this token was acknowledged")
        raise RefusedError(404, UNKNOWN_WEBHOOK, "Unknown Webhook")
    if request.at_s - interaction.started_s > double.token_lifetime_s:
        double.breach(request, "the token of the interaction has expired")
        raise RefusedError(401, INVALID_WEBHOOK_TOKEN, "Invalid Webhook Token")
    return interaction


@route("followup", "POST", "/webhooks/{webhook_id}/{webhook_token}", message_rules)
async def _follow_up(double: "DiscordDouble", request: Request) -> Answer:
    interaction = _acknowledged_interaction(double, request)
    if interaction.loading and interaction.original:
        _fill(double, request, interaction, interaction.original)
        message = interaction.original
    else:
        check_sendable(double, request, request.body, default_pings=("users",))
        message = _interaction_message(double, interaction, request.body, request.files)
        interaction.followups.append(message)
        double.announce("MESSAGE_CREATE", message)
    interaction.changes += 1
    if request.query.get("wait", "0").lower() in ("0", "false"):
        return 204, None
    return 200, message.data


def _fill(double: "DiscordDouble", request: Request, interaction: Interaction, message: Message) -> None:
    """Put the answer in the place of "is thinking". Who sees it was settled by the deferral."""
    if (request.body.get("flags") or 0) & rules.EPHEMERAL and not message.ephemeral:
        double.breach(request, "a public deferral can't become an ephemeral answer")
    check_sendable(double, request, request.body, default_pings=("users",))
    flags = (request.body.get("flags") or 0) & ~rules.EPHEMERAL
    write(double, message, request.body | {"flags": flags}, request.files)
    interaction.loading = False
    double.announce("MESSAGE_CREATE", message)


@route("original.get", "GET", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
@route("followup.get", "GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
async def _get_answer(double: "DiscordDouble", request: Request) -> Answer:
    return 200, _answer_message(double, request, _acknowledged_interaction(double, request)).data


@route("original", "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", message_rules)
@route(
    "followup.edit", "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", message_rules
)
async def _edit_answer(double: "DiscordDouble", request: Request) -> Answer:
    interaction = _acknowledged_interaction(double, request)
    message = _answer_message(double, request, interaction)
    if interaction.loading and message is interaction.original:
        _fill(double, request, interaction, message)
    else:
        edit(double, request, message, request.body)
    interaction.changes += 1
    return 200, message.data


@route("original.delete", "DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
@route("followup.delete", "DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
async def _delete_answer(double: "DiscordDouble", request: Request) -> Answer:
    interaction = _acknowledged_interaction(double, request)
    message = _answer_message(double, request, interaction)
    delete(double, message)
    if message is interaction.original and interaction.loading:
        interaction.loading = False  # what follows is a message of its own, and may be private
    else:
        interaction.changes += 1
    return 204, None


def _answer_message(double: "DiscordDouble", request: Request, interaction: Interaction) -> Message:
    wanted = request.parameters.get("message_id")
    candidates = [interaction.original, *(interaction.followups if wanted else [])]
    for message in candidates:
        if message and not message.deleted and wanted in (None, str(message.id)):
            return message
    raise RefusedError(404, UNKNOWN_MESSAGE, "Unknown Message")


def _callback_response(interaction: Interaction) -> Json:
    """What Discord tells of a first answer, where it is asked to."""
    state: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "response_message_loading": interaction.loading,
        "response_message_ephemeral": bool(interaction.original and interaction.original.ephemeral),
    }
    response: Json = {"interaction": state}
    if interaction.original:
        state["response_message_id"] = str(interaction.original.id)
        response["resource"] = {"type": interaction.acknowledgement, "message": interaction.original.data}
    return response
