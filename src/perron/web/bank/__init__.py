"""Pages of the media bank: the grid, one picture, imports, drop-boxes, and what a reporter sees on a phone."""
