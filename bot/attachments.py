"""Files that people hand in with a command."""

import asyncio
from collections.abc import Sequence
from pathlib import PurePath

import aiohttp
import discord

from bot.errors import RefusedError
from bot.respond import ANSWER_S, persist
from bot.words import _, decimal

MEBIBYTE = 1024 * 1024


async def read_attachment(file: discord.Attachment, kinds: Sequence[str], most: int) -> tuple[str, bytes]:
    """Name and content of a file, which is refused by its name and size before it is read."""
    if PurePath(file.filename).suffix.lower() not in kinds:
        told = _("I read {suffixes} files only, and {file} is none of them.")
        raise RefusedError(told.format(suffixes=", ".join(kinds), file=file.filename))
    if file.size > most:
        told = _("{file} has {size} MiB, and I read up to {most} MiB. Split it.")
        size = decimal(round(file.size / MEBIBYTE, 1))
        raise RefusedError(told.format(file=file.filename, size=size, most=decimal(most / MEBIBYTE)))
    try:
        async with asyncio.timeout(ANSWER_S):
            return file.filename, await persist(file.read)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        told = _("Discord did not hand me {file}. Try again in a minute.")
        raise RefusedError(told.format(file=file.filename)) from error
