"""One small module a command; each is a thin call of the packages."""
