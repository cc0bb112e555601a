"""From the records of a customer to one golden record, with a source for every value."""
