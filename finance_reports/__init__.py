"""Financial statements from the journal: exact amounts, each with its own proof, none ever a plug."""
