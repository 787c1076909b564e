"""The product: Discord client, command line, configuration and wiring."""
