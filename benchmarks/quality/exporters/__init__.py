"""Scripts that run in an environment of their own and write records and truth as CSV files."""
