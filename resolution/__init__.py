"""Who is who: settings, blocking, scoring, clustering, identity, survivorship. No table I/O."""
