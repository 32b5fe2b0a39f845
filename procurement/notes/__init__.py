"""Notes: what people who work with the record tell each other about a program, a contract or a flag."""
