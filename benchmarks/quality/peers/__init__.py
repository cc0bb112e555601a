"""Other ways to link the same files; each is a process of its own, files in, clusters out."""
