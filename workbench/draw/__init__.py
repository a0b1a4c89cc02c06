"""Pictures, tables and cards: HTML and SVG without script, made by escaping. Drawing never loads and never computes."""
