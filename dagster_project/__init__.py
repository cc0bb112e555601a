"""When and in what order. Loading it starts no JVM."""
