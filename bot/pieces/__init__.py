"""Pure machines that several activities embed."""
