"""The functions of the standard library: how they register, check arguments, and are found."""
