"""Every reply of the bot, rendered as Discord shows it: `python -m gallery --help`."""
