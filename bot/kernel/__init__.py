"""The words everybody shares: values only, standard library only."""
