"""What we know and keep: articles, their passages, and everything else that is stored."""
