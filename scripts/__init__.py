"""Set-up from nothing: the standard library alone, run by the system's Python."""
