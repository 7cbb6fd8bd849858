"""Generated from the contract by peers/generate. Nothing is written here."""
