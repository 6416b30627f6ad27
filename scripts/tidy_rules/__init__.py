"""The rules of scripts/tidy. Each module has check functions: Tree -> an iterable of Finding."""
