"""The tests, in folders that mirror bot/ and storage/."""
