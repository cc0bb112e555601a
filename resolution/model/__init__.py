"""The linking model: what is compared, what is blocked, how it is trained and kept."""
