"""From files to stored articles: read, plan, run."""
