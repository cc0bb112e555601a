"""Spark jobs and tables: the session, the table store, the manifest, and one module a stage."""
