"""`make bench-quality`: how well linking does where the truth is known, beside its peers."""
