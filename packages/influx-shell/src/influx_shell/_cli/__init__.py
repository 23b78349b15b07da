"""The program: arguments, exit codes, the terminal, and the table of commands."""
