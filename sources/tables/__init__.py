"""Any table of persons: a contract that says what its columns are, and its rows as records."""
