"""What a server of a given size would need: a simulation fed by measured unit costs."""
