"""Assets are nouns: the tables, in groups by layer. Bodies call one stage each."""
