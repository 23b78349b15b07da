"""The functions of the package universe."""
