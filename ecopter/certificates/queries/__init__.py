"""Reading papers: who may have one, who has one, and what a code stands for."""
