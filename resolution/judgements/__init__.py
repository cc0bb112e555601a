"""What stewards (and rules, as named users) have decided, and what follows from it."""
