"""Long experiments: real processes, real databases, real faults. `python -m trials` lists them."""
