"""The stages of a run, in order: ingest, standardise, resolve, consolidate, audit, publish."""
